package jrunc.plan;

import static jrunc.tape.Operand.flags;
import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.length;
import static jrunc.tape.Operand.named;
import static jrunc.tape.Operand.text;
import static jrunc.tape.Operand.words;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import jrunc.config.Config;
import jrunc.config.Linux;
import jrunc.host.Host;
import jrunc.linux.CloneFlag;
import jrunc.linux.Errno;
import jrunc.linux.Namespace;
import jrunc.linux.OpenFlag;
import jrunc.linux.Sys;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;

/**
 * <a href="https://github.com/opencontainers/runtime-spec/blob/v1.3.0/config-linux.md#namespaces">config-linux.md, Namespaces</a>,
 * user namespace mappings and time offsets, and the names of the UTS namespace.
 *
 * <p>New namespaces come with the runtime's clone3 unless a <em>stage</em> is needed: a user namespace drops the exec's
 * capabilities until its ids are mapped, the ids of a mount can be mapped only outside of it, a pid namespace that is joined holds only children, and the offsets of a time
 * namespace must be written before anybody is in it. Then the runtime clones plainly, and the machine, which has one
 * thread, joins, writes the offsets, clones the container's process (as a child of the runtime) and writes its maps as far as it may.
 */
final class Namespaces {
    private static final long NS_GET_NSTYPE = 0xb703;
    private static final long SIOCSIFFLAGS = 0x8914;

    private Namespaces() {}

    /** {@return whether the container's process is cloned by the machine instead of by the runtime} */
    static boolean staged(Config config) {
        var linux = config.linux();
        return Sources.areMapped(config) || linux.namespace(Namespace.USER).isPresent() || linux.namespace(Namespace.TIME).isPresent()
                || linux.namespace(Namespace.PID).flatMap(Linux.NamespaceEntry::path).isPresent();
    }

    /** {@return the namespaces that clone3 is to make} */
    static List<CloneFlag> made(Linux linux, Host host) {
        List<CloneFlag> flags = new ArrayList<>();
        for (var kind : Namespace.values()) {
            var entry = linux.namespace(kind);
            // Time: unshared before, by the stage, since its offsets must be written while it is empty. IPC: after, in a user
            // namespace, so that its mqueue file system belongs to root there.
            // Cgroup: after systemd has moved the process.
            boolean apart = kind == Namespace.TIME || kind == Namespace.CGROUP && host.asked().systemd().isPresent()
                    || kind == Namespace.IPC && linux.namespace(Namespace.USER).isPresent();
            if (entry.isPresent() && entry.get().path().isEmpty() && !apart) flags.add(kind.flag());
        }
        return flags;
    }

    static boolean makes(Linux linux, Namespace kind) {
        var entry = linux.namespace(kind);
        return entry.isPresent() && entry.get().path().isEmpty();
    }

    /** Plays {@code inside} in all of the container's namespaces, in this process or, staged, in a child of the runtime. */
    static void enter(Config config, Host host, Descriptors descriptors, Recorder tape, Consumer<Recorder> inside) {
        tape.section("config-linux.md, Namespaces");
        var linux = config.linux();
        if (!staged(config)) {
            join(linux, host, tape);
            inside.accept(tape);
            return;
        }
        Operand proc = openProc(tape);
        join(linux, host, tape);
        if (makes(linux, Namespace.TIME)) makeTime(linux, tape);
        // If a program writes a map it is the runtime that runs it, and says when it is done.
        boolean byRuntime = IdMaps.needPrograms(linux, host);
        var mapped = byRuntime ? null : tape.block(8);
        if (!byRuntime) tape.attempt("make a pipe for the word that the ids are mapped",
                t -> t.call(Sys.PIPE2, mapped.address(), t.open(OpenFlag.O_CLOEXEC)));
        var readEnd = byRuntime ? null : tape.low(mapped.word(0));
        var writeEnd = byRuntime ? null : tape.high(mapped.word(0));
        var child = tape.variable(0);
        tape.attempt("clone the container's process into " + shown(linux), t -> t
                .call(Sys.CLONE3, words(flags(with(made(linux, host), CloneFlag.CLONE_PARENT)), imm(0), imm(0), imm(0), imm(0), imm(0),
                        imm(0), imm(0)), imm(64))
                .into(child).on(0, u -> {
                    if (byRuntime) u.attempt("close the host's /proc", v -> v.close(proc));
                    else u.attempt("leave the pipe's other end to the runtime", v -> v.close(writeEnd, proc));
                    Handover.awaitByte("wait until the ids are mapped", byRuntime ? descriptors.sync() : readEnd, u);
                    if (!byRuntime) u.attempt("close the pipe", v -> v.close(readEnd));
                    becomeRoot(config, host, u);
                    boolean late = linux.namespace(Namespace.USER).isPresent() && makes(linux, Namespace.IPC);
                    if (late) u.attempt("make an ipc namespace", v -> v.call(Sys.UNSHARE, flags(CloneFlag.CLONE_NEWIPC)));
                    inside.accept(u);
                }));
        if (makes(linux, Namespace.USER)) IdMaps.write(linux, host, proc, child, tape);
        // Before that process goes on: what it reports comes after.
        tape.attempt("tell the runtime which process is the container's", t -> t
                .call(Sys.WRITE, descriptors.report(), words(imm(0), child), imm(16)));
        if (!byRuntime) tape.attempt("tell the container's process that its ids are mapped",
                t -> t.call(Sys.WRITE, writeEnd, text("m"), imm(1)));
        tape.attempt("end the stage", t -> t.call(Sys.EXIT_GROUP, imm(0)));
    }

    private static List<CloneFlag> with(List<CloneFlag> flags, CloneFlag another) {
        List<CloneFlag> all = new ArrayList<>(flags);
        all.add(another);
        return all;
    }

    private static String shown(Linux linux) {
        List<String> kinds = new ArrayList<>();
        for (var kind : Namespace.values()) {
            if (makes(linux, kind) && kind != Namespace.TIME) kinds.add(kind.word());
        }
        return kinds.isEmpty() ? "the joined namespaces" : "new namespaces (" + String.join(", ", kinds) + ")";
    }

    /** The host's own procfs, before any namespace is joined: the one whose uid_map can be trusted. */
    private static Operand openProc(Recorder tape) {
        var proc = tape.variable(-1);
        tape.attempt("open /proc", t -> t.call(Sys.OPENAT, Handover.at(), text("/proc"),
                t.open(OpenFlag.O_PATH, OpenFlag.O_DIRECTORY, OpenFlag.O_CLOEXEC)).into(proc));
        return proc;
    }

    /**
     * All are opened first, for joining a mount namespace changes what paths mean. Root joins the user namespace last, since only
     * outside it has the right to join what belongs to others; an ordinary user joins it first, to have any right at all.
     */
    private static void join(Linux linux, Host host, Recorder tape) {
        Map<Namespace, Operand> opened = new LinkedHashMap<>();
        List<Namespace> order = new ArrayList<>(List.of(Namespace.NETWORK, Namespace.IPC, Namespace.UTS, Namespace.CGROUP, Namespace.TIME,
                Namespace.PID, Namespace.MOUNT));
        order.add(host.uid() == 0 ? order.size() : 0, Namespace.USER);
        for (var kind : order) {
            linux.namespace(kind).flatMap(Linux.NamespaceEntry::path).ifPresent(path -> opened.put(kind, open(kind, path, tape)));
        }
        opened.forEach((kind, fd) -> tape.attempt(
                "join the " + kind.word() + " namespace " + linux.namespace(kind).orElseThrow().path().orElseThrow(), t -> {
                    t.call(Sys.SETNS, fd, flags(kind.flag()));
                    t.close(fd);
                }));
    }

    private static Operand open(Namespace kind, String path, Recorder tape) {
        var fd = tape.variable(-1);
        tape.attempt("open the " + kind.word() + " namespace " + path, t -> t
                .call(Sys.OPENAT, Handover.at(), text(path), t.open(OpenFlag.O_RDONLY, OpenFlag.O_CLOEXEC)).into(fd));
        tape.attempt("see that " + path + " is a " + kind.word() + " namespace", t -> {
            var type = t.call(Sys.IOCTL, fd, named(NS_GET_NSTYPE, "NS_GET_NSTYPE"));
            t.expect(type, -1, flags(kind.flag()), Errno.EINVAL);
        });
        return fd;
    }

    private static void makeTime(Linux linux, Recorder tape) {
        tape.attempt("make a time namespace", t -> t.call(Sys.UNSHARE, flags(CloneFlag.CLONE_NEWTIME)));
        linux.timeOffsets().forEach((clock, offset) -> {
            String line = clock + " " + offset.secs() + " " + offset.nanosecs();
            write("set the time offset " + line, "/proc/self/timens_offsets", line, tape);
        });
    }

    /**
     * Whoever the process was outside is nobody inside until it takes an id of the map: of root if that is mapped, else of the
     * program's own user. It keeps all capabilities.
     */
    static void becomeRoot(Config config, Host host, Recorder tape) {
        var linux = config.linux();
        if (linux.namespace(Namespace.USER).isEmpty()) return;
        var user = config.process().user();
        boolean joined = !makes(linux, Namespace.USER);
        long gid = joined || IdMaps.GIDS.has(0, linux) ? 0 : user.gid();
        long uid = joined || IdMaps.UIDS.has(0, linux) ? 0 : user.uid();
        tape.attempt(uid == 0 ? "become root of the user namespace" : "set up as user " + uid + " of a user namespace without root", t -> {
            // What a joined namespace maps only the kernel knows.
            var group = t.call(Sys.SETRESGID, imm(gid), imm(gid), imm(gid));
            if (joined) group.on(Errno.EINVAL, u -> u.call(Sys.SETRESGID, imm(user.gid()), imm(user.gid()), imm(user.gid())));
            Identity.setGroups(config, host, List.of(), t);
            var root = t.call(Sys.SETRESUID, imm(uid), imm(uid), imm(uid));
            if (joined) root.on(Errno.EINVAL, u -> u.call(Sys.SETRESUID, imm(user.uid()), imm(user.uid()), imm(user.uid())));
        });
    }

    /** The host name and domain name of a UTS namespace that the config asks for, and the loopback device of a new network. */
    static void name(Config config, Recorder tape) {
        tape.section("config.md, Hostname");
        config.hostname().ifPresent(name -> tape.attempt("set hostname " + name,
                t -> t.call(Sys.SETHOSTNAME, text(name), length(name))));
        config.domainname().ifPresent(name -> tape.attempt("set domainname " + name,
                t -> t.call(Sys.SETDOMAINNAME, text(name), length(name))));
    }

    /** runc does so too: a network namespace is born with its loopback device down. */
    static void raiseLoopback(Linux linux, Recorder tape) {
        if (!makes(linux, Namespace.NETWORK)) return;
        var ifreq = new byte[40]; // struct ifreq: char name[16]; short flags
        ifreq[0] = 'l';
        ifreq[1] = 'o';
        ifreq[16] = 1 | 8; // IFF_UP|IFF_LOOPBACK
        tape.section("config-linux.md, Namespaces");
        tape.attempt("raise the loopback device", t -> {
            var socket = t.call(Sys.SOCKET, named(2, "AF_INET"), named(2 | 0x80000, "SOCK_DGRAM|SOCK_CLOEXEC"), imm(0));
            t.call(Sys.IOCTL, socket, named(SIOCSIFFLAGS, "SIOCSIFFLAGS"), new Operand.Bytes(ifreq, "{lo, IFF_UP}"));
            t.close(socket);
        });
    }

    private static void write(String attempt, String file, String line, Recorder tape) {
        tape.attempt(attempt, t -> {
            var fd = t.call(Sys.OPENAT, Handover.at(), text(file), t.open(OpenFlag.O_WRONLY, OpenFlag.O_CLOEXEC));
            t.call(Sys.WRITE, fd, text(line), length(line));
            t.close(fd);
        });
    }
}
