package jrunc.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jrunc.lifecycle.CarriedTape;
import jrunc.lifecycle.ThisProcess;
import jrunc.linux.Arch;
import jrunc.machine.Front;

/** What bin/jrunc becomes, and what of the caller's environment it does not pass on. */
final class Fronts {
    /** Everything that would steer the JVM, the C library or the dynamic loader. */
    private static final List<String> REMOVED = List.of(
            "JAVA_TOOL_OPTIONS=", "JDK_JAVA_OPTIONS=", "JDK_AOT_VM_OPTIONS=", "_JAVA_", "CLASSPATH=",
            "LD_", "GLIBC_TUNABLES=", "MALLOC_", "LOCPATH=", "GCONV_PATH=", "NLSPATH=", "LC_ALL=");

    /**
     * Arguments and file names are UTF-8 in every locale; a JVM of 25 knows no option for it. HotSpot keeps one signal for
     * itself, by default SIGUSR2: it shall be the last real-time one instead.
     */
    private static final List<String> ADDED = List.of("LC_ALL=C.UTF-8", "_JAVA_SR_SIGNUM=64");

    private static final Front.Lasting LASTING = new Front.Lasting("bundle", JvmFlags.THOROUGH, Map.of(JvmFlags.CACHE, JvmFlags.THOROUGH_CACHE));

    private Fronts() {}

    /** Writes the front that users call. */
    static void write(Path file) throws IOException {
        write(file, "lib/java", JvmFlags.with("-XX:AOTCache=" + Front.FOLDER + JvmFlags.CACHE, JvmFlags.MAIN));
    }

    /**
     * Writes a front.
     *
     * @param file    in the folder's {@code bin}
     * @param program what it starts, below the folder
     * @param flags   the arguments before the caller's own
     */
    static void write(Path file, String program, List<String> flags) throws IOException {
        var arguments = new ArrayList<>(List.of(CarriedTape.ARGUMENT));
        arguments.add("-Djrunc.commit=" + Commit.of(file)); // what --version says
        arguments.add("-D" + ThisProcess.DIRECTORY + "=" + Front.DIRECTORY);
        arguments.addAll(flags);
        Files.write(file, Front.of(Arch.host(), new Front.Becoming(Front.FOLDER + "/" + program, arguments, REMOVED, ADDED, Optional.of(LASTING)),
                new CarriedTape(Arch.host())));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
