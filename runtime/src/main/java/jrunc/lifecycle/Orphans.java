package jrunc.lifecycle;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import jrunc.host.HostReader;
import jrunc.linux.JruncException;
import jrunc.linux.StateException;
import jrunc.machine.Player;
import jrunc.plan.Command;
import jrunc.plan.Delete;
import jrunc.plan.Global;
import jrunc.plan.StateDirectory;

/**
 * The command {@code gc}: what a create or delete has left that was killed half-way, found by jrunc's own records and by nothing else. A container
 * that has stopped is no orphan, it waits for its delete; nor is one whose record cannot be read, for it may run.
 */
final class Orphans {
    private static final String HALF_MADE = "its create was killed half-way";
    private static final String EMPTY = "a create or delete was killed when it had no record, or no more";

    private final Global global;
    private final Containers containers;

    Orphans(Global global, Containers containers) {
        this.global = global;
        this.containers = containers;
    }

    /**
     * Removes them, each whatever becomes of the others, unless it is only to be said what there is, and prints a line for each.
     *
     * @throws JruncException the first of those that could not be removed
     */
    void collect(Command.Gc command, Player player, Operations operations, Output out) {
        var lines = new StringBuilder();
        JruncException failure = null;
        for (var id : containers.ids()) {
            var why = orphaned(id);
            if (why.isEmpty()) continue;
            try {
                boolean gone = command.dryRun() || remove(id, why.get(), player, operations);
                if (gone) lines.append(id).append(": ").append(why.get()).append('\n');
            } catch (JruncException e) {
                failure = failure == null ? e : failure;
            }
        }
        out.print(lines.toString());
        if (failure != null) throw failure;
    }

    private Optional<String> orphaned(String id) {
        try {
            var record = containers.read(id);
            if (record.isEmpty()) return Files.isDirectory(Path.of(StateDirectory.path(global, id))) ? Optional.of(EMPTY) : Optional.empty();
            boolean made = record.get().pid() != 0;
            return made || !containers.status(record.get()).equals("stopped") ? Optional.empty() : Optional.of(HALF_MADE);
        } catch (StateException unreadable) {
            return Optional.empty();
        }
    }

    /** {@return whether it is gone: a create that has only just claimed its id is no orphan} */
    private boolean remove(String id, String why, Player player, Operations operations) {
        if (why.equals(HALF_MADE)) {
            operations.delete(new Command.Delete(id, true));
            return true;
        }
        var recorded = Delete.unrecorded(global, HostReader.read(), id);
        return player.played(recorded.tape()).value(recorded.removed()) == 1;
    }
}
