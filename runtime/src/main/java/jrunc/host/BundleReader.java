package jrunc.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jrunc.linux.StateException;

/** Looks at the files that a bundle names. */
public final class BundleReader {
    private static final int MOST_PASSWD = 1 << 20;

    private BundleReader() {}

    /**
     * {@return the bytes of a bundle's config.json, at most {@code most}} A fifo or a device in its place is refused, so that
     * nothing hangs.
     */
    public static byte[] config(String bundle, int most) {
        var file = Path.of(bundle, "config.json");
        if (!Files.exists(file)) throw new StateException("JSON specification file " + file + " not found; is " + bundle + " a bundle?");
        return file(file, most);
    }

    /** {@return the bytes of a file, at most {@code most}} A fifo or a device in its place is refused, so that nothing hangs. */
    public static byte[] file(Path file, int most) {
        try {
            var found = Files.readAttributes(file, BasicFileAttributes.class);
            if (!found.isRegularFile()) throw new StateException("read " + file + ": not a regular file");
            if (found.size() > most) throw new StateException("read " + file + ": larger than " + most + " bytes");
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new StateException("open " + file + ": no such file or directory", e);
        } catch (IOException e) {
            throw new StateException("read " + file + ": " + e.getMessage(), e);
        }
    }

    /**
     * @param rootPath root.path of the config
     * @param sources  of the bind mounts, as they are written there
     * @param links    those of them that are not followed if they are symbolic links
     * @param uid      whose home directory is asked for
     */
    public static BundleFiles read(String bundle, String rootPath, List<String> sources, List<String> links, long uid) {
        var rootfs = rootfs(bundle, rootPath);
        Map<String, BundleFiles.Kind> kinds = new HashMap<>();
        for (var source : sources) {
            String absolute = source.startsWith("/") ? source : bundle + "/" + source;
            kinds.put(absolute, kind(Path.of(absolute)));
        }
                Map<String, String> targets = new HashMap<>();
        for (var link : links) target(link.startsWith("/") ? link : bundle + "/" + link, targets);
        return new BundleFiles(bundle, rootfs, kinds, targets, Map.of(), home(Path.of(rootfs), uid));
    }

    private static void target(String source, Map<String, String> targets) {
        try {
            if (Files.isSymbolicLink(Path.of(source))) targets.put(source, Files.readSymbolicLink(Path.of(source)).toString());
        } catch (IOException e) {
            throw new StateException("read the symbolic link " + source + ": " + e.getMessage(), e);
        }
    }

    private static String rootfs(String bundle, String rootPath) {
        var path = Path.of(bundle).resolve(rootPath);
        try {
            var real = path.toRealPath();
            if (!Files.isDirectory(real)) throw new StateException("root.path " + path + ": not a directory");
            if (real.getNameCount() == 0) throw new StateException("root.path " + path + ": the host's own root cannot be a container's");
            return real.toString();
        } catch (NoSuchFileException e) {
            throw new StateException("root.path " + path + ": no such file or directory", e);
        } catch (IOException e) {
            throw new StateException("root.path " + path + ": " + e.getMessage(), e);
        }
    }

    private static BundleFiles.Kind kind(Path source) {
        if (Files.isDirectory(source)) return BundleFiles.Kind.DIRECTORY;
        return Files.exists(source) ? BundleFiles.Kind.OTHER : BundleFiles.Kind.MISSING;
    }

    /** The container's passwd file is hostile: no link is followed, and nothing but one short path is taken from it. */
    private static Optional<String> home(Path rootfs, long uid) {
        var etc = rootfs.resolve("etc");
        var passwd = etc.resolve("passwd");
        if (!Files.isDirectory(etc, LinkOption.NOFOLLOW_LINKS) || !Files.isRegularFile(passwd, LinkOption.NOFOLLOW_LINKS)) return Optional.empty();
        try (var in = Files.newInputStream(passwd, LinkOption.NOFOLLOW_LINKS)) {
            return home(new String(in.readNBytes(MOST_PASSWD), StandardCharsets.UTF_8), uid);
        } catch (IOException unreadable) {
            return Optional.empty(); // as for a root file system without the file
        }
    }

    /** {@return the sixth field of the first line whose third is {@code uid}, if it is an absolute path} */
    public static Optional<String> home(String passwd, long uid) {
        String wanted = Long.toString(uid);
        for (var line : passwd.split("\n")) {
            var fields = line.split(":", -1);
            if (fields.length < 7 || !fields[2].equals(wanted)) continue;
            return fields[5].startsWith("/") && fields[5].indexOf('\0') < 0 ? Optional.of(fields[5]) : Optional.empty();
        }
        return Optional.empty();
    }
}
