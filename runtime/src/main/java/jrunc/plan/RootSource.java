package jrunc.plan;

import static jrunc.linux.AtFlag.AT_RECURSIVE;
import static jrunc.linux.FsmountFlag.FSMOUNT_CLOEXEC;
import static jrunc.linux.FsopenFlag.FSOPEN_CLOEXEC;
import static jrunc.tape.Operand.flags;
import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.octal;
import static jrunc.tape.Operand.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jrunc.config.Config;
import jrunc.linux.Errno;
import jrunc.linux.OpenFlag;
import jrunc.linux.Sys;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;

/** Where the container's root file system comes from. */
public sealed interface RootSource {
    /** The annotation that names the read-only layers, top first, parted by colons; {@code \:} and {@code \\} are escapes. */
    String LOWERDIR = "dev.jrunc.rootfs.lowerdir";
    /** The annotation that names the writable layer. Absent: the root is read-only. */
    String UPPERDIR = "dev.jrunc.rootfs.upperdir";
    /** The annotation that names overlayfs's work directory, on the file system of the writable layer. */
    String WORKDIR = "dev.jrunc.rootfs.workdir";

    /** {@return the absolute path of the directory that it is mounted on} */
    String mountPoint();

    /** {@return the directories of the host that it consists of, top first} */
    List<String> layers();

    /** Opens it into {@code root}: as a mount of its own that is attached nowhere yet, or as a plain directory. */
    void open(Operand.Word root, boolean ownMounts, boolean inUserNamespace, Recorder tape);

    /** {@return what {@code config} and, with {@code --overlay}, the state directory give} */
    static RootSource of(Config config, String rootfs, Optional<String> throwAway) {
        Map<String, String> notes = config.annotations();
        if (throwAway.isPresent()) {
            String layer = throwAway.get();
            return new Overlay(rootfs, List.of(rootfs), Optional.of(layer + "/upper"), Optional.of(layer + "/work"), true);
        }
        if (!notes.containsKey(LOWERDIR)) return new Directory(rootfs);
        return new Overlay(rootfs, parted(notes.get(LOWERDIR)), Optional.ofNullable(notes.get(UPPERDIR)),
                Optional.ofNullable(notes.get(WORKDIR)), false);
    }

    /** {@return the paths of a colon list} */
    static List<String> parted(String list) {
        List<String> paths = new ArrayList<>();
        var path = new StringBuilder();
        for (int i = 0; i < list.length(); i++) {
            char c = list.charAt(i);
            if (c == '\\' && i + 1 < list.length()) path.append(list.charAt(++i));
            else if (c == ':') {
                paths.add(path.toString());
                path.setLength(0);
            } else path.append(c);
        }
        paths.add(path.toString());
        return paths;
    }

    /** {@return these paths as one such list} */
    static String joined(List<String> paths) {
        var list = new StringBuilder();
        for (var path : paths) list.append(list.isEmpty() ? "" : ":").append(path.replace("\\", "\\\\").replace(":", "\\:"));
        return list.toString();
    }

    /** A directory of the host, with what is mounted below it. */
    record Directory(String mountPoint) implements RootSource {
        @Override public List<String> layers() {
            return List.of(mountPoint);
        }

        @Override public void open(Operand.Word root, boolean ownMounts, boolean inUserNamespace, Recorder tape) {
            tape.attempt("open the root file system " + mountPoint, t -> {
                if (ownMounts) t.call(Sys.OPEN_TREE, Handover.at(), text(mountPoint), Rootfs.cloneTree(AT_RECURSIVE)).into(root);
                else t.call(Sys.OPENAT, Handover.at(), text(mountPoint),
                        t.open(OpenFlag.O_PATH, OpenFlag.O_DIRECTORY, OpenFlag.O_CLOEXEC)).into(root);
            });
        }
    }

    /**
     * Layers.
     *
     * @param lower     read-only layers, top first
     * @param makeUpper whether the upper and work directories are made by this tape
     */
    record Overlay(String mountPoint, List<String> lower, Optional<String> upper, Optional<String> work, boolean makeUpper)
            implements RootSource {
        @Override public List<String> layers() {
            List<String> layers = new ArrayList<>();
            if (upper.isPresent()) layers.add(upper.get());
            layers.addAll(lower);
            return layers;
        }

        @Override public void open(Operand.Word root, boolean ownMounts, boolean inUserNamespace, Recorder tape) {
            if (!ownMounts) throw new IllegalArgumentException("an overlay needs a mount namespace");
            if (makeUpper) {
                for (var directory : List.of(upper.orElseThrow(), work.orElseThrow())) {
                    tape.attempt("make the overlay's directory " + directory, t -> t
                            .call(Sys.MKDIRAT, Handover.at(), text(directory), octal(0755)).forgive(Errno.EEXIST));
                }
            }
            tape.attempt("mount an overlay of " + String.join(":", lower), t -> {
                var overlay = t.call(Sys.FSOPEN, text("overlay"), flags(FSOPEN_CLOEXEC));
                Rootfs.setString(overlay, "source", "overlay", t);
                configure(overlay, lower, upper, work, t);
                // There nobody may set the trusted attributes by which a directory covers the one below; since Linux 5.11.
                if (inUserNamespace) Rootfs.setFlag(overlay, "userxattr", t);
                Rootfs.create(overlay, t);
                t.call(Sys.FSMOUNT, overlay, flags(FSMOUNT_CLOEXEC), imm(0)).into(root);
                t.close(overlay);
            });
        }
    }

    /**
     * Names the layers to overlayfs. A value of fsconfig has at most 255 bytes, so a longer path goes by descriptor (since
     * Linux 6.13); {@code lowerdir+} adds one layer below the ones before (since Linux 6.7).
     */
    static void configure(Operand overlay, List<String> lower, Optional<String> upper, Optional<String> work, Recorder t) {
        for (var layer : lower) setPath(overlay, "lowerdir+", layer, t);
        upper.ifPresent(path -> setPath(overlay, "upperdir", path, t));
        work.ifPresent(path -> setPath(overlay, "workdir", path, t));
    }

    /** One option of an overlay mount; {@code lowerdir} lists all layers, and those after an empty one, "::", hold data only. */
    static void configure(Operand overlay, String key, String value, Recorder t) {
        switch (key) {
            case "lowerdir" -> {
                String layer = "lowerdir+";
                for (var path : parted(value)) {
                    if (path.isEmpty()) layer = "datadir+";
                    else setPath(overlay, layer, path, t);
                }
            }
            case "upperdir", "workdir", "lowerdir+", "datadir+" -> setPath(overlay, key, value, t);
            default -> Rootfs.setString(overlay, key, value, t);
        }
    }

    private static void setPath(Operand overlay, String key, String path, Recorder t) {
        if (path.getBytes(java.nio.charset.StandardCharsets.UTF_8).length <= 255) {
            Rootfs.setString(overlay, key, path, t);
            return;
        }
        var fd = t.call(Sys.OPENAT, Handover.at(), text(path), t.open(OpenFlag.O_PATH, OpenFlag.O_CLOEXEC));
        t.call(Sys.FSCONFIG, overlay, Rootfs.fsconfig(jrunc.linux.FsconfigCommand.FSCONFIG_SET_FD), text(key), Operand.NULL, fd);
        t.close(fd);
    }
}
