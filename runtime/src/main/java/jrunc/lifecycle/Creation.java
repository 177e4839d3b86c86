package jrunc.lifecycle;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jrunc.config.Config;
import jrunc.config.InvalidConfigException;
import jrunc.config.Violation;
import jrunc.host.BundleFiles;
import jrunc.host.CgroupTree;
import jrunc.host.Host;
import jrunc.host.HostReader;
import jrunc.linux.Errno;
import jrunc.linux.FailureCode;
import jrunc.linux.Namespace;
import jrunc.linux.StateException;
import jrunc.machine.Elf;
import jrunc.machine.LastPlay;
import jrunc.machine.Playback;
import jrunc.machine.Player;
import jrunc.plan.Cgroups;
import jrunc.plan.Command;
import jrunc.plan.ContainerRecord;
import jrunc.plan.Create;
import jrunc.plan.FrontPage;
import jrunc.plan.Global;
import jrunc.plan.Handover;
import jrunc.plan.HookOutcome;
import jrunc.plan.IntelRdt;
import jrunc.plan.Notes;
import jrunc.plan.Refusals;
import jrunc.plan.Scope;
import jrunc.plan.SetUp;
import jrunc.tape.Chain;
import jrunc.tape.Image;
import jrunc.tape.Report;
import jrunc.tape.Tape;
import jrunc.tape.TapeException;

/**
 * <a href="https://github.com/opencontainers/runtime-spec/blob/v1.3.0/runtime.md#create">runtime.md, Create</a>: both tapes,
 * recorded before anything is made.
 *
 * @param refused what of the config cannot be done
 * @param notes   what can be done only in part, and why that is fine
 * @param inside  what the container's process plays
 * @param outside what the runtime plays
 */
record Creation(Host host, Config config, List<Violation> refused, List<Notes.Note> notes, ContainerRecord record, Tape inside, Create.Recorded outside) {
    /** How the caption begins of the cells that fail if the id is taken. */
    static final String CLAIM = "claim the id ";

    /** Reads the bundle and the host, and decides everything; {@return what can be played} */
    static Creation of(Global global, Command.Create command) {
        return of(global, command, null, HostReader.SELF);
    }

    /**
     * @param units   who speaks with systemd; null if jrunc makes the cgroup itself
     * @param process whose side the runtime's is, as {@link Caller#process} names it
     */
    static Creation of(Global global, Command.Create command, Units units, String process) {
        return accepted(of(Premises.read(global, command, units, HostReader.read(process))));
    }

    /** {@return what can be played later, by a process that is not there yet, as long as bundle and host are as they are now} */
    static Creation ofLater(Global global, Command.Create command) {
        return accepted(of(Premises.read(global, command, null, HostReader.read().forLater())));
    }

    /** {@return it, if nothing is refused} */
    static Creation accepted(Creation creation) {
        if (!creation.refused.isEmpty()) throw new InvalidConfigException(creation.refused);
        return creation;
    }

    /** {@return the same even if something of it is refused, for a person to read; systemd is not asked} */
    static Creation planned(Global global, Command.Create command) {
        var units = global.cgroupManager() == Global.CgroupManager.SYSTEMD ? new Units(null, null) : null;
        return of(Premises.read(global, command, units, HostReader.read()));
    }

    /** Decides everything, and reads nothing more; {@return the tapes, and what of the config is refused} */
    static Creation of(Premises premises) {
        var global = premises.global();
        var command = premises.command();
        var config = premises.config();
        var host = premises.found().host();
        var bundle = premises.found().bundle();
        var inside = SetUp.of(config, host, bundle, premises.source(), command);
        var refused = Refusals.of(config, host, global, command);
        if (!premises.found().mayMake()) refuseCgroup(config, host, premises.found().place().orElseThrow(), refused);
        var place = premises.found().mayMake() ? premises.found().place() : Optional.<CgroupTree.Place>empty();
        var record = record(command, config, host, bundle, place, inside);
        return new Creation(host, config, refused, Notes.of(config, host, global), record, inside,
                Create.of(global, config, host, place, command, record, Elf.of(inside), premises.file(), page(record, host, command, premises.found().owner())));
    }

    private static Optional<byte[]> page(ContainerRecord record, Host host, Command.Create command, String owner) {
        if (host.pid() == 0) return Optional.empty();
        var state = new ContainerState(record.ociVersion(), record.id(), 0, "", record.bundle(), record.rootfs(), record.created(), record.annotations(),
                owner);
        return FrontPage.of(record, StateOutput.pieces(state), command.overlay(), command.ties().notifySocket().isPresent());
    }

    private static void refuseCgroup(Config config, Host host, CgroupTree.Place place, List<Violation> refused) {
        for (var violation : Cgroups.withoutPermission(config, host, place.path())) {
            boolean known = false;
            for (var other : refused) known |= other.path().equals(violation.path());
            if (!known) refused.add(violation);
        }
    }

    private static ContainerRecord record(Command.Create command, Config config, Host host, BundleFiles bundle,
            Optional<CgroupTree.Place> place, Tape inside) {
        return new ContainerRecord(0, 0, config.ociVersion(), command.id(), bundle.path(), bundle.rootfs(), host.now(), host.pid(),
                host.startTime(), place.isPresent() ? host.cgroups().orElseThrow().mountPoint() : "", place.map(CgroupTree.Place::path).orElse(""),
                place.map(CgroupTree.Place::missing).orElse(List.of()),
                config.linux().namespace(Namespace.PID).isPresent(), command.pidFile().orElse(""),
                hooks(config), config.annotations(), words(inside), resctrlGroups(config, host, command.id()),
                host.asked().systemd().isPresent() && place.isPresent() ? Scope.of(config, command.id(), host).unit() : "");
    }

    private static List<String> resctrlGroups(Config config, Host host, String id) {
        if (config.linux().intelRdt().isEmpty() || host.asked().resctrl().isEmpty()) return List.of();
        return IntelRdt.own(config.linux().intelRdt().get(), host.asked().resctrl().get(), id);
    }

    private static List<String> hooks(Config config) {
        if (config.hooks().isEmpty()) return List.of();
        List<String> kinds = new ArrayList<>();
        if (!config.hooks().startContainer().isEmpty()) kinds.add("startContainer");
        if (!config.hooks().poststart().isEmpty()) kinds.add("poststart");
        if (!config.hooks().poststop().isEmpty()) kinds.add("poststop");
        return kinds;
    }

    /** What start must be able to say: the captions of the cells that play after create is over. */
    private static Map<Long, String> words(Tape inside) {
        Map<Long, String> words = new LinkedHashMap<>();
        for (int i = inside.cells().size(); i >= 1; i--) {
            var cell = inside.cell(i);
            if (words.isEmpty() || cell.section().equals(Handover.START)) words.put((long) i, cell.attempt());
        }
        return words;
    }

    /** Plays what was recorded. If it fails, nothing is left but what a throw-away layer may hold. */
    Playback play(Player player) {
        return checked(player.play(outside.tape()));
    }

    /** The same as the last thing that the command does, if there is nothing to say afterwards. */
    Playback playLast(Global global, Player player) {
        return checked(!says(global) ? player.playLast(outside.tape()) : player.play(outside.tape()));
    }

    /** {@return what is played then} */
    LastPlay last() {
        var image = new Image(outside.tape());
        return new LastPlay(Chain.of(image, true), image, Tape.FAILED_CELL);
    }

    /** {@return whether there is something to say when it has gone well, and somebody to say it to} */
    boolean says(Global global) {
        boolean loud = false;
        for (var note : notes) loud |= !note.quiet();
        return loud || !notes.isEmpty() && global.log().isPresent();
    }

    /** {@return the same of what a front has left that has played {@link #last}} */
    Playback left(byte[] left) {
        return checked(Player.playbacks(Chain.of(new Image(outside.tape()), true), left).getFirst());
    }

    private Playback checked(Playback playback) {
        if (playback.report().isFailure()) throw failure(playback);
        return playback;
    }

    /** {@return what the program that has failed said, on the same line} */
    private String said(Playback playback) {
        if (outside.said().isEmpty()) return "";
        var words = playback.text(outside.said().get()).strip().replace('\n', ' ');
        return words.isEmpty() ? "" : "; " + words;
    }

    CreationException failure(Playback playback) {
        var report = playback.report();
        var failed = outside.tape().cell(report.cell());
        long insideCell = playback.value(outside.answer().word(0));
        if (insideCell > 0 && insideCell <= inside.cells().size()) {
            return new CreationException(failure(inside, new Report(insideCell, playback.value(outside.answer().word(1))), playback), true);
        }
        if (failed.attempt().startsWith(CLAIM) && report.result() == -Errno.EEXIST.number()) {
            return new CreationException(StateException.exists(record.id()), false);
        }
        return new CreationException(failure(outside.tape(), report, playback), true);
    }

    private TapeException failure(Tape tape, Report report, Playback playback) {
        var cell = tape.cell(report.cell());
        if (outside.hookOutcome().isPresent() && HookOutcome.isHook(cell.attempt())) {
            var words = HookOutcome.words(cell.attempt(), report.result(), playback.bytes(outside.hookOutcome().get()));
            return new TapeException(FailureCode.HOOK, words, cell, report.result());
        }
        if (outside.memory().isPresent() && tape == outside.tape()) {
            var words = outside.memory().get().words(playback::bytes);
            if (words.isPresent()) return new TapeException(FailureCode.OUT_OF_MEMORY, words.get(), cell, report.result());
        }
        var code = Handover.isAboutProgram(cell.attempt()) ? FailureCode.PROGRAM : FailureCode.SYSTEM_CALL;
        return new TapeException(code, tape.words(report) + (tape == inside ? "" : said(playback)), cell, report.result());
    }
}
