package jrunc.lifecycle;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import jrunc.linux.Errno;
import jrunc.linux.StateException;
import jrunc.machine.LastPlay;
import jrunc.machine.Playback;
import jrunc.machine.Player;
import jrunc.machine.StandAlone;
import jrunc.plan.Command;
import jrunc.plan.Delete;
import jrunc.plan.Foreground;
import jrunc.plan.Global;
import jrunc.plan.OutOfMemory;
import jrunc.plan.Start;
import jrunc.tape.Chain;
import jrunc.tape.Image;
import jrunc.tape.Operand;
import jrunc.tape.Tape;

/**
 * {@code run} as one chain, which needs nobody between its tapes: create, start, wait, delete. Most containers can be run so.
 * <pre>
 *   create ──▶ start ──▶ wait ──▶ delete
 *     │          │         │        ▲
 *     ▼          └─failed──┴────────┘
 *   (undone)
 * </pre>
 */
final class WholeRun {
    private final Global global;
    private final Creation creation;
    private final Command.Run command;
    private final Start.Recorded start;
    private final Optional<Foreground.Waiting> waiting;
    private final Chain chain = new Chain();
    /** Where in the chain it is. */
    private final int delete;
    private final Image last;

    WholeRun(Global global, Creation creation, Command.Run command) {
        this.global = global;
        this.creation = creation;
        this.command = command;
        var outside = creation.outside();
        var ties = command.create().ties();
        start = Start.of(global, creation.host(), creation.record(), List.of());
        var create = new Image(outside.tape());
        waiting = ties.foreground()
                ? Optional.of(Attendance.ofLeft(create, outside.pidfd(), outside.pid(), ties.subreaper(), outside.terminal()).waiting(creation.host()))
                : Optional.empty();
        delete = waiting.isPresent() ? 3 : 2;
        boolean isKept = waiting.isEmpty() || command.keep();
        var started = new Image(start.tape());
        chain.add(create, 1, Chain.END, false).add(started, waiting.isPresent() ? 2 : Chain.END, delete, true);
        if (waiting.isPresent()) chain.add(new Image(waiting.get().tape()), isKept ? Chain.END : delete, delete, true);
        last = waiting.isPresent() ? chain.links().getLast().image() : started;
        var removal = Delete.ofNew(global, creation.host(), creation.record(), create.left(outside.pid()), create.left(outside.startTime()));
        chain.add(new Image(removal), Chain.END, Chain.END, false); // behind a start that has failed it leaves nothing
    }

    /** {@return whether nothing is to be asked or done between the tapes of this container} */
    static boolean suits(Global global, Creation creation, Command.Run command) {
        var config = creation.config();
        return config.hooks().isEmpty() && !creation.says(global) && !command.create().overlay() && command.create().ties().notifySocket().isEmpty()
                && creation.record().unit().isEmpty() && creation.record().resctrlGroups().isEmpty() && !OutOfMemory.mayBe(config);
    }

    /** {@return the chain: what {@link #play} has played} */
    Chain chain() {
        return chain;
    }

    /** {@return what a program does that plays the chain by itself, and says what {@link #play} would say} */
    StandAlone.Whole standAlone() {
        var record = creation.record();
        List<StandAlone.Caption> started = new ArrayList<>();
        for (long cell = 1; cell <= creation.inside().cells().size(); cell++) started.add(FailedStart.caption(record, cell));
        List<Optional<StandAlone.Inside>> inside = new ArrayList<>();
        inside.add(Optional.of(new StandAlone.Inside(creation.outside().answer(), StandAlone.Caption.of(creation.inside()))));
        inside.add(Optional.of(new StandAlone.Inside(start.answer(), started)));
        while (inside.size() < chain.links().size()) inside.add(Optional.empty());
        Optional<StandAlone.Memory> memory = creation.outside().memory().map(of -> new StandAlone.Memory(of.max(), of.peak(), of.events(), OutOfMemory.KILLED, OutOfMemory.pieces()));
        return new StandAlone.Whole(creation.host().arch(), chain, last, waiting.orElseThrow().exit(), inside, instead(record.id()), memory);
    }

    /** What a program must leave to jrunc are cgroups that the container has made below its own, for they must be looked for. */
    private List<StandAlone.Instead> instead(String id) {
        List<StandAlone.Instead> instead = new ArrayList<>();
        for (var cell : creation.outside().tape().cells()) {
            if (!cell.attempt().startsWith(Creation.CLAIM)) continue;
            instead.add(new StandAlone.Instead(cell.attempt(), Errno.EEXIST, StateException.exists(id).getMessage()));
            break;
        }
        instead.add(new StandAlone.Instead(Delete.CHILDLESS, Errno.EBUSY, "the container has left cgroups below its own: jrunc delete --force " + id + " removes them, and the rest of it"));
        return instead;
    }

    /** {@return the exit code} */
    int play(Player player, Consumer<String> remove) {
        return play(chain, last, player, remove);
    }

    int play(Chain chain, Image last, Player player, Consumer<String> remove) {
        return outcome(player.playLast(new LastPlay(chain, last, exit())), remove);
    }

    private Operand exit() {
        return waiting.isPresent() ? waiting.get().exit() : Tape.FAILED_CELL;
    }

    /** {@return what {@link #play} has a front play} */
    LastPlay last() {
        return new LastPlay(chain, last, exit());
    }

    /** {@return the exit code, when a front has played {@link #last} and has left this} */
    int left(byte[] left, Consumer<String> remove) {
        return outcome(Player.playbacks(chain, left), remove);
    }

    private int outcome(List<Playback> played, Consumer<String> remove) {
        var created = played.getFirst();
        if (created.report().isFailure()) throw creation.failure(created);
        // Cgroups that the container has made must be looked for.
        if (played.get(delete).report().isFailure()) remove.accept(command.create().id());
        if (played.get(1).report().isFailure()) throw FailedStart.of(creation.record(), start, played.get(1));
        return waiting.isEmpty() ? 0 : (int) played.get(2).well().value(exit());
    }
}
