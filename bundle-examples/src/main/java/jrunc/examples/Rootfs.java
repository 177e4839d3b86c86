package jrunc.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import jrunc.image.SharedLibraries;

/** Makes root filesystems: folders that a container sees as its {@code /}. */
final class Rootfs {
    /** Where programs of this machine are looked for. */
    private static final List<Path> PROGRAMS = List.of(Path.of("/usr/bin"), Path.of("/bin"));
    private static final List<String> COREUTILS = List.of("basename", "cat", "chmod", "chown", "cp", "cut", "date", "dd", "df", "dirname",
            "du", "env", "expr", "false", "head", "hostname", "id", "install", "kill", "ln", "ls", "mkdir", "mknod", "mktemp", "mv", "nproc", "od",
            "printenv", "printf", "pwd", "readlink", "realpath", "rm", "rmdir", "seq", "sleep", "sort", "stat", "sync", "tail", "tee",
            "test", "timeout", "touch", "tr", "true", "truncate", "uname", "uniq", "wc", "whoami");
    private final Path root;

    /** An empty root filesystem with the folders that mounts of every bundle here need. */
    Rootfs(Path root) throws IOException {
        this.root = root;
        for (var folder : List.of("bin", "dev", "etc", "proc", "root", "sys", "tmp")) Files.createDirectories(root.resolve(folder));
        Files.setPosixFilePermissions(root.resolve("tmp"), PosixFilePermissions.fromString("rwxrwxrwx"));
    }

    /** Adds a program under {@code /bin}. */
    void program(String name, byte[] content) throws IOException {
        var file = root.resolve("bin").resolve(name);
        Files.write(file, content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Adds a text file, under a path from the root. */
    void text(String path, String content) throws IOException {
        var file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    /** Adds this machine's bash, as {@code sh} too, what it has of coreutils, and the libraries that they need. */
    void shell() throws IOException {
        var programs = new ArrayList<Path>();
        programs.add(find("bash").orElseThrow(() -> new IllegalStateException("find bash: not in " + PROGRAMS + "; the shell example needs it")));
        for (var name : COREUTILS) find(name).ifPresent(programs::add);
        var libraries = new SharedLibraries();
        var needed = new TreeSet<Path>();
        for (var program : programs) {
            copy(program, root.resolve("bin").resolve(program.getFileName()));
            needed.addAll(libraries.neededBy(program));
        }
        for (var file : needed) copy(file, root.resolve(file.toString().substring(1)));
        Files.deleteIfExists(root.resolve("bin/sh"));
        Files.createSymbolicLink(root.resolve("bin/sh"), Path.of("bash"));
        text("etc/passwd", "root:x:0:0:root:/root:/bin/bash\n");
        text("etc/group", "root:x:0:\n");
    }

    private static Optional<Path> find(String name) {
        return PROGRAMS.stream().map(folder -> folder.resolve(name)).filter(Files::isExecutable).findFirst();
    }

    /** Copies what a link leads to, not the link. */
    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
        Files.setPosixFilePermissions(to, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
