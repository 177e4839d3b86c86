package jrunc.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

/**
 * The yardstick: a JVM that prints a line, from jrunc's own image, with the very flags that jrunc's front passes, and with an
 * AOT cache of its own.
 */
final class JavaHello {
    private static final String CACHE = "-XX:AOTCache=";
    private final Path image;
    private final Path scratch;
    private final Stopwatch stopwatch;

    JavaHello(Path image, Path scratch, Stopwatch stopwatch) {
        this.image = image;
        this.scratch = scratch;
        this.stopwatch = stopwatch;
    }

    /** What is measured. */
    public static final class Hello {
        private Hello() {}

        public static void main(String[] args) {
            System.out.println("Hello");
        }
    }

    /** {@return the command, after its cache was made} */
    List<String> command() throws IOException, InterruptedException {
        var jar = jar();
        var flags = flagsOfTheFront();
        var recorded = scratch.resolve("hello.recorded");
        var cache = scratch.resolve("hello.aot");
        stopwatch.output(java(flags, List.of("-XX:AOTMode=record", "-XX:AOTConfiguration=" + recorded), jar));
        stopwatch.output(java(flags, List.of("-XX:AOTMode=create", "-XX:AOTConfiguration=" + recorded, CACHE + cache), jar));
        return java(flags, List.of(CACHE + cache), jar);
    }

    private List<String> java(List<String> flags, List<String> more, Path jar) {
        var command = new ArrayList<String>();
        command.add(image.resolve("lib/java").toString());
        command.addAll(flags);
        command.addAll(more);
        command.addAll(List.of("-cp", jar.toString(), Hello.class.getName()));
        return command;
    }

    /** {@return the front's flags but for those that name jrunc's module or cache: a script in place of the JVM tells them} */
    private List<String> flagsOfTheFront() throws IOException, InterruptedException {
        var front = scratch.resolve("told/bin/jrunc");
        var java = scratch.resolve("told/lib/java");
        Files.createDirectories(front.getParent());
        Files.createDirectories(java.getParent());
        Files.copy(image.resolve("bin/jrunc"), front);
        Files.writeString(java, "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
        for (var file : List.of(front, java)) Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        var told = stopwatch.output(List.of(front.toString())).lines().toList();
        return told.subList(0, told.indexOf("-m")).stream().filter(flag -> !flag.startsWith(CACHE) && !flag.startsWith("--enable-native-access")).toList();
    }

    private Path jar() throws IOException {
        var jar = scratch.resolve("hello.jar");
        var name = Hello.class.getName().replace('.', '/') + ".class";
        try (var out = new JarOutputStream(Files.newOutputStream(jar))) {
            out.putNextEntry(new JarEntry(name));
            copy(name, out);
            out.closeEntry();
        }
        return jar;
    }

    private static void copy(String name, OutputStream out) throws IOException {
        try (var in = JavaHello.class.getClassLoader().getResourceAsStream(name)) {
            in.transferTo(out);
        }
    }
}
