package jrunc.lifecycle;

import java.util.ArrayList;
import java.util.List;
import jrunc.config.Features;
import jrunc.host.HostReader;
import jrunc.kernel.FrontPipe;
import jrunc.linux.Arch;
import jrunc.linux.FailureCode;
import jrunc.linux.JruncException;
import jrunc.linux.StateException;
import jrunc.linux.UsageException;
import jrunc.machine.Player;
import jrunc.plan.Command;
import jrunc.plan.ContainerRecord;
import jrunc.plan.Global;
import jrunc.plan.SeccompFlags;
import jrunc.plan.Start;
import jrunc.tape.Listing;

/** The operations, carried out by this process. */
public final class LocalOperations implements Operations {
    private final Global global;
    private final Caller caller;
    private final Output out;
    private final Warnings warnings;
    private final Containers containers;
    /** Of a server. */
    private final Forms forms;
    private Player player;

    /**
     * @param global what was asked for before the command's name
     * @param out    where what was asked for goes
     * @param warnings who hears what went wrong without being a failure
     */
    public LocalOperations(Global global, Caller caller, Output out, Warnings warnings) {
        this(global, caller, out, warnings, null);
    }

    /** The same in a server, which remembers. */
    public LocalOperations(Global global, Caller caller, Output out, Warnings warnings, Forms forms) {
        this.forms = forms;
        this.global = global;
        this.caller = caller;
        this.out = out;
        this.warnings = warnings;
        containers = new Containers(global);
    }

    @Override
    public int create(Command.Create command) {
        return launch().create(command);
    }

    /** {@return who plays; asked for first thing, it gets ready while the command still reads and plans} */
    private Player player() {
        if (player == null) player = new Player(caller.front());
        return player;
    }

    private Launch launch() {
        return new Launch(global, caller, containers, player(), warnings, forms, this::remove);
    }

    @Override
    public int run(Command.Run command) {
        return launch().run(command);
    }

    @Override
    public int start(Command.Start command) {
        if (FrontPipe.hasAnswer()) {
            Starting.byFront(containers.find(command.id()));
            return 0;
        }
        player();
        var readiness = new Starting(global, containers, command).play(player());
        if (readiness.isPresent()) readiness.get().await(player(), warnings);
        return 0;
    }

    @Override
    public int exec(Command.Exec command) {
        player();
        try {
            return Execution.of(global, containers, command, caller.process(), caller.texts(), forms).play(player(), caller);
        } catch (JruncException e) {
            throw new ExecException(e);
        }
    }

    @Override
    public int state(Command.State command) {
        out.print(StateOutput.state(containers.state(containers.find(command.id())).orElseThrow(() -> StateException.missing(command.id()))));
        return 0;
    }

    @Override
    public int kill(Command.Kill command) {
        new Killing(global, containers, command).play(player());
        return 0;
    }

    @Override
    public int pause(Command.Pause command) {
        new Freezer(global, containers, command.id()).pause(player());
        return 0;
    }

    @Override
    public int resume(Command.Resume command) {
        new Freezer(global, containers, command.id()).resume(player());
        return 0;
    }

    @Override
    public int ps(Command.Ps command) {
        out.print(new ProcessList(caller, command).of(containers.find(command.id())));
        return 0;
    }

    @Override
    public int update(Command.Update command) {
        new Updating(global, containers, command, warnings, caller).play(player());
        return 0;
    }

    @Override
    public int events(Command.Events command) {
        return new EventStream(containers, out, command).play(player());
    }

    @Override
    public int gc(Command.Gc command) {
        new Orphans(global, containers).collect(command, player(), this, out);
        return 0;
    }

    @Override
    public int bundle(Command.Bundle command) {
        return new Bundling(global, containers, caller, out, warnings).perform(command.request());
    }

    @Override
    public int compile(Command.Compile command) {
        new Compilation(global, command).write(warnings);
        return 0;
    }

    @Override
    public int delete(Command.Delete command) {
        player();
        String id = command.id();
        if (!containers.exists(id)) {
            if (command.force()) return 0;
            throw StateException.missing(id);
        }
        if (!command.force()) {
            String status = containers.status(containers.find(id));
            // The spec wants an error for one that is only created, too; but engines clean up so what they could not start, as buildah does.
            if (!status.equals("stopped") && !status.equals("created")) {
                throw new StateException(FailureCode.CONTAINER_NOT_STOPPED, "cannot delete container " + id + " that is not stopped: " + status);
            }
        }
        remove(id);
        return 0;
    }

    private void remove(String id) {
        var record = recordOrNone(id);
        var host = HostReader.read();
        var hooks = record.hasPoststop() ? KeptHooks.of(global, record) : null; // read before it is removed
        new Removal(global, host, record).play(player(), caller);
        if (hooks != null) hooks.playPoststop(host, player(), warnings);
    }

    /** Even of a container whose record is missing or broken all is removed that its id leads to. */
    private ContainerRecord recordOrNone(String id) {
        try {
            return containers.read(id).orElseGet(() -> ContainerRecord.none(id));
        } catch (StateException unreadable) {
            return Salvage.of(global, id);
        }
    }

    @Override
    public int list(Command.ListContainers command) {
        List<ContainerState> found = new ArrayList<>();
        List<StateException> broken = new ArrayList<>();
        for (var id : containers.ids()) {
            try {
                var record = containers.read(id);
                if (record.isPresent()) containers.state(record.get()).ifPresent(found::add);
            } catch (StateException unreadable) {
                broken.add(unreadable);
            }
        }
        if (command.quiet()) out.print(StateOutput.ids(found));
        else if (command.format() == Command.ListFormat.JSON) out.print(StateOutput.json(found));
        else out.print(StateOutput.table(found));
        if (!broken.isEmpty()) throw broken.getFirst(); // one line, and only when all the others have been shown
        return 0;
    }

    @Override
    public int spec(Command.Spec command) {
        SpecFile.write(command, caller);
        return 0;
    }

    @Override
    public int validate(Command.Validate command) {
        return ConfigCheck.report(global, command, out);
    }

    @Override
    public int features(Command.Features command) {
        var asked = SeccompFlags.asked(Features.knownSeccompFlags(), Arch.host());
        var playback = player().played(asked.tape());
        List<String> known = new ArrayList<>();
        for (var answer : asked.answers().entrySet()) {
            if (SeccompFlags.isKnown(playback.value(answer.getValue()))) known.add(answer.getKey().name());
        }
        out.print(Features.of(known, command.annotations()));
        return 0;
    }

    @Override
    public int explain(Command.Explain command) {
        out.print(explanation(command.of()));
        return 0;
    }

    private String explanation(Command command) {
        return switch (command) {
            case Command.Create create -> creation(create);
            case Command.Run run -> creation(run.create()) + "\n## then start\n" + Attendance.explanation(run.create().ties(), run.keep());
            case Command.Start start -> new Starting(global, containers, start).explanation();
            case Command.Exec exec -> Execution.of(global, containers, exec).explanation();
            case Command.Kill kill -> new Killing(global, containers, kill).explanation();
            case Command.Pause pause -> new Freezer(global, containers, pause.id()).explanation(true);
            case Command.Resume resume -> new Freezer(global, containers, resume.id()).explanation(false);
            case Command.Update update -> new Updating(global, containers, update, warnings, caller).explanation();
            case Command.Bundle bundle -> new Bundling(global, containers, caller, out, warnings).explanation(bundle.request());
            case Command.Delete delete -> deletion(recordOrNone(delete.id()));
            case Command.State _, Command.ListContainers _, Command.Ps _, Command.Events _, Command.Gc _, Command.Spec _, Command.Validate _, Command.Features _,
                 Command.Compile _, Command.Explain _ ->
                    throw new UsageException("explain: this command plays no tape");
        };
    }

    private String deletion(ContainerRecord record) {
        var host = HostReader.read();
        var removal = new Removal(global, host, record);
        var text = new StringBuilder("## the runtime: end it\n").append(Listing.of(removal.end()));
        text.append("\n## the runtime: remove what is left\n").append(Listing.of(removal.remove()));
        if (!record.hasPoststop()) return text.toString();
        for (var hook : KeptHooks.of(global, record).poststop(host)) text.append("\n## the runtime: a hook\n").append(Listing.of(hook.tape()));
        return text.toString();
    }

    private String creation(Command.Create command) {
        var creation = Creation.planned(global, command);
        return explanation(creation) + (creation.host().asked().systemd().isPresent() ? Units.explanation(creation, caller) : "");
    }

    private static String explanation(Creation creation) {
        var refused = new StringBuilder();
        for (var violation : creation.refused()) refused.append("## refused: ").append(violation.shown()).append('\n');
        for (var note : creation.notes()) refused.append("## warning: ").append(note.line()).append('\n');
        return refused + "## the runtime\n" + Listing.of(creation.outside().tape()) + "\n## the container's process\n" + Listing.of(creation.inside());
    }
}
