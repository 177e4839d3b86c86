package jrunc.plan;

import static jrunc.linux.AtFlag.AT_EMPTY_PATH;
import static jrunc.linux.AtFlag.AT_RECURSIVE;
import static jrunc.linux.Errno.ENOENT;
import static jrunc.linux.FsmountFlag.FSMOUNT_CLOEXEC;
import static jrunc.linux.FsopenFlag.FSOPEN_CLOEXEC;
import static jrunc.linux.MountAttr.MOUNT_ATTR_RDONLY;
import static jrunc.tape.Operand.flags;
import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.named;
import static jrunc.tape.Operand.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jrunc.config.Config;
import jrunc.config.Mount;
import jrunc.config.MountOptions;
import jrunc.host.BundleFiles;
import jrunc.host.Host;
import jrunc.linux.Errno;
import jrunc.linux.FilesystemMagic;
import jrunc.linux.Flag;
import jrunc.linux.MountAttr;
import jrunc.linux.MountFlag;
import jrunc.linux.OpenFlag;
import jrunc.linux.ResolveFlag;
import jrunc.linux.StatxField;
import jrunc.linux.StatxMask;
import jrunc.linux.Sys;
import jrunc.tape.Call;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;

/**
 * <a href="https://github.com/opencontainers/runtime-spec/blob/v1.3.0/config.md#mounts">config.md, Mounts</a>: each is made
 * detached with the new mount API, given its attributes, and only then moved onto a descriptor of its mount point. So no path
 * is looked up twice, and nothing is ever mounted with the wrong flags, not even for a moment.
 */
final class Mounts {
    private static final int STATFS_SIZE = 120;

    private final Config config;
    private final Host host;
    private final BundleFiles bundle;
    private final Operand root;
    private final Recorder tape;
    private final List<Late> late = new ArrayList<>();

    /** A tmpfs that is to be read-only, but only after what goes into it: devices, mount points. */
    private record Late(String destination, Operand tree) {}

    private Mounts(Config config, Host host, BundleFiles bundle, Operand root, Recorder tape) {
        this.config = config;
        this.host = host;
        this.bundle = bundle;
        this.root = root;
        this.tape = tape;
    }

    /** {@return what is left to do when all that writes into the mounts is done} */
    static Mounts attach(Config config, Host host, BundleFiles bundle, Operand root, Recorder tape) {
        tape.section("config.md, Mounts");
        var mounts = new Mounts(config, host, bundle, root, tape);
        for (var mount : config.mounts()) mounts.attach(mount);
        return mounts;
    }

    /** Makes read-only what had to be written into first. */
    void finish() {
        tape.section("config.md, Mounts");
        for (var mount : late) {
            tape.attempt("make " + mount.destination + " read-only", t -> {
                setattr(mount.tree, flags(AT_EMPTY_PATH), flags(MOUNT_ATTR_RDONLY), imm(0), imm(0), t);
                t.close(mount.tree);
            });
        }
    }

    private void attach(Mount mount) {
        var options = MountOptions.of(mount.options());
        String type = mount.type().orElse("");
        if (options.isBind() || type.equals("bind")) bind(mount, options);
        else make(mount, type, options);
    }

    private void bind(Mount mount, MountOptions options) {
        String source = bundle.absolute(mount.source().orElse(""));
        String caption = "mount " + source + " on " + mount.destination();
        var tree = tape.variable(-1);
        tape.attempt(caption + ": open the source", t -> t.call(Sys.OPEN_TREE, Handover.at(), text(source),
                options.rbind() ? Rootfs.cloneTree(AT_RECURSIVE) : Rootfs.cloneTree()).into(tree));
        tape.attempt(caption, t -> {
            change(tree, options.attributes(), false, t);
            change(tree, options.treeAttributes(), true, t);
        });
        boolean directory = bundle.sources().get(source) != BundleFiles.Kind.OTHER;
        var place = tape.variable(-1);
        tape.attempt(caption + ": make the mount point",
                t -> InRoot.openOrMake(root, mount.destination(), directory ? InRoot.Kind.DIRECTORY : InRoot.Kind.FILE, place, t));
        guardProc(mount, tree, place);
        tape.attempt(caption, t -> {
            Rootfs.moveOnto(tree, place, t);
            propagate(tree, options, t);
            t.close(place, tree);
        });
    }

    /**
     * Nothing may cover a procfs (CVE-2019-16884): what is written there later would go nowhere. Validation has let only lxcfs's
     * files and /proc itself be named; a symbolic link may lead there all the same, and a bind mount on /proc may be of anything.
     */
    private void guardProc(Mount mount, Operand tree, Operand place) {
        String destination = InRoot.clean(mount.destination());
        boolean named = destination.startsWith("/proc/");
        if (named) return;
        boolean onProc = destination.equals("/proc");
        tape.attempt(onProc ? "mount on /proc what is not a proc file system" : "mount on " + mount.destination() + ", which leads into a proc file system", t -> {
            var statfs = t.scratch(STATFS_SIZE);
            t.call(Sys.FSTATFS, onProc ? tree : place, statfs.address());
            var proc = named(FilesystemMagic.PROC_SUPER_MAGIC.value(), "PROC_SUPER_MAGIC");
            if (onProc) t.expect(statfs.word(0), -1, proc, Errno.EPERM);
            else t.when(statfs.word(0), -1, proc, u -> u.fail(Errno.EPERM));
        });
    }

    /** A new file system: fsopen, fsconfig for each option, fsmount. */
    private void make(Mount mount, String type, MountOptions options) {
        String caption = "mount " + type + " on " + mount.destination();
        boolean tmpfs = type.equals("tmpfs");
        boolean readonlyLate = options.readonly() && (tmpfs || InRoot.clean(mount.destination()).equals("/dev"));
        var place = tape.variable(-1);
        var mode = tape.variable(0);
        placeFor(mount, type, caption, place, tmpfs && !hasMode(options) ? Optional.of(mode) : Optional.empty());
        var tree = tape.variable(-1);
        if (!type.equals("proc")) guardProc(mount, place, place);
        tape.attempt(caption, t -> {
            var standIn = HostTree.standIn(type, config, host);
            if (standIn.isPresent()) standIn.get().mount(mount.source().orElse(""), options, tree, t);
            else create(mount, type, options, readonlyLate, tree, t);
            if (tmpfs && !hasMode(options)) t.unless(mode, -1, imm(0), u -> chmod(tree, mode, u));
            Rootfs.moveOnto(tree, place, t);
            change(tree, options.treeAttributes(), true, t);
            propagate(tree, options, t);
            t.close(place);
        });
        if (readonlyLate) late.add(new Late(mount.destination(), tree));
        else tape.attempt(caption, t -> t.close(tree));
    }

    private static void create(Mount mount, String type, MountOptions options, boolean readonlyLate, Operand.Word tree, Recorder t) {
        var filesystem = t.call(Sys.FSOPEN, text(type.equals("cgroup") ? "cgroup2" : type), flags(FSOPEN_CLOEXEC));
        String source = mount.source().orElse("");
        if (!source.isEmpty()) Rootfs.setString(filesystem, "source", source, t);
        for (var word : options.superblockWords()) {
            if (!(readonlyLate && word.equals("ro"))) Rootfs.setFlag(filesystem, word, t);
        }
        setData(filesystem, type, options.data(), t);
        Rootfs.create(filesystem, t);
        long attributes = options.attributes().set() & ~(readonlyLate ? MOUNT_ATTR_RDONLY.value() : 0);
        t.call(Sys.FSMOUNT, filesystem, flags(FSMOUNT_CLOEXEC), named(attributes, Flag.show(MountAttr.class, attributes))).into(tree);
        t.close(filesystem);
    }

    /**
     * The mount point, made if it is missing. procfs and sysfs must not be mounted through a symbolic link: what is masked
     * and made read-only later would be elsewhere (CVE-2019-19921, CVE-2023-27561).
     */
    private void placeFor(Mount mount, String type, String caption, Operand.Word place, Optional<Operand.Word> mode) {
        boolean ordinary = type.equals("proc") || type.equals("sysfs");
        tape.attempt(caption + (ordinary ? ": must be mounted on ordinary directory" : ": make the mount point"), t -> {
            var resolve = ordinary ? new ResolveFlag[] {ResolveFlag.RESOLVE_NO_SYMLINKS} : new ResolveFlag[0];
            var made = t.variable(0);
            InRoot.open(root, mount.destination(), t, resolve).into(place).on(ENOENT, u -> {
                InRoot.openOrMake(root, mount.destination(), InRoot.Kind.DIRECTORY, place, u, resolve);
                u.set(made, imm(1));
            });
            // What a tmpfs covers keeps its mode, so that a /tmp stays 01777.
            mode.ifPresent(word -> t.when(made, -1, imm(0), u -> {
                var stat = u.scratch(StatxField.SIZE);
                u.call(Sys.STATX, place, text(""), flags(AT_EMPTY_PATH), flags(StatxMask.STATX_MODE), stat.address());
                u.own(Call.Own.BITS, stat.word(3), imm(32), Operand.octal(07777)).into(word);
            }));
        });
    }

    private static boolean hasMode(MountOptions options) {
        for (var word : options.data()) {
            if (word.startsWith("mode=")) return true;
        }
        return false;
    }

    /** A descriptor of fsmount only names its mount; fchmod needs one that is open. */
    private static void chmod(Operand tree, Operand mode, Recorder t) {
        var open = t.call(Sys.OPENAT, tree, text("."), t.open(OpenFlag.O_RDONLY, OpenFlag.O_DIRECTORY, OpenFlag.O_CLOEXEC));
        t.call(Sys.FCHMOD, open, mode);
        t.close(open);
    }

    private static void setData(Operand filesystem, String type, List<String> data, Recorder t) {
        for (var word : data) {
            int equals = word.indexOf('=');
            String key = equals < 0 ? word : word.substring(0, equals);
            String value = equals < 0 ? null : word.substring(equals + 1);
            if (type.equals("overlay") && key.equals("lowerdir")) {
                RootSource.configure(filesystem, RootSource.parted(value), Optional.empty(), Optional.empty(), t);
            } else if (value == null) {
                Rootfs.setFlag(filesystem, key, t);
            } else {
                Rootfs.setString(filesystem, key, value, t);
            }
        }
    }

    private static void change(Operand tree, MountOptions.Attributes attributes, boolean recursive, Recorder t) {
        if (attributes.isEmpty()) return;
        setattr(tree, recursive ? flags(AT_EMPTY_PATH, AT_RECURSIVE) : flags(AT_EMPTY_PATH),
                named(attributes.set(), Flag.show(MountAttr.class, attributes.set())),
                named(attributes.clear(), Flag.show(MountAttr.class, attributes.clear())), imm(0), t);
    }

    private static void propagate(Operand tree, MountOptions options, Recorder t) {
        for (var propagation : options.propagation()) {
            setattr(tree, propagation.recursive() ? flags(AT_EMPTY_PATH, AT_RECURSIVE) : flags(AT_EMPTY_PATH), imm(0), imm(0),
                    named(propagation.mode(), Flag.show(MountFlag.class, propagation.mode())), t);
        }
    }

    private static void setattr(Operand tree, Operand at, Operand set, Operand clear, Operand propagation, Recorder t) {
        t.call(Sys.MOUNT_SETATTR, tree, text(""), at, Operand.words(set, clear, propagation, imm(0)), imm(Rootfs.MOUNT_ATTR_SIZE));
    }
}
