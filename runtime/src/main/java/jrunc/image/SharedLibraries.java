package jrunc.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds what programs of this host need, as the dynamic loader does and as {@code ldd} prints it: the loader and every library, and
 * what those need in turn. Nothing is run for it, unlike for ldd.
 *
 * @see <a href="https://man7.org/linux/man-pages/man8/ld.so.8.html">ld.so(8)</a>
 */
public final class SharedLibraries {
    /** Debian's and the loaders' own; those of other processors are not there. */
    private static final List<String> DEFAULT = List.of("/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib/aarch64-linux-gnu",
            "/usr/lib/aarch64-linux-gnu", "/lib64", "/usr/lib64", "/lib", "/usr/lib");
    private static final int DEEPEST_INCLUDE = 8;

    private final List<Path> configured = new ArrayList<>();
    private final Map<Path, ElfFile> read = new HashMap<>();

    /** A file that needs libraries, and which file wanted it: an rpath counts for all below. */
    private record User(Path file, ElfFile elf, User by) {}

    /** Searches the directories that this host's {@code /etc/ld.so.conf} names, and the loader's own. */
    public SharedLibraries() throws IOException {
        readConfig(Path.of("/etc/ld.so.conf"), 0);
        for (var directory : DEFAULT) configured.add(Path.of(directory));
    }

    /**
     * {@return the files without which {@code program} does not start, each under the path by which it is looked for}
     *
     * @throws InvalidImageException if one is not there
     */
    public Set<Path> neededBy(Path program) throws IOException {
        Set<Path> files = new LinkedHashSet<>();
        var elf = elf(program);
        if (elf == null) return files;
        Map<String, Path> byName = new LinkedHashMap<>(); // the loader takes each name once, from wherever it was found first
        if (elf.interpreter().isPresent()) {
            var loader = Path.of(elf.interpreter().get());
            files.add(loader);
            byName.put(loader.getFileName().toString(), loader);
        }
        List<User> waiting = new ArrayList<>(List.of(new User(program, elf, null)));
        for (int i = 0; i < waiting.size(); i++) {
            var user = waiting.get(i);
            for (var name : user.elf.needed()) {
                if (byName.containsKey(name)) continue;
                var library = find(name, user, elf.machine());
                byName.put(name, library);
                if (elf(library).name().isPresent()) byName.putIfAbsent(elf(library).name().get(), library);
                if (files.add(library)) waiting.add(new User(library, elf(library), user));
            }
        }
        return files;
    }

    private Path find(String name, User user, int machine) throws IOException {
        if (name.contains("/")) return Path.of(name);
        for (var directory : searched(user)) {
            var library = directory.resolve(name);
            var elf = Files.isRegularFile(library) ? elf(library) : null;
            if (elf != null && elf.machine() == machine) return library;
        }
        throw new InvalidImageException(user.file.toString(), "needs " + name + ", which is nowhere here");
    }

    private List<Path> searched(User user) throws IOException {
        List<Path> directories = new ArrayList<>();
        if (user.elf.runpath().isEmpty()) {
            for (var each = user; each != null; each = each.by) {
                if (each.elf.runpath().isEmpty()) addAll(directories, each.elf.rpath(), each.file);
            }
        }
        addAll(directories, user.elf.runpath(), user.file);
        directories.addAll(configured);
        return directories;
    }

    private static void addAll(List<Path> directories, List<String> paths, Path file) throws IOException {
        for (var path : paths) {
            if (path.isEmpty()) continue;
            var origin = file.toRealPath().getParent().toString();
            directories.add(Path.of(path.replace("${ORIGIN}", "$ORIGIN").replace("$ORIGIN", origin)).normalize());
        }
    }

    private ElfFile elf(Path file) throws IOException {
        if (!read.containsKey(file)) read.put(file, ElfFile.of(file).orElse(null));
        return read.get(file);
    }

    private void readConfig(Path file, int depth) throws IOException {
        if (!Files.isReadable(file) || depth > DEEPEST_INCLUDE) return;
        for (var line : Files.readAllLines(file)) {
            int comment = line.indexOf('#');
            var words = (comment < 0 ? line : line.substring(0, comment)).strip().split("[ \\t=]+");
            if (words[0].equals("include")) {
                for (int i = 1; i < words.length; i++) include(file.resolveSibling(words[i]), depth);
            } else if (words[0].startsWith("/")) {
                configured.add(Path.of(words[0]));
            }
        }
    }

    private void include(Path pattern, int depth) throws IOException {
        if (!Files.isDirectory(pattern.getParent())) return;
        List<Path> files = new ArrayList<>();
        try (var matching = Files.newDirectoryStream(pattern.getParent(), pattern.getFileName().toString())) {
            for (var file : matching) files.add(file);
        }
        files.sort(null);
        for (var file : files) readConfig(file, depth + 1);
    }
}
