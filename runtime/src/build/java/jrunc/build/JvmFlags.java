package jrunc.build;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How the JVM of a jrunc command is started. The front passes these before the caller's own arguments, and the training
 * run that fills the AOT cache uses the same: a cache made with other flags may be refused.
 */
final class JvmFlags {
    /** The module and class that commands start in. */
    static final String MAIN = "jrunc/jrunc.cli.Main";

    /** No C2: what most commands do is over before it has compiled anything. */
    static final String QUICK = "-XX:TieredStopAtLevel=1";
    /** And C1 only for loops that a huge config makes long. */
    static final String LATE = "-XX:CompileThresholdScaling=20";
    /**
     * What stands there for a command that works through all bytes of an image: only C2 knows the processor's own SHA-256 and AES, and what is done
     * for each of thousands of files shall be compiled soon, but not so soon that compiling takes longer than it saves.
     */
    static final Map<String, String> THOROUGH = Map.of(QUICK, "-XX:TieredStopAtLevel=4", LATE, "-XX:CompileThresholdScaling=3");

    private static final List<String> FIXED = List.of(
            "--disable-@files",                         // a caller's "@x" is an argument, not a file of arguments
            // What a short life needs: measured in bench/RESULTS.md.
            "-XX:+UseSerialGC",                         // no GC threads
            QUICK,
            LATE,
            // With C2: later than usual, for what is compiled when most files are there already is compiled in vain.
            "-XX:Tier4InvocationThreshold=20000", "-XX:Tier4MinInvocationThreshold=5000", "-XX:Tier4CompileThreshold=60000",
            "-Xmx256m",                                 // the same heap shape on every machine, so the cache always fits
            "-XX:+UnlockDiagnosticVMOptions",           // for the next two and PrintWarnings
            "-XX:-AOTReplayTraining",                   // do not compile at once what was hot in the rehearsal
            "-XX:ArchiveRelocationMode=0",              // map the cache where it was laid out: no relocation
            // What the machine must not notice, or not decide.
            "-XX:-UseContainerSupport",                 // the caller's cgroup does not choose heap and threads
            "-XX:-UsePerfData",                         // no /tmp/hsperfdata_*
            "-XX:+DisableAttachMechanism",              // no /tmp/.java_pid*, no dumps on SIGQUIT
            "-Xrs",                                     // no handlers for SIGHUP, SIGINT, SIGTERM, SIGQUIT
            "-XX:-MaxFDLimit",                          // RLIMIT_NOFILE stays as the caller had it
            "-XX:-CreateCoredumpOnCrash",
            "-XX:-DumpReplayDataOnError", "-XX:-DumpPrivateMappingsInCore", "-XX:-DumpSharedMappingsInCore",
            "-XX:+ErrorFileToStderr",                   // no hs_err_*.log in a bundle
            // What nobody asked for is not printed: stdout and stderr are read by engines.
            "-XX:+DisplayVMOutputToStderr",
            "-XX:-PrintWarnings",                       // a .hotspotrc in the working directory would cause one
            "-Xlog:disable",
            "--enable-native-access=jrunc");

    /** The AOT cache in the folder, and that of what {@link #THOROUGH} is for: a JVM takes all classes of its cache at its start, so what few commands need is not in the first. */
    static final String CACHE = "/lib/jrunc.aot";
    static final String THOROUGH_CACHE = "/lib/bundle.aot";

    private JvmFlags() {}

    /** {@return the same for a command that works through all bytes of an image} */
    static List<String> thorough(String cache, String main) {
        var flags = with(cache, main);
        flags.replaceAll(flag -> THOROUGH.getOrDefault(flag, flag));
        return flags;
    }

    /** {@return what goes between {@code java} and the name of the main class; {@code cache} is an -XX:AOTCache... option} */
    static List<String> with(String cache, String main) {
        var flags = new ArrayList<>(FIXED);
        flags.add(cache);
        flags.add("-m");
        flags.add(main);
        return flags;
    }
}
