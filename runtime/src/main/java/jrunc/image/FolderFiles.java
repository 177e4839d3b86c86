package jrunc.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import jrunc.linux.StateException;

/** The files of a directory. */
record FolderFiles(Path folder) implements ImageFiles {
    @Override public String name() {
        return folder.toString();
    }

    @Override public boolean has(String path) {
        return Files.isRegularFile(folder.resolve(path));
    }

    @Override public Blob blob(String path) {
        if (!has(path)) throw new InvalidImageException(name(), "no file " + path);
        return new FileBlob(folder.resolve(path));
    }

    @Override public long size(String path) {
        try {
            return Files.size(folder.resolve(path));
        } catch (IOException e) {
            throw new StateException("read " + folder.resolve(path) + ": " + e.getMessage(), e);
        }
    }

    @Override public void close() {
        // nothing is open
    }

    /** A whole file. */
    record FileBlob(Path file) implements Blob {
        @Override public String name() {
            return file.toString();
        }

        @Override public InputStream open() throws IOException {
            return Files.newInputStream(file);
        }
    }
}
