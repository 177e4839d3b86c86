package jrunc.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import jrunc.kernel.FrontPipe;
import jrunc.linux.Arch;
import jrunc.linux.Rfc3339;
import jrunc.linux.StateException;

/** Takes the snapshot. */
public final class HostReader {
    /** This process, as /proc has it. */
    public static final String SELF = "/proc/self";
    /** By its number, which is the same in all kernels: PROC_CGROUP_INIT_INO. */
    private static final String FIRST_CGROUP_NAMESPACE = "cgroup:[4026531835]";
    /** Of the directory at the root of all cgroups, as of any file system of kernfs. */
    private static final long ROOT_INODE = 1;
    private static final String FIRST_USER_NAMESPACE = "         0          0 4294967295";

    /** As files, by this JVM. */
    public static final Texts FILES = new Texts() {
        @Override public String of(String file) {
            return text(file);
        }
    };

    private HostReader() {}

    /** {@return what this machine is now} */
    public static Host read() {
        return read(SELF);
    }

    /**
     * {@return the same, for a process that plays}
     *
     * @param process its directory in /proc; {@link #SELF} where this JVM or the front that has started it plays
     */
    public static Host read(String process) {
        return read(process, FILES);
    }

    /** @param texts how files are read */
    public static Host read(String process, Texts texts) {
        String status = texts.of(process + "/status");
        var mounts = MountTable.parse(texts.of(process + "/mountinfo"));
        long pid = ProcessFile.longAfter(status, process.equals(SELF) && FrontPipe.exists() ? "\nPPid:\t" : "\nPid:\t");
        var now = Instant.now();
        return new Host(Arch.host(), effective(status, "\nUid:\t"), effective(status, "\nGid:\t"),
                Long.parseUnsignedLong(word(status, "\nCapBnd:\t"), 16), !texts.of(process + "/uid_map").startsWith(FIRST_USER_NAMESPACE),
                pid, ProcessFile.startTimeOf(texts.of("/proc/" + pid + "/stat")), Rfc3339.utc(now.getEpochSecond(), now.getNano()), cgroups(mounts, process, texts), procMounts(mounts),
                Files.exists(Path.of("/proc/kcore")));
    }

    /** {@return which of the directories on the way to {@code path}, and itself, the tree does not have yet} */
    public static CgroupTree.Place place(CgroupTree tree, String path) {
        List<String> missing = new ArrayList<>();
        for (int slash = path.indexOf('/', 1); ; slash = path.indexOf('/', slash + 1)) {
            String above = slash < 0 ? path : path.substring(0, slash);
            if (!Files.isDirectory(Path.of(tree.mountPoint() + above))) missing.add(above);
            if (slash < 0) return new CgroupTree.Place(path, missing);
        }
    }

    /** {@return whether a new mount of the tree would show just what this one does, as {@link CgroupTree#whole} has it} */
    public static boolean isWhole(CgroupTree tree) {
        try {
            return Files.readSymbolicLink(Path.of(SELF, "ns/cgroup")).toString().equals(FIRST_CGROUP_NAMESPACE)
                    && (long) Files.getAttribute(Path.of(tree.mountPoint()), "unix:ino") == ROOT_INODE;
        } catch (IOException unknown) {
            return false;
        }
    }

    /** {@return the last so many of the directories on the way to {@code path}, and itself, outermost first} */
    public static List<String> last(int count, String path) {
        List<String> last = new ArrayList<>();
        String at = path;
        for (int i = 0; i < count; i++) {
            last.addFirst(at);
            at = parent(at);
        }
        return last;
    }

    /**
     * {@return whether this user may make {@code place} and start a process of this one's there} For the latter the kernel asks for
     * the right to write cgroup.procs of the cgroup that both lie in.
     */
    public static boolean mayMake(CgroupTree tree, CgroupTree.Place place) {
        String above = place.missing().isEmpty() ? place.path() : parent(place.missing().getFirst());
        String shared = place.path();
        while (!(tree.own() + "/").startsWith(shared + "/")) shared = parent(shared);
        return Files.isWritable(Path.of(tree.mountPoint() + above)) && Files.isWritable(Path.of(tree.mountPoint() + shared + "/cgroup.procs"));
    }

    private static String parent(String path) {
        return path.substring(0, path.lastIndexOf('/'));
    }

    private static Optional<CgroupTree> cgroups(List<MountTable.Entry> mounts, String process, Texts texts) {
        for (int i = mounts.size() - 1; i >= 0; i--) {
            var mount = mounts.get(i);
            if (!mount.type().equals("cgroup2") || MountTable.isCovered(mounts, i)) continue;
            String own = word("\n" + texts.of(process + "/cgroup"), "\n0::");
            var controllers = texts.of(mount.mountPoint() + "/cgroup.controllers").strip();
            return Optional.of(new CgroupTree(mount.mountPoint(), own,
                    controllers.isEmpty() ? Set.of() : Set.of(controllers.split(" "))));
        }
        return Optional.empty();
    }

    private static List<String> procMounts(List<MountTable.Entry> mounts) {
        List<String> points = new ArrayList<>();
        for (var mount : mounts) {
            if (mount.type().equals("proc") || mount.type().equals("sysfs")) points.add(mount.mountPoint());
        }
        return points;
    }

    private static long effective(String status, String label) {
        int real = status.indexOf(label) + label.length();
        int effective = status.indexOf('\t', real) + 1;
        return Long.parseLong(status.substring(effective, status.indexOf('\t', effective)));
    }

    private static String word(String text, String label) {
        int start = text.indexOf(label);
        if (start < 0) throw new StateException("read the host: no \"" + label.strip() + "\" in a file of /proc");
        return text.substring(start + label.length(), text.indexOf('\n', start + label.length()));
    }

    /** Bytes that are no UTF-8 do no harm: anybody who may mount a FUSE file system can put some into mountinfo. */
    static String text(String file) {
        try {
            return new String(Files.readAllBytes(Path.of(file)), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new StateException("read " + file + ": " + e.getMessage() + "; jrunc needs procfs at /proc", e);
        }
    }
}
