package jrunc.plan;

import static jrunc.linux.AtFlag.AT_EMPTY_PATH;
import static jrunc.linux.AtFlag.AT_RECURSIVE;
import static jrunc.linux.MountAttr.MOUNT_ATTR_IDMAP;
import static jrunc.tape.Operand.NULL;
import static jrunc.tape.Operand.flags;
import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.length;
import static jrunc.tape.Operand.named;
import static jrunc.tape.Operand.text;
import static jrunc.tape.Operand.words;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import jrunc.config.Config;
import jrunc.config.IdMapping;
import jrunc.config.Linux;
import jrunc.config.Mount;
import jrunc.config.MountIds;
import jrunc.config.MountOptions;
import jrunc.host.BundleFiles;
import jrunc.host.Host;
import jrunc.linux.CloneFlag;
import jrunc.linux.Namespace;
import jrunc.linux.OpenFlag;
import jrunc.linux.Signal;
import jrunc.linux.Sys;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;

/**
 * The sources of bind mounts that must be opened before the container's namespaces are entered:
 * <ul>
 * <li>those of a container with a user namespace, whose root may not read them or may not clone what the host has locked;
 * <li>those whose ids are mapped, which only the root of the file system's own user namespace may ask for;
 * <li>those of a container whose root is shared, which must stay peers of the host's mounts when all others are made slaves.
 * </ul>
 * What is opened so has the flags of the host's mount, but not locked: a container whose root has CAP_SYS_ADMIN in its own user
 * namespace can clear them again, as under runc (since 1.2) and crun. Without a caller who is root all is opened inside, and locked.
 */
final class Sources {
    private static final long P_PID = 1;
    private static final long WEXITED = 4;

    private final Map<Mount, Operand.Word> trees = new IdentityHashMap<>();
    /** Descriptors of user namespaces, by the maps that were written to them. */
    private final Map<MountIds, Operand.Word> namespaces = new HashMap<>();
    private final Config config;
    private final Recorder tape;

    private Sources(Config config, Recorder tape) {
        this.config = config;
        this.tape = tape;
    }

    /** {@return whether a mount has mapped ids, so that a process of the host's user namespace must set the mounts up} */
    static boolean areMapped(Config config) {
        for (var mount : config.mounts()) {
            if (mount.hasMappedIds()) return true;
        }
        return false;
    }

    /** Opens what must be. Of a caller without root nothing is: it cannot clone a mount outside a user namespace of its own. */
    static Sources open(Config config, Host host, BundleFiles bundle, Recorder tape) {
        var sources = new Sources(config, tape);
        boolean userNamespace = config.linux().namespace(Namespace.USER).isPresent();
        boolean all = host.uid() == 0 && (userNamespace || Rootfs.isShared(config));
        for (var mount : config.mounts()) {
            if (!all && !mount.hasMappedIds()) continue;
            var options = MountOptions.of(mount.options());
            if (!Mounts.isBind(mount, options) || Remounts.is(mount, options)) continue;
            String source = bundle.absolute(mount.source().orElse(""));
            boolean copied = options.copySymlink() && bundle.links().containsKey(source);
            if (!copied) sources.open(mount, options, source, bundle);
        }
        sources.closeNamespaces();
        return sources;
    }

    /** {@return the detached mount of this mount's source, or null if it is still to be opened} */
    Operand.Word tree(Mount mount) {
        return trees.get(mount);
    }

    private void open(Mount mount, MountOptions options, String source, BundleFiles bundle) {
        tape.section("config.md, Mounts");
        String caption = "mount " + source + " on " + mount.destination();
        var tree = tape.variable(-1);
        trees.put(mount, tree);
        tape.attempt(caption + ": open the source", t -> {
            BindMounts.open(source, options, tree, t);
            // As a mount of the new mount namespace is: what is mounted in the container must not show up on the host.
            if (!Rootfs.isShared(config)) MountSetattr.call(tree, flags(AT_EMPTY_PATH, AT_RECURSIVE), imm(0), imm(0), flags(Rootfs.inner(config)), imm(0), t);
        });
        MountIds.of(mount, config.linux()).ifPresent(ids -> {
            var namespace = namespace(ids);
            tape.attempt(caption + ": map its ids, which its file system must allow", t -> MountSetattr.call(tree, MountSetattr.at(ids.recursive()),
                    flags(MOUNT_ATTR_IDMAP), imm(0), imm(0), namespace, t));
        });
    }

    private Operand.Word namespace(MountIds ids) {
        var key = new MountIds(ids.uids(), ids.gids(), false);
        var known = namespaces.get(key);
        if (known != null) return known;
        var namespace = tape.variable(-1);
        namespaces.put(key, namespace);
        if (ids.uids().isEmpty()) join(namespace);
        else make(ids, namespace);
        return namespace;
    }

    /** The ids are those of a user namespace that is there already. */
    private void join(Operand.Word namespace) {
        String path = config.linux().namespace(Namespace.USER).flatMap(Linux.NamespaceEntry::path).orElseThrow();
        tape.attempt("open the user namespace " + path + " for its maps", t -> t
                .call(Sys.OPENAT, Handover.at(), text(path), t.open(OpenFlag.O_RDONLY, OpenFlag.O_CLOEXEC)).into(namespace));
    }

    /**
     * A user namespace that has these maps and nobody in it: a process is cloned into it, and ends when it has been opened.
     * Should this one end before, the pipe does, and with it that process.
     */
    private void make(MountIds ids, Operand.Word namespace) {
        var pid = tape.variable(0);
        tape.attempt("make a user namespace for mapped ids", t -> {
            var ends = t.block(8);
            t.call(Sys.PIPE2, ends.address(), t.open(OpenFlag.O_CLOEXEC));
            var readEnd = t.low(ends.word(0));
            var writeEnd = t.high(ends.word(0));
            t.call(Sys.CLONE3, words(flags(CloneFlag.CLONE_NEWUSER), imm(0), imm(0), imm(0), named(Signal.SIGCHLD.number(), "SIGCHLD"),
                    imm(0), imm(0), imm(0)), imm(64)).into(pid).on(0, u -> {
                u.close(writeEnd);
                u.call(Sys.READ, readEnd, u.scratch(8).address(), imm(1)).forgiveAll();
                u.call(Sys.EXIT_GROUP, imm(0));
            });
            writeMap("uid_map", ids.uids(), pid, t);
            writeMap("gid_map", ids.gids(), pid, t);
            t.call(Sys.OPENAT, Handover.at(), t.path("/proc/", pid, "/ns/user"), t.open(OpenFlag.O_RDONLY, OpenFlag.O_CLOEXEC)).into(namespace);
            t.close(writeEnd, readEnd);
            t.call(Sys.WAITID, named(P_PID, "P_PID"), pid, NULL, named(WEXITED, "WEXITED"), NULL).tries(255);
        });
    }

    private static void writeMap(String file, List<IdMapping> mappings, Operand pid, Recorder t) {
        String lines = IdMaps.lines(mappings);
        var fd = t.call(Sys.OPENAT, Handover.at(), t.path("/proc/", pid, "/" + file), t.open(OpenFlag.O_WRONLY, OpenFlag.O_CLOEXEC));
        t.call(Sys.WRITE, fd, text(lines), length(lines));
        t.close(fd);
    }

    private void closeNamespaces() {
        if (namespaces.isEmpty()) return;
        tape.attempt("close the user namespaces for mapped ids", t -> {
            for (var namespace : namespaces.values()) t.close(namespace);
        });
    }
}
