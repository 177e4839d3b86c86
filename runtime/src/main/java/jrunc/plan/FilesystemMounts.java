package jrunc.plan;

import static jrunc.linux.FsmountFlag.FSMOUNT_CLOEXEC;
import static jrunc.linux.FsopenFlag.FSOPEN_CLOEXEC;
import static jrunc.linux.MountAttr.MOUNT_ATTR_RDONLY;
import static jrunc.tape.Operand.NULL;
import static jrunc.tape.Operand.flags;
import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.length;
import static jrunc.tape.Operand.named;
import static jrunc.tape.Operand.text;

import java.util.List;
import java.util.Optional;
import jrunc.config.Config;
import jrunc.config.Mount;
import jrunc.config.MountOptions;
import jrunc.host.Host;
import jrunc.linux.Flag;
import jrunc.linux.MountAttr;
import jrunc.linux.MountFlag;
import jrunc.linux.OpenFlag;
import jrunc.linux.Sys;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;

/** Mounts of new file systems: fsopen, fsconfig for each option, fsmount. */
final class FilesystemMounts {
    /** A value of fsconfig has at most so many bytes. */
    private static final int LONGEST_VALUE = 255;
    private static final String CONTEXT_TYPE = "run.oci.mount_context_type";

    private final Mount mount;
    private final MountOptions options;
    private final Config config;
    private final Host host;
    private final MountPoints points;
    private final Recorder tape;
    private final String type;
    private final String caption;
    /** A tmpfs or /dev that is to be read-only becomes so only after what goes into it. */
    private final boolean readonlyLate;
    private final boolean takesMode;
    private final Operand.Word place;
    private final Operand.Word tree;

    private FilesystemMounts(Mount mount, MountOptions options, Config config, Host host, MountPoints points, Recorder tape) {
        this.mount = mount;
        this.options = options;
        this.config = config;
        this.host = host;
        this.points = points;
        this.tape = tape;
        type = mount.type().orElse("").equals("cgroup") ? "cgroup2" : mount.type().orElse("");
        caption = "mount " + mount.type().orElse("") + " on " + mount.destination();
        readonlyLate = options.readonly() && (type.equals("tmpfs") || mount.place().equals("/dev"));
        takesMode = type.equals("tmpfs") && !has("mode=");
        place = tape.variable(-1);
        tree = tape.variable(-1);
    }

    static void attach(Mount mount, MountOptions options, Config config, Host host, MountPoints points, Mounts mounts, Recorder tape) {
        var filesystem = new FilesystemMounts(mount, options, config, host, points, tape);
        filesystem.attach();
        if (filesystem.readonlyLate) mounts.makeReadonlyLate(mount.destination(), filesystem.tree);
        else tape.attempt(filesystem.caption, t -> t.close(filesystem.tree));
    }

    private void attach() {
        var mode = tape.variable(0);
        openPlace(mode);
        if (!type.equals("proc")) MountPoints.guardProc(mount, place, place, tape);
        boolean detached = !needsMount2(type, options);
        if (detached) tape.attempt(caption, this::make);
        else tape.attempt(caption, this::mount);
        if (options.tmpcopyup()) CopyUp.copy(mount.destination(), place, tree, !has("uid=") && !has("gid="), tape);
        tape.attempt(caption, t -> {
            if (takesMode) t.unless(mode, -1, imm(0), u -> chmod(mode, u));
            if (detached) Rootfs.moveOnto(tree, place, t);
            MountSetattr.change(tree, options.treeAttributes(), true, t);
            MountSetattr.propagate(tree, options, t);
            t.close(place);
        });
    }

    /**
     * procfs and sysfs must not be mounted through a symbolic link: what is masked and made read-only later would be elsewhere
     * (CVE-2019-19921, CVE-2023-27561). What a tmpfs covers keeps its mode, so that a /tmp stays 01777.
     */
    private void openPlace(Operand.Word mode) {
        boolean ordinary = type.equals("proc") || type.equals("sysfs");
        tape.attempt(caption + (ordinary ? ": must be mounted on ordinary directory" : ": make the mount point"),
                t -> points.open(mount, options, ordinary, place, takesMode ? Optional.of(mode) : Optional.empty(), t));
    }

    private void make(Recorder t) {
        if (HostTree.isShared(type, options, config, host)) {
            HostTree.share(host.cgroups().orElseThrow().mountPoint(), options, tree, t);
            return;
        }
        var standIn = HostTree.standIn(type, config, host);
        if (standIn.isPresent()) {
            standIn.get().mount(options, this::configure, tree, t);
            return;
        }
        var filesystem = t.call(Sys.FSOPEN, text(type), flags(FSOPEN_CLOEXEC));
        configure(filesystem, t);
        Rootfs.create(filesystem, t);
        long attributes = options.attributes().set() & ~(readonlyLate ? MOUNT_ATTR_RDONLY.value() : 0);
        t.call(Sys.FSMOUNT, filesystem, flags(FSMOUNT_CLOEXEC), named(attributes, Flag.show(MountAttr.class, attributes))).into(tree);
        t.close(filesystem);
        if (type.equals("mqueue")) labelRoot();
    }

    private void configure(Operand filesystem, Recorder t) {
        String source = mount.source().orElse("");
        if (!source.isEmpty()) Rootfs.setString(filesystem, "source", source, t);
        for (var word : options.superblockWords()) {
            if (!(readonlyLate && word.equals("ro"))) Rootfs.setFlag(filesystem, word, t);
        }
        label(filesystem);
        setData(filesystem, type, options.data(), t);
    }

    /**
     * With mount(2), which takes what fsconfig has no word for: {@code iversion}, {@code silent}, and long values. It makes and
     * attaches at once, with all flags, by the descriptor of the mount point.
     */
    private void mount(Recorder t) {
        long bits = options.superblockSet();
        long attributes = options.attributes().set();
        bits |= attributes & (readonlyLate ? 0 : MOUNT_ATTR_RDONLY.value()) | attributes & 0xE; // nosuid, nodev, noexec: the same in both
        if ((attributes & MountAttr.MOUNT_ATTR_NOATIME.value()) != 0) bits |= MountFlag.MS_NOATIME.value();
        if ((attributes & MountAttr.MOUNT_ATTR_STRICTATIME.value()) != 0) bits |= MountFlag.MS_STRICTATIME.value();
        if ((attributes & MountAttr.MOUNT_ATTR_NODIRATIME.value()) != 0) bits |= MountFlag.MS_NODIRATIME.value();
        if ((attributes & MountAttr.MOUNT_ATTR_NOSYMFOLLOW.value()) != 0) bits |= MountFlag.MS_NOSYMFOLLOW.value();
        String data = String.join(",", options.data());
        t.call(Sys.MOUNT, text(mount.source().orElse("none")), t.path("/proc/self/fd/", place), text(type),
                named(bits, Flag.show(MountFlag.class, bits)), data.isEmpty() ? NULL : text(data));
        points.open(mount, options, t).into(tree);
    }

    /** {@return whether fsconfig cannot say it} */
    static boolean needsMount2(String type, MountOptions options) {
        if (options.withoutFsconfigWord() != 0) return true;
        if (type.equals("overlay")) return false;
        for (var word : options.data()) {
            if (length(word.substring(word.indexOf('=') + 1)).value() > LONGEST_VALUE) return true;
        }
        return false;
    }

    private boolean has(String key) {
        for (var word : options.data()) {
            if (word.startsWith(key)) return true;
        }
        return false;
    }

    /** A descriptor of fsmount only names its mount; fchmod needs one that is open. */
    private void chmod(Operand mode, Recorder t) {
        var open = t.call(Sys.OPENAT, tree, text("."), t.open(OpenFlag.O_RDONLY, OpenFlag.O_DIRECTORY, OpenFlag.O_CLOEXEC));
        t.call(Sys.FCHMOD, open, mode);
        t.close(open);
    }

    private Optional<String> label() {
        return config.linux().mountLabel().filter(label -> !label.isEmpty());
    }

    /** procfs and sysfs have labels of their own for each file, and mqueue has one for its root only. */
    private void label(Operand filesystem) {
        if (label().isEmpty() || type.equals("proc") || type.equals("sysfs") || type.equals("mqueue")) return;
        String key = config.annotations().getOrDefault(CONTEXT_TYPE, "context");
        tape.attempt("label " + mount.destination(),
                t -> Rootfs.setString(filesystem, key, label().get(), t));
    }

    private void labelRoot() {
        label().ifPresent(label -> tape.attempt("label " + mount.destination(), t -> {
            var open = t.call(Sys.OPENAT, tree, text("."), t.open(OpenFlag.O_RDONLY, OpenFlag.O_DIRECTORY, OpenFlag.O_CLOEXEC));
            t.call(Sys.FSETXATTR, open, text("security.selinux"), text(label), length(label), imm(0));
            t.close(open);
        }));
    }

    static void setData(Operand filesystem, String type, List<String> data, Recorder t) {
        for (var word : data) {
            int equals = word.indexOf('=');
            String key = equals < 0 ? word : word.substring(0, equals);
            String value = equals < 0 ? null : word.substring(equals + 1);
            if (value == null) Rootfs.setFlag(filesystem, key, t);
            else if (type.equals("overlay")) RootSource.configure(filesystem, key, value, t);
            else Rootfs.setString(filesystem, key, value, t);
        }
    }
}
