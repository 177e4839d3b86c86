package jrunc.examples;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A bash that is typed into, line by line, and that ends with all that it has started: it has mounts, message queues and
 * processes of its own, in which /opt is the jrunc under test and nobody else has anything in /run and /tmp.
 */
final class Shell implements AutoCloseable {
    private static final String END = "--- typed ---";
    private static final String APART = "unshare --mount --ipc --pid --fork --kill-child --mount-proc bash -c";
    private static final String PLACES = "mount --bind \"$0\" /opt && mount -t tmpfs tmpfs /run && mount -t tmpfs tmpfs /tmp && ";
    /** Whom this machine need not know. */
    private static final int SOMEBODY = 21017;

    private final Process process;
    private final Writer typed;
    private final BufferedReader printed;

    private Shell(Path jrunc, String then) throws IOException {
        var command = new ArrayList<>(List.of(APART.split(" ")));
        command.addAll(List.of(PLACES + then, jrunc.toString()));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().put("PATH", "/opt/bin:/usr/sbin:/usr/bin:/sbin:/bin");
        builder.environment().put("LC_ALL", "C");
        process = builder.start();
        typed = process.outputWriter(StandardCharsets.UTF_8);
        printed = process.inputReader(StandardCharsets.UTF_8);
    }

    static Shell ofRoot(Path jrunc) throws IOException {
        return new Shell(jrunc, "exec bash");
    }

    /** Root stays the first process: who changes who he is does not end with his parent. */
    static Shell ofSomebody(Path jrunc) throws IOException {
        return new Shell(jrunc, "mkdir -m 700 /run/own && chown %1$d:%1$d /run/own && setpriv --reuid %1$d --regid %1$d --clear-groups env HOME=/run/own XDG_RUNTIME_DIR=/run/own bash; exit"
                .formatted(SOMEBODY));
    }

    /** {@return the lines that the command has printed, without the spaces at their ends} */
    List<String> type(String command) throws IOException {
        typed.write(". /dev/fd/3 3<<'" + END + "' < /dev/null\n" + command + "\n" + END + "\nprintf '\\n%s\\n' '" + END + "'\n");
        typed.flush();
        var lines = new ArrayList<String>();
        for (var line = printed.readLine(); !END.equals(line); line = printed.readLine()) {
            if (line == null) throw new IOException("the shell has ended: " + lines);
            lines.add(line.stripTrailing());
        }
        if (lines.getLast().isEmpty()) lines.removeLast();
        return lines;
    }

    @Override public void close() throws IOException {
        process.destroyForcibly();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
