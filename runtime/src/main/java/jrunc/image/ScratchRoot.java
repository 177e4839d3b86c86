package jrunc.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import jrunc.linux.UsageException;

/** A root file system of nothing but some programs of this host and the libraries they need, with links as the host has them. */
final class ScratchRoot {
    private static final int MOST_LINKS = 40;
    private static final List<Path> PLACES = List.of(Path.of("/usr/local/bin"), Path.of("/usr/bin"), Path.of("/bin"), Path.of("/usr/sbin"), Path.of("/sbin"));

    private final Path root;

    /** @param root exists, and is empty */
    ScratchRoot(Path root) {
        this.root = root;
    }

    /**
     * Copies programs and what they need.
     *
     * @param programs  paths, or names that are looked for where programs are
     * @param directory what a relative path starts from
     * @return the paths of the programs in the new root
     */
    List<String> fill(List<String> programs, Path directory) throws IOException {
        List<String> paths = new ArrayList<>();
        var libraries = new SharedLibraries();
        for (var program : programs) {
            var path = find(program, directory);
            add(path);
            for (var needed : libraries.neededBy(path)) add(needed);
            paths.add(path.toString());
        }
        return paths;
    }

    private static Path find(String program, Path directory) {
        if (program.indexOf('/') >= 0) {
            var path = directory.resolve(program).normalize();
            if (Files.isRegularFile(path)) return path;
            throw new UsageException(program + ": no such program");
        }
        for (var place : PLACES) {
            if (Files.isExecutable(place.resolve(program))) return place.resolve(program);
        }
        throw new UsageException(program + ": no such program in " + PLACES);
    }

    /** Adds the file of a path, and each link and directory on the way as it is on the host. */
    private void add(Path path) throws IOException {
        Deque<Path> waiting = new ArrayDeque<>();
        for (var part : path) waiting.add(part);
        Path at = Path.of("/");
        int links = 0;
        while (!waiting.isEmpty()) {
            var part = waiting.pop();
            if (part.toString().isEmpty() || part.toString().equals(".")) continue;
            if (part.toString().equals("..")) {
                at = at.getParent() == null ? at : at.getParent();
                continue;
            }
            var here = at.resolve(part);
            if (!Files.isSymbolicLink(here)) {
                copy(here);
                at = here;
                continue;
            }
            if (++links > MOST_LINKS) throw new UsageException(path + ": too many links");
            var target = Files.readSymbolicLink(here);
            var link = inRoot(here);
            if (!Files.exists(link, LinkOption.NOFOLLOW_LINKS)) Files.createSymbolicLink(link, target);
            if (target.isAbsolute()) at = Path.of("/");
            for (int i = target.getNameCount() - 1; i >= 0; i--) waiting.push(target.getName(i));
        }
    }

    private void copy(Path file) throws IOException {
        var copy = inRoot(file);
        if (Files.exists(copy, LinkOption.NOFOLLOW_LINKS)) return;
        if (Files.isDirectory(file)) Files.createDirectory(copy);
        else Files.copy(file, copy);
        var permissions = Files.getPosixFilePermissions(file);
        Files.setPosixFilePermissions(copy, permissions);
    }

    private Path inRoot(Path path) {
        return root.resolve(path.toString().substring(1));
    }
}
