package jrunc.lifecycle;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import jrunc.config.ConfigParser;
import jrunc.host.BundleReader;
import jrunc.host.HostReader;
import jrunc.host.NotedTexts;
import jrunc.linux.StateException;
import jrunc.machine.LastPlay;
import jrunc.machine.Playback;
import jrunc.machine.Player;
import jrunc.plan.Command;
import jrunc.plan.Global;
import jrunc.tape.Form;

/** {@code create} and {@code run}. */
final class Launch {
    private final Global global;
    private final Caller caller;
    private final Containers containers;
    private final Player player;
    private final Warnings warnings;
    private final Forms forms;
    private final Consumer<String> remove;
    private final Units units;

    /**
     * @param forms  what a server remembers, or null
     * @param remove ends and removes a container
     */
    Launch(Global global, Caller caller, Containers containers, Player player, Warnings warnings, Forms forms, Consumer<String> remove) {
        this.global = global;
        this.caller = caller;
        this.containers = containers;
        this.player = player;
        this.warnings = warnings;
        this.forms = forms;
        this.remove = remove;
        units = global.cgroupManager() == Global.CgroupManager.SYSTEMD ? new Units(player, caller) : null;
    }

    /** {@return the exit code} */
    int create(Command.Create command) {
        var recall = new Recall(command, create -> create);
        if (recall.form.isPresent()) {
            recall.keep(premises -> creation(premises).last());
            var left = player.playLast(recall.filled());
            var creation = creation(recall.premises);
            made(command, creation, () -> creation.left(left));
            return 0;
        }
        var creation = recall.recorded(() -> creation(recall.premises));
        if (units == null && !creation.says(global)) recall.remember(premises -> creation(premises).last());
        made(command, creation, () -> units != null ? units.play(creation) : creation.playLast(global, player));
        return 0;
    }

    /** {@return the exit code} */
    int run(Command.Run command) {
        var recall = new Recall(command.create(), create -> new Command.Run(create, command.keep()));
        if (recall.form.isPresent()) {
            recall.keep(premises -> whole(command, premises).last());
            var left = player.playLast(recall.filled());
            return whole(command, recall.premises).left(left, remove);
        }
        var creation = recall.recorded(() -> creation(recall.premises));
        if (!WholeRun.suits(global, creation, command)) return run(command, creation);
        recall.remember(premises -> whole(command, premises).last());
        return new WholeRun(global, creation, command).play(player, remove);
    }

    private static Creation creation(Premises premises) {
        return Creation.accepted(Creation.of(premises));
    }

    private WholeRun whole(Command.Run command, Premises premises) {
        return new WholeRun(global, creation(premises), new Command.Run(premises.command(), command.keep()));
    }

    private int run(Command.Run command, Creation creation) {
        var made = made(command.create(), creation, () -> units != null ? units.play(creation) : creation.play(player));
        String id = command.create().id();
        int code = 0;
        try {
            var readiness = new Starting(global, containers, new Command.Start(id, command.create().ties().notifySocket())).play(player);
            if (command.create().ties().foreground()) code = readiness.isEmpty() ? made.untilEnd(creation.host(), player) : made.untilEnd(creation.host(), player, readiness.get(), warnings);
            else if (readiness.isPresent()) readiness.get().await(player, warnings);
        } catch (RuntimeException e) {
            remove.accept(id);
            throw e;
        }
        if (command.create().ties().foreground() && !command.keep()) remove.accept(id);
        return code;
    }

    /** {@return the container's process} */
    private Attendance made(Command.Create command, Creation creation, Supplier<Playback> played) {
        try {
            var made = played.get();
            for (var note : creation.notes()) warnings.note(note.line(), note.quiet()); // a failure says one thing only
            var outside = creation.outside();
            return Attendance.of(made, outside.pidfd(), outside.pid(), command.ties().subreaper(), outside.terminal());
        } catch (CreationException e) {
            // What the container's process has put into a throw-away layer could not be known when the tape was recorded.
            if (command.overlay() && e.claimed()) new Removal(global, creation.host(), creation.record()).play(player, caller);
            boolean afterwards = e.claimed() && creation.record().hasPoststop();
            if (afterwards) KeptHooks.of(creation).playPoststop(creation.host(), player, warnings);
            throw e;
        }
    }

    /** What is read for a create, and what is remembered of its like. */
    private final class Recall {
        final Premises premises;
        final Optional<Form> form;
        private final Optional<Forms.Kind> kind;
        private final NotedTexts texts;

        /** @param whole the command that a create is the beginning of */
        Recall(Command.Create command, Function<Command.Create, Command> whole) {
            if (containers.exists(command.id())) throw StateException.exists(command.id());
            texts = new NotedTexts(caller.texts());
            var host = HostReader.read(caller.process(), texts);
            byte[] file = BundleReader.config(command.bundle(), ConfigParser.MAX_BYTES);
            boolean isRemembered = forms != null && units == null && host.uid() == 0 && !command.overlay() && !command.ties().showInside();
            if (!isRemembered) {
                kind = Optional.empty();
                form = Optional.empty();
                premises = Premises.read(global, command, units, host, file);
                return;
            }
            var sample = Blanks.of(command.id(), command.pidFile(), host).sample(true);
            kind = Optional.of(new Forms.Kind(global, whole.apply(command.with(sample.id(), sample.pidFile())), ByteBuffer.wrap(file)));
            var config = forms.config(kind.get());
            premises = config.isPresent() ? Premises.read(global, command, host, file, config.get()) : Premises.read(global, command, null, host, file);
            form = config.isPresent() ? forms.form(kind.get(), premises.with(sample).found()) : Optional.empty();
        }

        <T> T recorded(Supplier<T> recording) {
            return forms == null ? recording.get() : forms.recorded(premises.file().length, recording);
        }

        Form.Filled filled() {
            return form.orElseThrow().filled(premises.blanks().texts());
        }

        /** @param recording what a front gets to play */
        void remember(Function<Premises, LastPlay> recording) {
            if (kind.isEmpty()) return;
            var blanks = premises.blanks();
            forms.remember(kind.get(), premises.config(), premises.with(blanks.sample(true)).found(), blanks,
                    texts -> recorded(() -> recording.apply(premises.with(texts)).filled()), () -> wanted(recording));
        }

        /** Lets fronts find it, too. */
        void keep(Function<Premises, LastPlay> recording) {
            forms.keep(() -> wanted(recording));
        }

        /** The front's own look at the premises comes first. */
        private Optional<KeptForms.Wanted> wanted(Function<Premises, LastPlay> recording) {
            if (!(caller instanceof FrontProcess front)) return Optional.empty();
            var key = front.key(true, premises.blanks());
            if (key.isEmpty()) return Optional.empty();
            var grounds = Grounds.ofLaunch(premises, front, texts);
            if (grounds.isEmpty()) return Optional.empty();
            return Optional.of(new KeptForms.Wanted(key.get(), List.of(), grounds.get(), premises.blanks(), blanks -> Grounds.ofPlace(premises.with(blanks)),
                    (blanks, look) -> recorded(() -> recording.apply(premises.with(blanks)).after(look).filled())));
        }
    }
}
