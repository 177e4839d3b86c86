package jrunc.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/** Folders that are gone afterwards. */
final class Scratch {
    private static final String PREFIX = "jrunc-bench";

    private Scratch() {}

    /** {@return a new folder for files} */
    static Path folder() throws IOException {
        return Files.createTempDirectory(PREFIX);
    }

    /** {@return a new folder in memory, as /run is on most machines, or elsewhere if no such place is known} */
    static Path folderInMemory() throws IOException {
        for (var place : List.of(Path.of("/run"), Path.of("/dev/shm"))) {
            boolean fits = Files.isWritable(place) && Files.getFileStore(place).type().equals("tmpfs");
            if (fits) return Files.createTempDirectory(place, PREFIX);
        }
        return folder();
    }

    /** Removes a folder and all that is in it; symbolic links are not followed. */
    static void remove(Path folder) throws IOException {
        if (!Files.exists(folder)) return;
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        }
    }
}
