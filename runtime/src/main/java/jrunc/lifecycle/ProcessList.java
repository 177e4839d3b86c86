package jrunc.lifecycle;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.StringTokenizer;
import jrunc.config.JsonWriter;
import jrunc.host.CgroupProcesses;
import jrunc.linux.StateException;
import jrunc.plan.Command;
import jrunc.plan.ContainerRecord;

/**
 * The command {@code ps}: the processes in the container's cgroup and below it. As a table it shows what the host's own {@code ps}
 * says of them, for callers pass on whatever flags people give it; that is only a read, and what it prints is data.
 */
final class ProcessList {
    private static final String PROGRAM = "ps";
    private static final List<String> ALL = List.of("-ef");

    private final Caller caller;
    private final Command.Ps command;

    ProcessList(Caller caller, Command.Ps command) {
        this.caller = caller;
        this.command = command;
    }

    /** {@return what is to be printed} */
    String of(ContainerRecord record) {
        if (record.cgroup().isEmpty()) {
            throw new StateException("container " + record.id() + " has no cgroup that would tell which processes are its own; its first is " + record.pid());
        }
        var pids = CgroupProcesses.pids(record.mountPoint() + record.cgroup());
        return command.format() == Command.ListFormat.JSON ? json(pids) : lines(said(), pids);
    }

    /** {@return a JSON array in one line} */
    private static String json(List<Long> pids) {
        var json = new JsonWriter("").beginArray();
        for (long pid : pids) json.value(pid);
        return json.endArray().toString() + '\n';
    }

    /** {@return of {@code table} the heading, and the lines about {@code pids}} */
    static String lines(String table, List<Long> pids) {
        var wanted = new HashSet<>(pids);
        var kept = new StringBuilder();
        int column = -1;
        for (var line : table.split("\n")) {
            if (column < 0) {
                column = column(line);
                kept.append(line).append('\n');
            } else if (!line.isBlank() && wanted.contains(pid(line, column))) {
                kept.append(line).append('\n');
            }
        }
        return kept.toString();
    }

    private static int column(String heading) {
        var words = new StringTokenizer(heading);
        for (int i = 0; words.hasMoreTokens(); i++) {
            if (words.nextToken().equals("PID")) return i;
        }
        throw new StateException("couldn't find PID field in ps output: its first line is \"" + heading.strip() + '"');
    }

    private static long pid(String line, int column) {
        var words = new StringTokenizer(line);
        String word = "";
        for (int i = 0; i <= column && words.hasMoreTokens(); i++) word = words.nextToken();
        try {
            return Long.parseLong(word);
        } catch (NumberFormatException e) {
            throw new StateException("unable to parse pid: \"" + word + "\" in the line \"" + line.strip() + '"', e);
        }
    }

    private String said() {
        List<String> words = new ArrayList<>(List.of(program()));
        words.addAll(command.arguments().isEmpty() ? ALL : command.arguments());
        try {
            var process = new ProcessBuilder(words).redirectErrorStream(true).redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile())).start();
            var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int code = process.waitFor();
            if (code != 0) throw new StateException(String.join(" ", words) + ": exit status " + code + ": " + said.strip());
            return said;
        } catch (IOException e) {
            throw new StateException("run " + words.getFirst() + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StateException("run " + words.getFirst() + ": interrupted", e);
        }
    }

    /** Only an absolute directory counts, so that the working directory has no say in what runs. */
    private String program() {
        for (var directory : caller.variable("PATH").orElse("/usr/bin:/bin").split(":")) {
            if (directory.startsWith("/") && Files.isExecutable(Path.of(directory, PROGRAM))) return directory + "/" + PROGRAM;
        }
        throw new StateException("exec: \"ps\": executable file not found in $PATH; install it (Debian's package is procps), or use --format json");
    }
}
