package jrunc.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jrunc.linux.StateException;

/** Who is in a cgroup, and in those below it, at this moment. */
public final class CgroupProcesses {
    private CgroupProcesses() {}

    /**
     * {@return the pids, as this process sees them: first those of the cgroup itself} A cgroup that is gone has none, as one below it that
     * goes meanwhile.
     *
     * @param directory the cgroup's, absolute
     * @throws StateException if they may not be read
     */
    public static List<Long> pids(String directory) {
        List<Long> pids = new ArrayList<>();
        collect(Path.of(directory), pids);
        return pids;
    }

    private static void collect(Path directory, List<Long> pids) {
        try {
            if (!isThreaded(directory)) add(directory.resolve("cgroup.procs"), pids);
            try (var below = Files.newDirectoryStream(directory, Files::isDirectory)) {
                for (var inner : below) collect(inner, pids);
            }
        } catch (IOException | DirectoryIteratorException e) {
            if (Files.isDirectory(directory)) throw new StateException("read the processes of the cgroup " + directory + ": " + e.getMessage(), e);
        }
    }

    /** The processes of a threaded cgroup are those of the domain above it, where they have been read. */
    private static boolean isThreaded(Path directory) throws IOException {
        return Files.readString(directory.resolve("cgroup.type")).startsWith("threaded");
    }

    private static void add(Path procs, List<Long> pids) throws IOException {
        var text = new String(Files.readAllBytes(procs), StandardCharsets.ISO_8859_1);
        for (int start = 0; start < text.length(); ) {
            int end = text.indexOf('\n', start);
            if (end < 0) end = text.length();
            if (end > start) pids.add(Long.parseLong(text.substring(start, end)));
            start = end + 1;
        }
    }
}
