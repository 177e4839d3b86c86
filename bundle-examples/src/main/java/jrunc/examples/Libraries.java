package jrunc.examples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds what programs of this machine need, as the dynamic loader does and as one would by hand with {@code ldd}: the
 * loader itself and every library, and what those need in turn. Nothing is run for it.
 */
final class Libraries {
    private static final List<String> DEFAULT = List.of("/lib64", "/usr/lib64", "/lib", "/usr/lib");
    private final List<Path> folders = new ArrayList<>();

    /** Searches the folders that this machine's {@code /etc/ld.so.conf} names, and the loader's own. */
    Libraries() throws IOException {
        readConfig(Path.of("/etc/ld.so.conf"));
        DEFAULT.forEach(folder -> folders.add(Path.of(folder)));
    }

    /** {@return the files without which these programs do not start, each under the path where it is looked for} */
    Set<Path> neededBy(List<Path> programs) throws IOException {
        var found = new LinkedHashSet<Path>();
        var waiting = new ArrayList<>(programs);
        while (!waiting.isEmpty()) {
            var file = waiting.removeLast();
            var elf = ElfFile.of(file);
            if (elf.isEmpty()) continue;
            elf.get().interpreter().map(Path::of).filter(found::add);
            for (var name : elf.get().needed()) {
                var library = find(name, elf.get(), file);
                if (found.add(library)) waiting.add(library);
            }
        }
        return found;
    }

    private Path find(String name, ElfFile user, Path file) throws IOException {
        if (name.contains("/")) return Path.of(name);
        var all = new ArrayList<Path>();
        for (var folder : user.searched()) all.add(Path.of(folder.replace("${ORIGIN}", "$ORIGIN").replace("$ORIGIN", file.toRealPath().getParent().toString())));
        all.addAll(folders);
        for (var folder : all) {
            var library = folder.resolve(name);
            if (Files.isRegularFile(library) && ElfFile.of(library).filter(elf -> elf.machine() == user.machine()).isPresent()) return library;
        }
        throw new IllegalStateException("find " + name + ", which " + file + " needs: not in " + all);
    }

    private void readConfig(Path file) throws IOException {
        if (!Files.isReadable(file)) return;
        for (var line : Files.readAllLines(file)) {
            var words = line.replaceFirst("#.*", "").strip().split("\\s+");
            if (words[0].equals("include")) included(file.resolveSibling(words[1])).forEach(this::readIncluded);
            else if (words[0].startsWith("/")) folders.add(Path.of(words[0]));
        }
    }

    private void readIncluded(Path file) {
        try {
            readConfig(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> included(Path pattern) throws IOException {
        if (!Files.isDirectory(pattern.getParent())) return List.of();
        try (var files = Files.newDirectoryStream(pattern.getParent(), pattern.getFileName().toString())) {
            var all = new ArrayList<Path>();
            files.forEach(all::add);
            all.sort(null);
            return all;
        }
    }
}
