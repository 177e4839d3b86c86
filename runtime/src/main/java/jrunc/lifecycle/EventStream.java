package jrunc.lifecycle;

import java.nio.charset.StandardCharsets;
import jrunc.config.JsonWriter;
import jrunc.host.HostReader;
import jrunc.linux.FailureCode;
import jrunc.linux.StateException;
import jrunc.machine.Playback;
import jrunc.machine.Player;
import jrunc.plan.Command;
import jrunc.plan.ContainerRecord;
import jrunc.plan.EventWatch;
import jrunc.tape.Block;

/**
 * The command {@code events}: a line of JSON for each event, {@code stats} at each interval and at the end, {@code oom} whenever the
 * kernel has killed one of the container's processes for want of memory. It ends when no process is left, or by a signal.
 */
final class EventStream {
    private static final int KILLED = 128;
    private static final long SECOND = 1_000_000_000;
    private final Output out;
    private final Command.Events command;
    private final ContainerRecord record;
    private final String cgroup;

    EventStream(Containers containers, Output out, Command.Events command) {
        this.out = out;
        this.command = command;
        record = containers.find(command.id());
        cgroup = record.mountPoint() + record.cgroup();
        if (containers.status(record).equals("stopped")) {
            throw new StateException(FailureCode.CONTAINER_NOT_RUNNING, "container with id " + record.id() + " is not running");
        }
        if (record.cgroup().isEmpty()) {
            throw new StateException(FailureCode.CANNOT_BE_APPLIED, "container " + record.id() + " has no cgroup that would count anything");
        }
    }

    /** {@return the exit code} */
    int play(Player player) {
        if (command.stats()) {
            statistics();
            return 0;
        }
        return watch(player);
    }

    private int watch(Player player) {
        var host = HostReader.read();
        var open = EventWatch.open(host, record);
        var opened = player.played(open.tape());
        long memory = opened.value(open.memory());
        long killed = Math.max(number(opened, open.before(), "\noom_kill "), 0);
        long next = System.nanoTime() + command.interval();
        for (long wait = 0; ; wait = Math.clamp(next - System.nanoTime(), 0, Integer.MAX_VALUE * SECOND)) {
            var waiting = EventWatch.await(host, memory, opened.value(open.cgroup()), opened.value(open.signals()), wait);
            var playback = player.played(waiting.tape());
            long now = number(playback, waiting.memory(), "\noom_kill ");
            if (now > killed) print("oom");
            killed = Math.max(now, killed);
            long signal = playback.value(waiting.signal());
            if (signal != 0) return KILLED + (int) signal;
            boolean empty = number(playback, waiting.cgroup(), "\npopulated ") != 1;
            boolean due = System.nanoTime() - next >= 0;
            if (due || empty) statistics();
            if (empty) return 0;
            if (due) next += command.interval();
        }
    }

    /** {@return what follows {@code label} in a file's text, -1 if that is not in it} */
    private static long number(Playback playback, Block block, String label) {
        var text = "\n" + new String(playback.bytes(block), StandardCharsets.ISO_8859_1);
        int at = text.indexOf(label);
        if (at < 0) return -1;
        int start = at + label.length();
        int end = start;
        while (end < text.length() && Character.isDigit(text.charAt(end))) end++;
        return Long.parseLong(text.substring(start, end));
    }

    private void statistics() {
        var json = event("stats").key("data");
        Statistics.write(cgroup, json);
        out.print(json.endObject().toString() + '\n');
    }

    private void print(String type) {
        out.print(event(type).endObject().toString() + '\n');
    }

    private JsonWriter event(String type) {
        return new JsonWriter("").beginObject().key("type").value(type).key("id").value(record.id());
    }
}
