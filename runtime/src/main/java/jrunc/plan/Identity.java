package jrunc.plan;

import static jrunc.linux.AtFlag.AT_EMPTY_PATH;
import static jrunc.linux.Errno.EACCES;
import static jrunc.linux.Errno.EINVAL;
import static jrunc.tape.Operand.NULL;
import static jrunc.tape.Operand.flags;
import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.named;
import static jrunc.tape.Operand.octal;
import static jrunc.tape.Operand.text;
import static jrunc.tape.Operand.words;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jrunc.config.Config;
import jrunc.config.Process;
import jrunc.host.Host;
import jrunc.linux.Capability;
import jrunc.linux.Errno;
import jrunc.linux.Flag;
import jrunc.linux.Namespace;
import jrunc.linux.OpenFlag;
import jrunc.linux.StatxField;
import jrunc.linux.StatxMask;
import jrunc.linux.Sys;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;

/**
 * <a href="https://github.com/opencontainers/runtime-spec/blob/v1.3.0/config.md#process">config.md, Process</a>: who the
 * program is when it starts: working directory, user, groups, umask, capabilities, no_new_privs, environment.
 */
final class Identity {
    private static final long PR_SET_KEEPCAPS = 8;
    private static final long PR_CAPBSET_DROP = 24;
    private static final long PR_SET_NO_NEW_PRIVS = 38;
    private static final long PR_CAP_AMBIENT = 47;
    private static final long CAPABILITY_VERSION_3 = 0x20080522;
    private static final long DEFAULT_UMASK = 022;
    private static final long KEYCTL_JOIN_SESSION_KEYRING = 1;
    private static final long KEYCTL_SETPERM = 5;
    /** A new session keyring's permissions and search by its user, as runc sets them: the program may change its user. */
    private static final long SEARCH_BY_USER = 0x3f1b0000;
    /** In a user namespace the keyring's user is another one. */
    private static final long SEARCH_BY_OTHERS = 0x3f000008;

    private Identity() {}

    /** The program's environment: of two entries with one name the last counts, and HOME is there. */
    static List<String> environment(Process process, Optional<String> home) {
        Map<String, String> entries = new LinkedHashMap<>();
        for (var entry : process.env()) {
            String name = entry.substring(0, entry.indexOf('='));
            entries.remove(name);
            entries.put(name, entry);
        }
        if (entries.getOrDefault("HOME", "HOME=").equals("HOME=")) {
            entries.remove("HOME");
            entries.put("HOME", "HOME=" + home.orElse("/"));
        }
        return new ArrayList<>(entries.values());
    }

    /** A session keyring of the container's own, so that it does not see the caller's keys. */
    static void joinKeyring(String id, boolean inUserNamespace, Recorder tape) {
        tape.section("runtime.md, Create");
        tape.attempt("join the session keyring _ses." + id, t -> {
            var keyring = t.call(Sys.KEYCTL, named(KEYCTL_JOIN_SESSION_KEYRING, "KEYCTL_JOIN_SESSION_KEYRING"), text("_ses." + id));
            keyring.forgive(Errno.ENOSYS).onSuccess(u -> u // ENOSYS: a kernel without keys
                    .call(Sys.KEYCTL, named(KEYCTL_SETPERM, "KEYCTL_SETPERM"), keyring,
                            inUserNamespace ? named(SEARCH_BY_OTHERS, "KEY_POS_ALL|KEY_OTH_SEARCH")
                                    : named(SEARCH_BY_USER, "KEY_POS_ALL|KEY_USR_VIEW|KEY_USR_READ|KEY_USR_SEARCH|KEY_USR_LINK"))
                    .forgive(Errno.EACCES)); // a keyring of this name was there, of another user
        });
    }

    /** The working directory is made if it is missing, while the root file system can still be written. */
    static void makeWorkingDirectory(Process process, Operand root, Recorder tape) {
        tape.section("config.md, Process");
        tape.attempt("make the working directory " + process.cwd(), t -> {
            var directory = t.variable(-1);
            InRoot.openOrMake(root, process.cwd(), InRoot.Kind.DIRECTORY, directory, t);
            t.close(directory);
        });
    }

    /** Becomes the user. What needs a capability comes before the capabilities go. */
    static void assume(Config config, Host host, Recorder tape) {
        var process = config.process();
        tape.section("config.md, Process");
        if (process.noNewPrivileges()) {
            tape.attempt("set no_new_privs", t -> t.call(Sys.PRCTL, named(PR_SET_NO_NEW_PRIVS, "PR_SET_NO_NEW_PRIVS"), imm(1), imm(0),
                    imm(0), imm(0)));
        }
        dropBounding(process, tape);
        ownStdio(process.user(), tape);
        becomeUser(config, host, tape);
        setCapabilities(process, mayHave(config, host), loader(config), tape);
        enterWorkingDirectory(process, tape);
        tape.attempt("set the umask", t -> t.call(Sys.UMASK, octal(process.user().umask().orElse(DEFAULT_UMASK))));
    }

    /** A user namespace is entered with every capability there is, and a full bounding set. */
    static long mayHave(Config config, Host host) {
        return config.linux().namespace(Namespace.USER).isPresent() ? -1 : host.capabilities();
    }

    private static void dropBounding(Process process, Recorder tape) {
        long kept = process.capabilities().map(sets -> set(sets.bounding())).orElse(0L);
        tape.attempt("drop capabilities from the bounding set", t -> {
            for (var capability : Capability.values()) {
                if ((kept & capability.value()) != 0) continue;
                t.call(Sys.PRCTL, named(PR_CAPBSET_DROP, "PR_CAPBSET_DROP"), named(capability.number(), capability.name()))
                        .forgive(EINVAL); // an older kernel does not know it, so nobody has it
            }
        });
    }

    /** The user must be able to open its own stdio again. The host's null device stays root's (runc did change it once). */
    private static void ownStdio(Process.User user, Recorder tape) {
        if (user.uid() == 0) return;
        for (int fd = 0; fd <= 2; fd++) {
            var stdio = imm(fd);
            tape.attempt("give descriptor " + fd + " to user " + user.uid(), t -> {
                var stat = t.scratch(StatxField.SIZE);
                t.call(Sys.STATX, stdio, text(""), flags(AT_EMPTY_PATH), flags(StatxMask.STATX_TYPE), stat.address());
                t.unless(stat.word(16), -1, Devices.NULL_NUMBER, u -> u
                        .call(Sys.FCHOWN, stdio, imm(user.uid()), named(0xFFFFFFFFL, "-1")).forgiveAll()); // not every file can be given
            });
        }
    }

    private static void becomeUser(Config config, Host host, Recorder tape) {
        var user = config.process().user();
        tape.attempt("keep capabilities across the change of user",
                t -> t.call(Sys.PRCTL, named(PR_SET_KEEPCAPS, "PR_SET_KEEPCAPS"), imm(1), imm(0), imm(0), imm(0)));
        tape.attempt("set the additional groups " + user.additionalGids(), t -> setGroups(config, host, user.additionalGids(), t));
        tape.attempt("become group " + user.gid(), t -> t.call(Sys.SETRESGID, imm(user.gid()), imm(user.gid()), imm(user.gid())));
        tape.attempt("become user " + user.uid(), t -> t.call(Sys.SETRESUID, imm(user.uid()), imm(user.uid()), imm(user.uid())));
        tape.attempt("keep capabilities no longer",
                t -> t.call(Sys.PRCTL, named(PR_SET_KEEPCAPS, "PR_SET_KEEPCAPS"), imm(0), imm(0), imm(0), imm(0)));
    }

    /**
     * Where the kernel denies it to all of a user namespace the caller's groups stay, which are no ids there. A user namespace is
     * entered with all capabilities, so that EPERM says just that.
     */
    static void setGroups(Config config, Host host, List<Long> ids, Recorder t) {
        var linux = config.linux();
        if (IdMaps.denyGroups(linux, host) || keepsUserNamespace(config, host) && ids.isEmpty()) return;
        var set = t.call(Sys.SETGROUPS, imm(ids.size()), ids.isEmpty() ? NULL : groups(ids));
        boolean mayBeDenied = linux.namespace(Namespace.USER).isPresent() && (host.inUserNamespace() || !Namespaces.makes(linux, Namespace.USER));
        if (mayBeDenied && ids.isEmpty()) set.forgive(Errno.EPERM);
    }

    private static boolean keepsUserNamespace(Config config, Host host) {
        return host.inUserNamespace() && config.linux().namespace(Namespace.USER).isEmpty();
    }

    /**
     * In the caller's own user namespace the caller may lack the capability, too: then only the kernel's word that setgroups is
     * denied to all, read while the host's /proc is there, lets the caller's groups stay.
     */
    static void dropGroups(Config config, Host host, Recorder tape) {
        if (!keepsUserNamespace(config, host) || !config.process().user().additionalGids().isEmpty()) return;
        tape.section("config.md, Process");
        tape.attempt("drop the caller's groups", t -> t.call(Sys.SETGROUPS, imm(0), NULL).on(Errno.EPERM, u -> {
            var file = u.call(Sys.OPENAT, Handover.at(), text("/proc/self/setgroups"), u.open(OpenFlag.O_RDONLY, OpenFlag.O_CLOEXEC));
            var word = u.scratch(8);
            u.call(Sys.READ, file, word.address(), imm(4));
            u.expect(word.word(0), 0xFFFFFFFFL, named('d' | 'e' << 8 | 'n' << 16 | 'y' << 24, "\"deny\""), Errno.EPERM);
            u.close(file);
        }));
    }

    private static Operand.Bytes groups(List<Long> ids) {
        var out = ByteBuffer.allocate(ids.size() * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (long id : ids) out.putInt((int) id);
        return new Operand.Bytes(out.array(), ids.toString());
    }

    private static void setCapabilities(Process process, long mayHave, long loader, Recorder tape) {
        var sets = process.capabilities();
        long effective = sets.map(all -> set(all.effective())).orElse(0L) & mayHave;
        long permitted = sets.map(all -> set(all.permitted())).orElse(0L) & mayHave;
        long inheritable = sets.map(all -> set(all.inheritable())).orElse(0L) & mayHave;
        long ambient = sets.map(all -> set(all.ambient())).orElse(0L) & mayHave;
        tape.attempt("set the capabilities", t -> {
            t.call(Sys.CAPSET, words(named(CAPABILITY_VERSION_3, "_LINUX_CAPABILITY_VERSION_3")), data(effective | loader, permitted | loader, inheritable));
            t.call(Sys.PRCTL, named(PR_CAP_AMBIENT, "PR_CAP_AMBIENT"), named(4, "PR_CAP_AMBIENT_CLEAR_ALL"), imm(0), imm(0), imm(0));
        });
        tape.attempt("raise ambient capabilities", t -> {
            for (var capability : Capability.values()) {
                if ((ambient & capability.value()) == 0) continue;
                t.call(Sys.PRCTL, named(PR_CAP_AMBIENT, "PR_CAP_AMBIENT"), named(2, "PR_CAP_AMBIENT_RAISE"),
                        named(capability.number(), capability.name()), imm(0), imm(0)).forgiveAll(); // runc only warns, too
            }
        });
    }

    /** Without no_new_privs only who has this may load a filter; it is kept so long, and not longer. */
    private static long loader(Config config) {
        boolean needed = config.linux().seccomp().isPresent() && !config.process().noNewPrivileges();
        return needed ? Capability.CAP_SYS_ADMIN.value() : 0;
    }

    /** After the filter is loaded. */
    static void dropLoader(Config config, Host host, Recorder tape) {
        long loader = loader(config);
        if (loader == 0) return;
        var sets = config.process().capabilities();
        long mayHave = mayHave(config, host);
        long effective = sets.map(all -> set(all.effective())).orElse(0L) & mayHave;
        long permitted = sets.map(all -> set(all.permitted())).orElse(0L) & mayHave;
        long inheritable = sets.map(all -> set(all.inheritable())).orElse(0L) & mayHave;
        if ((effective & permitted & loader) != 0) return; // the program has it, too
        tape.attempt("drop the capability that loading the filter took", t -> t
                .call(Sys.CAPSET, words(named(CAPABILITY_VERSION_3, "_LINUX_CAPABILITY_VERSION_3")), data(effective, permitted, inheritable)));
    }

    /** Two rows of effective, permitted, inheritable, 32 bits each. */
    private static Operand.Bytes data(long effective, long permitted, long inheritable) {
        var out = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
        for (int shift = 0; shift <= 32; shift += 32) {
            out.putInt((int) (effective >>> shift)).putInt((int) (permitted >>> shift)).putInt((int) (inheritable >>> shift));
        }
        return new Operand.Bytes(out.array(), "{" + Flag.show(Capability.class, effective) + ", " + Flag.show(Capability.class, permitted)
                + ", " + Flag.show(Capability.class, inheritable) + "}");
    }

    /** Names that this jrunc does not know are passed over; that they were is said in the log. */
    static long set(List<String> names) {
        long bits = 0;
        for (var name : names) bits |= Capability.named(name).map(Capability::value).orElse(0L);
        return bits;
    }

    /**
     * As the user, whose rights count. CVE-2024-21626: through a descriptor that leads out of the root file system one could
     * get there; the kernel then answers getcwd with a path that does not begin with a slash.
     */
    private static void enterWorkingDirectory(Process process, Recorder tape) {
        tape.attempt("chdir to cwd (\"" + process.cwd() + "\") set in config.json", t -> {
            t.call(Sys.CHDIR, text(process.cwd()));
            var path = t.scratch(4096);
            t.call(Sys.GETCWD, path.address(), imm(4096));
            t.expect(path.word(0), 0xff, named('/', "'/'"), EACCES);
        });
    }
}
