package jrunc.image;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import jrunc.config.Config;
import jrunc.config.DefaultConfig;
import jrunc.config.DefaultSeccomp;
import jrunc.config.Linux;
import jrunc.config.Mount;
import jrunc.config.Process;
import jrunc.linux.Arch;

/**
 * From what an image says to a config.json: what conversion.md of the image-spec asks for, and for the rest what docker gives a
 * container that it is told nothing about.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.0/conversion.md">conversion.md</a>
 */
public final class Conversion {
    private static final List<String> CAPABILITIES = List.of("CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FSETID", "CAP_FOWNER", "CAP_MKNOD",
            "CAP_NET_RAW", "CAP_SETGID", "CAP_SETUID", "CAP_SETFCAP", "CAP_SETPCAP", "CAP_NET_BIND_SERVICE", "CAP_SYS_CHROOT", "CAP_KILL",
            "CAP_AUDIT_WRITE");
    private static final List<String> ALSO_MASKED = List.of("/proc/interrupts", "/sys/devices/virtual/powercap");
    private static final String PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private static final String SHELL = "/bin/sh";

    private Conversion() {}

    /**
     * {@return the config}
     *
     * @param args     what to run; empty for what the image says
     * @param user     see {@link ImageUser}
     * @param terminal whether its program gets one
     * @param notes    further annotations, which count for most
     */
    public static Config of(ImageConfig image, List<String> args, Process.User user, boolean terminal, Map<String, String> notes) {
        var base = DefaultConfig.FOR_ROOT;
        Map<String, String> annotations = new LinkedHashMap<>(ImageAnnotations.of(image).all());
        annotations.putAll(notes);
        List<Mount> mounts = new ArrayList<>(base.mounts());
        for (var volume : image.run().volumes()) mounts.add(volume(volume));
        return new Config(base.ociVersion(), new Config.Root("rootfs", false), mounts, process(image.run(), args, user, terminal),
                Optional.of("jrunc"), Optional.empty(), null, annotations, linux(base.linux()));
    }

    private static Process process(ImageConfig.Run run, List<String> asked, Process.User user, boolean terminal) {
        List<String> args = new ArrayList<>(asked);
        if (asked.isEmpty()) {
            args.addAll(run.entrypoint());
            args.addAll(run.cmd());
        }
        if (args.isEmpty()) args.add(SHELL);
        var capabilities = new Process.Capabilities(user.uid() == 0 ? CAPABILITIES : List.of(), CAPABILITIES, List.of(),
                user.uid() == 0 ? CAPABILITIES : List.of(), List.of());
        return new Process(terminal, Optional.empty(), user, args, environment(run, terminal), directory(run), Optional.of(capabilities),
                List.of(), false, Optional.empty(), OptionalLong.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** As the image has it; only what it does not name is added. */
    private static List<String> environment(ImageConfig.Run run, boolean terminal) {
        List<String> env = new ArrayList<>();
        if (!names(run.env(), "PATH=")) env.add(PATH);
        if (terminal && !names(run.env(), "TERM=")) env.add("TERM=xterm");
        for (var variable : run.env()) {
            if (variable.indexOf('=') > 0) env.add(variable); // docker takes a name alone for one to be unset
        }
        return env;
    }

    private static boolean names(List<String> env, String start) {
        for (var variable : env) {
            if (variable.startsWith(start)) return true;
        }
        return false;
    }

    private static String directory(ImageConfig.Run run) {
        String directory = run.workingDir().orElse("/");
        return directory.startsWith("/") ? directory : '/' + directory;
    }

    /** A volume's files are not the image's: they lie in memory of their own, and start as a copy of what the image has there. */
    private static Mount volume(String path) {
        return new Mount(path.startsWith("/") ? path : '/' + path, Optional.of("tmpfs"), Optional.of("tmpfs"),
                List.of("nosuid", "nodev", "tmpcopyup"), null, null);
    }

    private static Linux linux(Linux base) {
        List<Linux.NamespaceEntry> namespaces = new ArrayList<>(base.namespaces());
        namespaces.add(new Linux.NamespaceEntry("cgroup", Optional.empty()));
        List<String> masked = new ArrayList<>(base.maskedPaths());
        masked.addAll(ALSO_MASKED);
        return new Linux(namespaces, null, null, null, null, null, Optional.empty(), base.resources(), Optional.empty(), Optional.empty(), null,
                Optional.of(DefaultSeccomp.of(Arch.host())), Optional.empty(), masked, base.readonlyPaths(), Optional.empty(), Optional.empty());
    }
}
