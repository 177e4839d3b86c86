package jrunc.plan;

import static jrunc.linux.AtFlag.AT_EMPTY_PATH;
import static jrunc.linux.MountAttr.MOUNT_ATTR_RDONLY;
import static jrunc.tape.Operand.flags;
import static jrunc.tape.Operand.imm;

import java.util.ArrayList;
import java.util.List;
import jrunc.config.Config;
import jrunc.config.Mount;
import jrunc.config.MountOptions;
import jrunc.host.BundleFiles;
import jrunc.host.Host;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;

/**
 * <a href="https://github.com/opencontainers/runtime-spec/blob/v1.3.0/config.md#mounts">config.md, Mounts</a>: each is made
 * detached with the new mount API, given its attributes, and only then moved onto a descriptor of its mount point. So no path
 * is looked up twice, and nothing is ever mounted with the wrong flags, not even for a moment. How each kind is made is said
 * by {@link BindMounts}, {@link FilesystemMounts} and {@link Remounts}.
 */
final class Mounts {
    private final Recorder tape;
    private final List<Late> late = new ArrayList<>();

    /** A mount that is to be read-only, but only after what goes into it: devices, mount points. */
    private record Late(String destination, Operand tree) {}

    private Mounts(Recorder tape) {
        this.tape = tape;
    }

    /** {@return what is left to do when all that writes into the mounts is done} */
    static Mounts attach(Config config, Host host, BundleFiles bundle, Sources sources, Operand root, Recorder tape) {
        tape.section("config.md, Mounts");
        var mounts = new Mounts(tape);
        var points = new MountPoints(bundle, root);
        for (var mount : config.mounts()) {
            var options = options(mount, config);
            if (Remounts.is(mount, options)) Remounts.change(mount, options, mounts, root, tape);
            else if (isBind(mount, options)) BindMounts.attach(mount, options, bundle, sources, points, tape);
            else FilesystemMounts.attach(mount, options, config, host, points, mounts, tape);
        }
        return mounts;
    }

    /** Under an {@code rshared} root a mount is shared, too, unless its own options say how it is to propagate. */
    private static MountOptions options(Mount mount, Config config) {
        var options = MountOptions.of(mount.options());
        boolean shared = config.linux().rootfsPropagation().orElse("").equals("rshared");
        if (!shared || !options.propagation().isEmpty() || Remounts.is(mount, options)) return options;
        List<String> words = new ArrayList<>(mount.options());
        words.add("rshared");
        return MountOptions.of(words);
    }

    static boolean isBind(Mount mount, MountOptions options) {
        return options.isBind() || mount.type().orElse("").equals("bind");
    }

    /** Leaves it to {@link #finish} to make this mount read-only and to close it. */
    void makeReadonlyLate(String destination, Operand tree) {
        late.add(new Late(destination, tree));
    }

    /** Makes read-only what had to be written into first. */
    void finish() {
        tape.section("config.md, Mounts");
        for (var mount : late) {
            tape.attempt("make " + mount.destination + " read-only", t -> {
                MountSetattr.call(mount.tree, flags(AT_EMPTY_PATH), flags(MOUNT_ATTR_RDONLY), imm(0), imm(0), imm(0), t);
                t.close(mount.tree);
            });
        }
    }
}
