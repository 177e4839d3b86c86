package jrunc.lifecycle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jrunc.config.Config;
import jrunc.config.ConfigParser;
import jrunc.config.InvalidConfigException;
import jrunc.config.Process;
import jrunc.config.Validation;
import jrunc.host.BundleReader;
import jrunc.host.Host;
import jrunc.host.HostReader;
import jrunc.host.NotedTexts;
import jrunc.host.Texts;
import jrunc.linux.FailureCode;
import jrunc.linux.JruncException;
import jrunc.linux.StateException;
import jrunc.machine.Elf;
import jrunc.machine.LastPlay;
import jrunc.machine.Playback;
import jrunc.machine.Player;
import jrunc.machine.TrapPlayer;
import jrunc.plan.Command;
import jrunc.plan.ContainerRecord;
import jrunc.plan.Entry;
import jrunc.plan.Exec;
import jrunc.plan.ExecProcess;
import jrunc.plan.Global;
import jrunc.plan.Handover;
import jrunc.plan.NamedProcess;
import jrunc.plan.PasswdLook;
import jrunc.plan.Premise;
import jrunc.plan.Refusals;
import jrunc.plan.StateDirectory;
import jrunc.tape.Chain;
import jrunc.tape.Form;
import jrunc.tape.Image;
import jrunc.tape.Listing;
import jrunc.tape.Operand;
import jrunc.tape.Report;
import jrunc.tape.Tape;
import jrunc.tape.TapeException;

/** {@code exec}: both tapes, recorded before anything happens. */
final class Execution {
    private static final String EXEC = "exec ";

    private final Global global;
    private final Command.Exec command;
    private final Host host;
    private final ContainerRecord record;
    private final Config config;
    /** What a server remembers, and under which name; null elsewhere. */
    private final Forms forms;
    private final Forms.Kind kind;
    private final Sources sources;

    /** From what it was read that a server remembers. */
    private record Sources(NotedTexts texts, byte[] kept, byte[] process) {}

    private Execution(Global global, Command.Exec command, Host host, ContainerRecord record, Config config, Forms forms, Forms.Kind kind, Sources sources) {
        this.global = global;
        this.command = command;
        this.host = host;
        this.record = record;
        this.config = config;
        this.forms = forms;
        this.kind = kind;
        this.sources = sources;
    }

    /** Reads what is kept of the container, and decides which process is to run. */
    static Execution of(Global global, Containers containers, Command.Exec command) {
        return of(global, containers, command, HostReader.SELF, HostReader.FILES, null);
    }

    /**
     * @param process whose side the runtime's is, as {@link Caller#process} names it
     * @param texts   how its files are read
     * @param forms   what a server remembers, or null
     */
    static Execution of(Global global, Containers containers, Command.Exec command, String process, Texts texts, Forms forms) {
        var record = containers.find(command.id());
        switch (containers.status(record)) {
            case "stopped" -> throw new StateException(FailureCode.CONTAINER_NOT_RUNNING, "cannot exec in a stopped container");
            case "creating" -> throw new StateException(FailureCode.CONTAINER_NOT_RUNNING, "cannot exec in a container that is still being created");
            case "paused" -> {
                if (!command.ignorePaused()) throw new StateException(FailureCode.CONTAINER_PAUSED,
                        "cannot exec in a paused container (use --ignore-paused to override)");
            }
            default -> { }
        }
        var noted = new NotedTexts(texts);
        var host = HostReader.read(process, noted);
        byte[] kept = kept(global, record);
        byte[] file = command.processFile().isPresent() ? read(command.processFile().get()) : null;
        var kind = forms == null || host.uid() != 0 ? null : kind(global, command, host, kept, file);
        var known = kind == null ? Optional.<Config>empty() : forms.config(kind);
        var config = known.isPresent() ? known.get() : config(kept, file, command, host);
        return new Execution(global, command, Questions.areIn(config) ? Questions.answered(host, config, record.id()) : host, record, config, forms, kind, new Sources(noted, kept, file));
    }

    private static Forms.Kind kind(Global global, Command.Exec command, Host host, byte[] kept, byte[] file) {
        var sample = Blanks.of(command.id(), command.pidFile(), host).sample(true);
        var like = command.with(command.processFile().map(path -> ""), sample.pidFile());
        var files = ByteBuffer.allocate(kept.length + 1 + (file == null ? 0 : file.length)).put(kept).put((byte) 0);
        return new Forms.Kind(global, like, (file == null ? files : files.put(file)).flip());
    }

    private static Config config(byte[] keptFile, byte[] file, Command.Exec command, Host host) {
        var kept = Premises.config(keptFile, host);
        var config = kept.with(ExecProcess.of(kept.process(), file == null ? Optional.<Process>empty() : Optional.of(ConfigParser.parseProcess(file)), command.changes()));
        if (config.process().args().isEmpty()) throw new StateException("process args cannot be empty; name a program after the container's id");
        Validation.requireProcess(config);
        return config;
    }

    /** What a delete has begun to remove it removes wholly. */
    private static byte[] kept(Global global, ContainerRecord record) {
        String file = configFile(global, record);
        try {
            return read(file);
        } catch (StateException e) {
            if (java.nio.file.Files.exists(Path.of(file))) throw e;
            throw StateException.notRunning(record.id());
        }
    }

    private static String configFile(Global global, ContainerRecord record) {
        return StateDirectory.path(global, record.id()) + "/" + StateDirectory.CONFIG;
    }

    private static byte[] read(String path) {
        return BundleReader.file(Path.of(path), ConfigParser.MAX_BYTES);
    }

    /** {@return the exit code: of the process, or 0 if nobody waits for it} */
    int play(Player player, Caller caller) {
        boolean isNew = kind == null || forms.config(kind).isEmpty();
        if (isNew) refuse();
        var read = new Read(record, blanks().sample(true).in(host), home(player), below());
        var form = kind == null ? Optional.<Form>empty() : forms.form(kind, read);
        if (form.isPresent()) {
            forms.keep(() -> wanted(caller, read));
            var left = player.playLast(form.get().filled(blanks().texts()));
            var whole = whole(read);
            return outcome(whole, Player.playbacks(whole.chain, left));
        }
        if (!isNew) refuse();
        var inside = inside(read.home);
        var outside = outside(inside, read.below);
        if (outside.tape().pause() == 0) return play(player, caller, read, whole(inside, outside));
        var process = play(player, caller, inside, outside);
        return command.detach() ? 0 : process.untilEnd(host, player);
    }

    private void refuse() {
        var refused = Refusals.of(config, host, command);
        if (!refused.isEmpty()) throw new InvalidConfigException(refused);
    }

    private int play(Player player, Caller caller, Read read, Whole whole) {
        if (kind != null) forms.remember(kind, config, read, blanks(), blanks -> with(blanks).whole(read).last().filled(), () -> wanted(caller, read));
        return outcome(whole, player.playLast(whole.last()));
    }

    /** What fronts may find, too, which look at the premises themselves. */
    private Optional<KeptForms.Wanted> wanted(Caller caller, Read read) {
        if (!(caller instanceof FrontProcess front)) return Optional.empty();
        var blanks = Blanks.of(command.id(), command.pidFile(), command.processFile(), host);
        var key = front.key(false, blanks);
        if (key.isEmpty()) return Optional.empty();
        var grounds = Grounds.ofExec(command, host, config, read.below, front, sources.texts);
        var passwd = needsHome() ? Grounds.passwd(record, host, read.home, config.process().user().uid()) : Optional.<ByteBuffer>empty();
        if (grounds.isEmpty() || needsHome() && passwd.isEmpty()) return Optional.empty();
        var kind = List.of(ByteBuffer.wrap(sources.kept), record.ofAnother("").cgroup(), passwd);
        return Optional.of(new KeptForms.Wanted(key.get(), kind, grounds.get(), blanks, other -> expected(other, passwd), (other, look) -> inAny(other).whole(read).last().after(look).filled()));
    }

    private List<Premise> expected(Blanks blanks, Optional<ByteBuffer> passwd) {
        List<Premise> premises = new ArrayList<>(Grounds.ofContainer(global, record.ofAnother(blanks.id()), passwd));
        blanks.processFile().ifPresent(file -> premises.add(new Premise.Content(file, ByteBuffer.wrap(sources.process))));
        return premises;
    }

    /** {@return the same in whatever container of the same config has the id when it is played} */
    private Execution inAny(Blanks blanks) {
        return new Execution(global, with(blanks).command.in(blanks.id()), blanks.in(host), record.ofAnother(blanks.id()), config, null, null, sources);
    }

    /**
     * What else was read.
     *
     * @param like the host, with samples for what differs
     * @param home of the process's user
     * @param below the container's cgroup, where the process belongs
     */
    private record Read(ContainerRecord record, Host like, Optional<String> home, Optional<String> below) {}

    private Blanks blanks() {
        return Blanks.of(command.id(), command.pidFile(), host);
    }

    private Execution with(Blanks blanks) {
        return new Execution(global, command.with(command.processFile(), blanks.pidFile()), blanks.in(host), record, config, null, null, null);
    }

    /** All that is to do is known: the wait follows, if there is one, and nobody is asked in between. */
    private record Whole(Tape inside, Exec.Recorded outside, Chain chain, Image of, Operand exit) {
        LastPlay last() {
            return new LastPlay(chain, of, exit);
        }
    }

    private Whole whole(Read read) {
        var inside = inside(read.home);
        return whole(inside, outside(inside, read.below));
    }

    private Whole whole(Tape inside, Exec.Recorded outside) {
        var image = new Image(outside.tape());
        if (command.detach()) return new Whole(inside, outside, Chain.of(image, true), image, Tape.FAILED_CELL);
        var waiting = Attendance.ofLeft(image, outside.pidfd(), outside.pid(), false, outside.terminal()).waiting(host);
        var wait = new Image(waiting.tape());
        return new Whole(inside, outside, new Chain().add(image, 1, Chain.END, true).add(wait, Chain.END, Chain.END, true), wait, waiting.exit());
    }

    private int outcome(Whole whole, List<Playback> playbacks) {
        checked(whole.inside, whole.outside, playbacks.getFirst());
        return command.detach() ? 0 : (int) playbacks.getLast().well().value(whole.exit);
    }

    private static Playback checked(Tape inside, Exec.Recorded outside, Playback playback) {
        if (playback.report().isFailure()) throw failure(inside, outside, playback);
        return playback;
    }

    /** {@return the process once it is the program} */
    Attendance play(Player player, Caller caller, Tape inside, Exec.Recorded outside) {
        var playback = player.play(outside.tape());
        boolean pauses = outside.tape().pause() != 0 && !playback.report().isFailure();
        if (pauses) playback = Units.moved(host, player, caller, record, outside.tape(), playback, playback.value(outside.pid()));
        return Attendance.of(checked(inside, outside, playback), outside.pidfd(), outside.pid(), false, outside.terminal());
    }

    Tape inside(Optional<String> home) {
        return Entry.of(config, host, record, command, home);
    }

    Exec.Recorded outside(Tape inside) {
        return outside(inside, below());
    }

    private Exec.Recorded outside(Tape inside, Optional<String> below) {
        boolean isForAny = record.pid() == 0;
        var first = isForAny ? NamedProcess.ofLater(global, record.id()) : NamedProcess.of(record);
        List<Premise> kept = isForAny ? Grounds.ofKind(global, record, sources.kept) : List.of();
        return Exec.of(global, config, host, command, record, first, kept, below, Elf.of(inside));
    }

    /** {@return what a person may read instead} */
    String explanation() {
        var text = new StringBuilder();
        for (var violation : Refusals.of(config, host, command)) text.append("## refused: ").append(violation.shown()).append('\n');
        if (needsHome()) text.append("## the runtime: who is the user\n").append(Listing.of(PasswdLook.of(host, NamedProcess.of(record), PasswdLook.sizes()[0]).tape())).append('\n');
        var inside = inside(Optional.empty());
        text.append("## the runtime\n").append(Listing.of(outside(inside).tape()));
        return text.append("\n## the process\n").append(Listing.of(inside)).toString();
    }

    private boolean needsHome() {
        boolean needed = true;
        for (var entry : config.process().env()) {
            if (entry.startsWith("HOME=")) needed = entry.equals("HOME=");
        }
        return needed;
    }

    private Optional<String> home(Player player) {
        if (!needsHome()) return Optional.empty();
        for (int size : PasswdLook.sizes()) {
            var look = PasswdLook.of(host, NamedProcess.of(record), size);
            // A server is in the same place, with the same rights: it need not ask.
            var playback = (forms != null ? TrapPlayer.play(look.tape()) : player.look(look.tape())).well();
            var home = BundleReader.home(playback.text(look.passwd()), config.process().user().uid());
            if (home.isPresent() || playback.bytes(look.passwd())[size - 1] == 0) return home;
        }
        return Optional.empty();
    }

    /**
     * {@return the cgroup below the container's that the process belongs in} Where the container's has handed its controllers down no process
     * may be in it: its first one has moved on, and that is where this one goes, too.
     */
    private Optional<String> below() {
        if (command.cgroup().isPresent() || record.cgroup().isEmpty()) return command.cgroup();
        try {
            if (Files.readString(Path.of(record.mountPoint() + record.cgroup() + "/cgroup.subtree_control")).isBlank()) return Optional.empty();
            for (var line : Files.readAllLines(Path.of("/proc/" + record.pid() + "/cgroup"))) {
                if (line.startsWith("0::" + record.cgroup() + "/")) return Optional.of(line.substring(("0::" + record.cgroup() + "/").length()));
            }
        } catch (IOException ended) {
            return Optional.empty(); // the tape says so
        }
        return Optional.empty();
    }

    private static JruncException failure(Tape inside, Exec.Recorded outside, Playback playback) {
        long cell = playback.value(outside.answer().word(0));
        if (cell <= 0 || cell > inside.cells().size()) return new TapeException(outside.tape(), playback.report());
        long result = playback.value(outside.answer().word(1));
        String attempt = inside.cell(cell).attempt();
        if (attempt.startsWith(EXEC)) return FailedStart.ofExec(attempt, result, playback.bytes(outside.after()));
        var code = Handover.isAboutProgram(attempt) ? FailureCode.PROGRAM : FailureCode.SYSTEM_CALL;
        return new TapeException(code, inside.words(new Report(cell, result)), inside.cell(cell), result);
    }
}
