package jrunc.plan;

import static jrunc.linux.AtFlag.AT_EMPTY_PATH;
import static jrunc.linux.AtFlag.AT_SYMLINK_NOFOLLOW;
import static jrunc.linux.Errno.EEXIST;
import static jrunc.linux.Errno.ENODEV;
import static jrunc.linux.Errno.ENOENT;
import static jrunc.tape.Operand.flags;
import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.named;
import static jrunc.tape.Operand.text;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import jrunc.config.Config;
import jrunc.config.Linux;
import jrunc.config.MountOptions;
import jrunc.host.Host;
import jrunc.linux.Errno;
import jrunc.linux.FcntlCommand;
import jrunc.linux.FileType;
import jrunc.linux.Namespace;
import jrunc.linux.OpenFlag;
import jrunc.linux.ResolveFlag;
import jrunc.linux.StatxField;
import jrunc.linux.StatxMask;
import jrunc.linux.Sys;
import jrunc.tape.Block;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;

/**
 * <a href="https://github.com/opencontainers/runtime-spec/blob/v1.3.0/config-linux.md#default-devices">config-linux.md, Devices
 * and Default Devices</a>, and the symbolic links of
 * <a href="https://github.com/opencontainers/runtime-spec/blob/v1.3.0/runtime-linux.md#dev-symbolic-links">runtime-linux.md</a>.
 * All are made by name in a directory that was reached from the root's descriptor (CVE-2026-41579, CVE-2026-47766).
 */
final class Devices {
    private static final long DEFAULT_MODE = 0666;
    /** The null device as the words stx_rdev_major and stx_rdev_minor of struct statx say it. */
    static final Operand.Imm NULL_NUMBER = named(1 | 3L << 32, "1:3");

    private Devices() {}

    /** What every container has; /dev/console and /dev/ptmx are made elsewhere. */
    private record Node(String path, FileType type, long major, long minor, long mode, long uid, long gid) {
        static Node character(String path, long major, long minor) {
            return new Node(path, FileType.S_IFCHR, major, minor, DEFAULT_MODE, 0, 0);
        }
    }

    static void create(Config config, Host host, Operand root, Recorder tape) {
        tape.section("config-linux.md, Devices");
        if (isBound(config)) return; // the host's own /dev: it has what it has
        boolean inUserNamespace = host.inUserNamespace() || config.linux().namespace(Namespace.USER).isPresent();
        for (var node : nodes(config)) {
            if (inUserNamespace && node.type != FileType.S_IFIFO) bind(node, root, tape);
            else make(node, root, tape);
        }
        links(host, root, tape);
    }

    private static boolean isBound(Config config) {
        for (var mount : config.mounts()) {
            boolean bind = mount.type().orElse("").equals("bind") || MountOptions.of(mount.options()).isBind();
            if (bind && InRoot.clean(mount.destination()).equals("/dev")) return true;
        }
        return false;
    }

    private static List<Node> nodes(Config config) {
        List<Node> nodes = new ArrayList<>(List.of(Node.character("/dev/null", 1, 3), Node.character("/dev/random", 1, 8),
                Node.character("/dev/full", 1, 7), Node.character("/dev/tty", 5, 0), Node.character("/dev/zero", 1, 5),
                Node.character("/dev/urandom", 1, 9)));
        for (var device : config.linux().devices()) {
            nodes.removeIf(node -> node.path.equals(InRoot.clean(device.path())));
            nodes.add(node(device));
        }
        return nodes;
    }

    private static Node node(Linux.Device device) {
        var type = switch (device.type()) {
            case "b" -> FileType.S_IFBLK;
            case "p" -> FileType.S_IFIFO;
            default -> FileType.S_IFCHR; // c, and u: unbuffered
        };
        return new Node(InRoot.clean(device.path()), type, device.major().orElse(0), device.minor().orElse(0),
                device.fileMode().orElse(DEFAULT_MODE) & 07777, device.uid().orElse(0), device.gid().orElse(0));
    }

    private static void make(Node node, Operand root, Recorder tape) {
        tape.attempt("make the device " + node.path, t -> {
            var directory = parent(node.path, root, t);
            String name = name(node.path);
            t.call(Sys.MKNODAT, directory, text(name), named(node.type.value() | node.mode, node.type + "|0" + Long.toOctalString(node.mode)),
                    named(number(node), node.major + ":" + node.minor)).on(EEXIST, u -> see(node, directory, name, u));
            if (node.uid != 0 || node.gid != 0) {
                t.call(Sys.FCHOWNAT, directory, text(name), imm(node.uid), imm(node.gid), flags(AT_SYMLINK_NOFOLLOW));
            }
            t.close(directory);
        });
    }

    /** What is there already must be the very device. */
    private static void see(Node node, Operand directory, String name, Recorder t) {
        var stat = t.scratch(StatxField.SIZE);
        t.call(Sys.STATX, directory, text(name), flags(AT_SYMLINK_NOFOLLOW), flags(StatxMask.STATX_TYPE), stat.address());
        expectDevice(node, stat, EEXIST, t);
    }

    private static void expectDevice(Node node, Block stat, Errno otherwise, Recorder t) {
        t.expect(stat.word(3), Handover.mode(FileType.S_IFMT), named(Handover.mode(node.type.value()), node.type.name()), otherwise);
        t.expect(stat.word(16), -1, named(node.major | node.minor << 32, node.major + ":" + node.minor), otherwise);
    }

    /** mknod is not allowed in a user namespace: the host's own node is mounted on an empty file. */
    private static void bind(Node node, Operand root, Recorder tape) {
        tape.attempt("mount the host's " + node.path, t -> {
            var device = t.call(Sys.OPEN_TREE, Handover.at(), text(node.path), Rootfs.cloneTree(AT_SYMLINK_NOFOLLOW));
            var stat = t.scratch(StatxField.SIZE);
            t.call(Sys.STATX, device, text(""), flags(AT_EMPTY_PATH), flags(StatxMask.STATX_TYPE), stat.address());
            expectDevice(node, stat, ENODEV, t);
            var place = t.variable(-1);
            InRoot.openOrMake(root, node.path, InRoot.Kind.FILE, place, t);
            Rootfs.moveOnto(device, place, t);
            t.close(place, device);
        });
    }

    /**
     * A stdin, stdout or stderr that is the host's null device becomes the container's own: through the host's, root in the
     * container could change its mode and owner. What is there is looked at before it is opened (CVE-2026-88265).
     */
    static void replaceNullStdio(Operand root, Recorder tape) {
        tape.section("runtime.md, Create");
        tape.attempt("open the container's /dev/null for stdio", t -> {
            var place = InRoot.open(root, "/dev/null", t, ResolveFlag.RESOLVE_NO_SYMLINKS);
            place.forgive(ENOENT, Errno.ELOOP).onSuccess(u -> {
                whenNullDevice(place, u, v -> {
                    var device = v.call(Sys.OPENAT, Handover.at(), v.path("/proc/self/fd/", place), v.open(OpenFlag.O_RDWR, OpenFlag.O_CLOEXEC));
                    for (int fd = 0; fd <= 2; fd++) {
                        var stdio = imm(fd);
                        whenNullDevice(stdio, v, w -> w.call(Sys.DUP3, device, stdio, imm(0)));
                    }
                    v.close(device);
                });
                u.close(place);
            });
        });
    }

    /**
     * The same for an exec, where no /proc can be trusted to open again what was looked at: it is opened as if it were the null device,
     * which does nothing to a file or a fifo and which the container's own device rules judge, and then looked at.
     */
    static void replaceNullStdioInside(Recorder tape) {
        tape.section("exec");
        tape.attempt("open the container's /dev/null for stdio", t -> {
            var root = t.variable(-1);
            t.call(Sys.OPENAT, Handover.at(), text("/"), t.open(OpenFlag.O_PATH, OpenFlag.O_DIRECTORY, OpenFlag.O_CLOEXEC)).into(root);
            var device = InRoot.openDevice(root, "/dev/null", t);
            device.forgiveAll().onSuccess(u -> {
                whenNullDevice(device, u, v -> {
                    v.call(Sys.FCNTL, device, Handover.fcntl(FcntlCommand.F_SETFL), imm(0)); // only the open must not block
                    for (int fd = 0; fd <= 2; fd++) {
                        var stdio = imm(fd);
                        whenNullDevice(stdio, v, w -> w.call(Sys.DUP3, device, stdio, imm(0)));
                    }
                });
                u.close(device);
            });
            t.close(root);
        });
    }

    private static void whenNullDevice(Operand descriptor, Recorder t, Consumer<Recorder> cells) {
        var stat = t.scratch(StatxField.SIZE);
        t.call(Sys.STATX, descriptor, text(""), flags(AT_EMPTY_PATH), flags(StatxMask.STATX_TYPE), stat.address());
        t.when(stat.word(16), -1, NULL_NUMBER,
                u -> u.when(stat.word(3), Handover.mode(FileType.S_IFMT), named(Handover.mode(FileType.S_IFCHR.value()), "S_IFCHR"), cells));
    }

    private static void links(Host host, Operand root, Recorder tape) {
        tape.section("runtime-linux.md, Dev symbolic links");
        tape.attempt("link /dev/ptmx to the container's own devpts", t -> {
            var dev = parent("/dev/ptmx", root, t);
            t.call(Sys.UNLINKAT, dev, text("ptmx"), imm(0)).forgive(ENOENT);
            t.call(Sys.SYMLINKAT, text("pts/ptmx"), dev, text("ptmx"));
            t.close(dev);
        });
        link("/dev/fd", "/proc/self/fd", root, tape);
        link("/dev/stdin", "/proc/self/fd/0", root, tape);
        link("/dev/stdout", "/proc/self/fd/1", root, tape);
        link("/dev/stderr", "/proc/self/fd/2", root, tape);
        if (host.hasKcore()) link("/dev/core", "/proc/kcore", root, tape);
    }

    private static void link(String path, String target, Operand root, Recorder tape) {
        tape.attempt("link " + path + " to " + target, t -> {
            var dev = parent(path, root, t);
            t.call(Sys.SYMLINKAT, text(target), dev, text(name(path))).forgive(EEXIST);
            t.close(dev);
        });
    }

    private static Operand parent(String path, Operand root, Recorder t) {
        var directory = t.variable(-1);
        String above = path.substring(0, Math.max(1, path.lastIndexOf('/')));
        InRoot.openOrMake(root, above, InRoot.Kind.DIRECTORY, directory, t);
        return directory;
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** The kernel's 32-bit form of a device number: minor bits 0-7, major, minor bits 8-19. */
    private static long number(Node node) {
        return node.minor & 0xff | node.major << 8 | (node.minor & ~0xffL) << 12;
    }
}
