package jrunc.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import jrunc.linux.StateException;

/** What a bundle is made of, found out by looking at it. */
sealed interface Source extends AutoCloseable {
    /** {@return what it is, in a few words} */
    String form();

    @Override default void close() {
        // most hold nothing open
    }

    /**
     * One of the images of a source.
     *
     * @param about digest and platform, as far as they are known
     */
    record Listed(List<String> names, String about) {}

    /**
     * An image: layers and a config.
     *
     * @param listed all images that are there; empty where there cannot be more than one
     */
    record OfImage(String form, Image image, List<Listed> listed, ImageFiles files) implements Source {
        @Override public void close() {
            files.close();
        }
    }

    /** One tar with a whole file system, as {@code docker export} writes it. */
    record OfTar(Blob tar) implements Source {
        @Override public String form() {
            return "tar of a root file system";
        }
    }

    /** A directory with a whole file system. */
    record OfDirectory(Path directory) implements Source {
        @Override public String form() {
            return "directory with a root file system";
        }
    }

    /**
     * {@return what {@code name} leads to}
     *
     * @param scratch for what must be decompressed to be read
     */
    static Source open(SourceName name, Platform platform, Scratch scratch) {
        var path = name.path();
        try {
            if (Files.isRegularFile(path) && name.name().isEmpty() && RootTar.isCompressed(path, scratch.limit())) return new OfTar(new FolderFiles.FileBlob(path));
            if (!Files.isDirectory(path)) return archive(ArchiveFiles.of(path, scratch), name, platform);
            if (Files.exists(path.resolve(Layout.MARK))) return layout("OCI image layout", new FolderFiles(path), name.name(), platform);
            if (name.name().isPresent()) throw new InvalidImageException(path.toString(), "no OCI image layout, so there is no " + name.name().get() + " in it");
            try (var files = Files.newDirectoryStream(path)) {
                if (!files.iterator().hasNext()) throw new InvalidImageException(path.toString(), "an empty directory");
            }
            return new OfDirectory(path);
        } catch (IOException e) {
            throw new StateException("read " + path + ": " + e.getMessage(), e);
        }
    }

    private static Source archive(ArchiveFiles files, SourceName name, Platform platform) {
        boolean kept = false;
        try {
            Source found = form(files, name, platform);
            kept = found instanceof OfImage;
            return found;
        } finally {
            if (!kept) files.close();
        }
    }

    private static Source form(ArchiveFiles files, SourceName name, Platform platform) {
        // Newer ones of docker have both; the layout's digests say more.
        if (files.has(Layout.MARK) && files.has(Layout.INDEX)) return layout("tar of an OCI image layout", files, name.name(), platform);
        if (files.has(DockerArchive.MARK)) {
            var docker = new DockerArchive(files);
            return new OfImage("archive of docker save", docker.find(name.name()), docker.listed(), files);
        }
        if (files.has(DockerArchive.OLDEST_MARK)) throw new InvalidImageException(files.name(), "written by a docker from before 1.10; save it once more with a newer one");
        if (name.name().isPresent()) throw new InvalidImageException(files.name(), "a plain root file system, so there is no " + name.name().get() + " in it");
        return new OfTar(new FolderFiles.FileBlob(name.path()));
    }

    private static Source layout(String form, ImageFiles files, Optional<String> wanted, Platform platform) {
        var layout = Layout.of(files);
        return new OfImage(form, layout.image(layout.find(wanted, platform)), layout.listed(), files);
    }
}
