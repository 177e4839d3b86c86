package jrunc.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The bundles: the container of {@code runc spec} in the version of the spec that every contender knows, without device rules (which
 * not every crun can load everywhere), over one root filesystem of static programs.
 */
final class Bundles {
    /** Outside of the root filesystem: of a source that itself has many mounts below it the kernel looks at all of them, each time. */
    private static final String VOLUME = "volume";
    private static final String ARGUMENT = "\"true\"";

    private final Path folder;
    private final Path rootfs;
    private final String plain;
    private final String seccomp;

    /**
     * @param folder  where to make them
     * @param config  a config.json that runs {@code true}
     * @param seccomp a config.json with docker's default profile
     */
    Bundles(Path folder, Path config, Path seccomp) throws IOException {
        this.folder = folder;
        rootfs = folder.resolve("rootfs");
        for (var place : new String[] {"bin", "dev", "proc", "sys", "m"}) Files.createDirectories(rootfs.resolve(place));
        Files.createDirectories(folder.resolve(VOLUME));
        Stopwatch.write(rootfs.resolve("bin/true"), Programs.nothing());
        Stopwatch.write(rootfs.resolve("bin/wait"), Programs.waits());
        Stopwatch.write(rootfs.resolve("bin/calls"), Programs.calls());
        plain = replaced(Files.readString(config).replaceFirst("\"ociVersion\": \"[^\"]*\"", "\"ociVersion\": \"1.0.2\""),
                "\"rootfs\"", "\"" + rootfs + "\"");
        this.seccomp = object(Files.readString(seccomp), "\"seccomp\":");
    }

    /** {@return the program that the plain bundle runs, as the host sees it} */
    Path program() {
        return rootfs.resolve("bin/true");
    }

    /** {@return a bundle whose program exits at once} */
    Path exits() throws IOException {
        return bundle("exits", plain);
    }

    /** {@return a bundle whose program waits until it is killed} */
    Path waits() throws IOException {
        return bundle("waits", replaced(plain, ARGUMENT, "\"wait\""));
    }

    /** {@return a bundle whose program makes system calls, with docker's default filter or with none} */
    Path calls(boolean filtered) throws IOException {
        var config = replaced(plain, ARGUMENT, "\"calls\"");
        return bundle(filtered ? "calls-filtered" : "calls", filtered ? replaced(config, "\"linux\": {", "\"linux\": {\n  " + seccomp + ",") : config);
    }

    /** {@return a bundle with so many bind mounts besides the usual ones} */
    Path mounts(int count) throws IOException {
        var name = "mounts-" + count;
        if (Files.exists(folder.resolve(name))) return folder.resolve(name);
        var mounts = new StringBuilder("\"mounts\": [");
        for (int i = 0; i < count; i++) {
            Files.createDirectories(rootfs.resolve("m/" + i));
            mounts.append("\n{\"destination\": \"/m/").append(i).append("\", \"type\": \"bind\", \"source\": \"").append(folder.resolve(VOLUME));
            mounts.append("\", \"options\": [\"bind\"]},");
        }
        return bundle(name, replaced(plain, "\"mounts\": [", mounts.toString()));
    }

    /** {@return a bundle whose container may have so much memory} */
    Path limited(long bytes) throws IOException {
        return bundle("limited", replaced(plain, "\"linux\": {", "\"linux\": {\n  \"resources\": {\"memory\": {\"limit\": " + bytes + "}},"));
    }

    private Path bundle(String name, String config) throws IOException {
        var bundle = Files.createDirectories(folder.resolve(name));
        Files.writeString(bundle.resolve("config.json"), config);
        return bundle;
    }

    private static String replaced(String text, String what, String by) {
        if (!text.contains(what)) throw new IllegalStateException("no " + what + " in the config.json");
        return text.replace(what, by);
    }

    /** {@return a member of an object as it is written: its name and all between its braces} */
    static String object(String text, String name) {
        int start = text.indexOf(name);
        if (start < 0) throw new IllegalStateException("no " + name + " in the config.json");
        int depth = 0;
        for (int i = text.indexOf('{', start); i < text.length(); i++) {
            if (text.charAt(i) == '{') depth++;
            if (text.charAt(i) == '}' && --depth == 0) return text.substring(start, i + 1);
        }
        throw new IllegalStateException(name + " has no end");
    }
}
