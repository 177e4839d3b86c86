package jrunc.lifecycle;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import jrunc.host.Host;
import jrunc.kernel.FileTree;
import jrunc.linux.StateException;
import jrunc.machine.Player;
import jrunc.plan.ContainerRecord;
import jrunc.plan.Delete;
import jrunc.plan.Global;
import jrunc.plan.NotifySocket;
import jrunc.plan.StateDirectory;
import jrunc.tape.Tape;

/** <a href="https://github.com/opencontainers/runtime-spec/blob/v1.3.0/runtime.md#delete">runtime.md, Delete</a>: end it, look at what is left, remove that. */
final class Removal {
    private final Global global;
    private final Host host;
    private final ContainerRecord record;

    Removal(Global global, Host host, ContainerRecord record) {
        this.global = global;
        this.host = host;
        this.record = record;
    }

    Tape end() {
        return Delete.end(global, host, record);
    }

    /** {@return the tape that removes what is there at this moment} */
    Tape remove() {
        return Delete.remove(global, host, record, cgroups(), files());
    }

    void play(Player player, Caller caller) {
        player.played(end());
        if (!record.unit().isEmpty() && record.ownsCgroup()) Units.stop(host, player, caller, record.unit());
        player.played(remove());
    }

    /** The container may have made cgroups of its own; they go first. */
    private List<String> cgroups() {
        List<String> paths = new ArrayList<>();
        if (!record.ownsCgroup()) return paths;
        var top = Path.of(record.mountPoint() + record.cgroup());
        if (!Files.isDirectory(top)) return paths;
        try {
            Files.walkFileTree(top, new SimpleFileVisitor<>() {
                @Override public FileVisitResult postVisitDirectory(Path directory, IOException gone) {
                    paths.add(directory.toString().substring(record.mountPoint().length()));
                    return FileVisitResult.CONTINUE;
                }

                @Override public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    return FileVisitResult.CONTINUE;
                }

                @Override public FileVisitResult visitFileFailed(Path file, IOException gone) {
                    return FileVisitResult.CONTINUE; // its processes have ended, and so may a cgroup that one of them removed
                }
            });
        } catch (IOException e) {
            throw new StateException("look for the cgroups below " + top + ": " + e.getMessage(), e);
        }
        return paths;
    }

    private List<Delete.Leftover> files() {
        String layer = StateDirectory.path(global, record.id()) + "/" + StateDirectory.OVERLAY;
        List<Delete.Leftover> files = new ArrayList<>();
        boolean notifies = Files.isDirectory(Path.of(NotifySocket.directory(StateDirectory.path(global, record.id()))));
        if (notifies) for (var file : NotifySocket.files()) files.add(new Delete.Leftover(file.getBytes(StandardCharsets.UTF_8), file.equals(NotifySocket.DIRECTORY)));
        if (!Files.isDirectory(Path.of(layer))) return files;
        for (var entry : FileTree.below(layer)) files.add(new Delete.Leftover(under(StateDirectory.OVERLAY + "/", entry.path()), entry.directory()));
        files.add(new Delete.Leftover(StateDirectory.OVERLAY.getBytes(StandardCharsets.UTF_8), true));
        return files;
    }

    private static byte[] under(String above, byte[] path) {
        var prefix = above.getBytes(StandardCharsets.UTF_8);
        var whole = java.util.Arrays.copyOf(prefix, prefix.length + path.length);
        System.arraycopy(path, 0, whole, prefix.length, path.length);
        return whole;
    }
}
