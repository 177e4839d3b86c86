package jrunc.lifecycle;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import jrunc.config.Linux;
import jrunc.host.HostReader;
import jrunc.host.SubordinateIds;
import jrunc.kernel.Children;
import jrunc.kernel.FrontPipe;
import jrunc.linux.FailureCode;
import jrunc.linux.StateException;
import jrunc.machine.Player;
import jrunc.plan.EnterUserNamespace;
import jrunc.plan.Global;
import jrunc.plan.OwnUserNamespace;
import jrunc.tape.Listing;
import jrunc.tape.TapeException;

/**
 * A command of an ordinary user's that works on files of all the ids that were granted to that user: jrunc starts once more with the same
 * command line, in a user namespace that has these ids.
 */
final class OwnIds {
    /** The property that says that this JVM has been started so, and by which user. */
    private static final String PROPERTY = "jrunc.own-ids";
    private static final String MAIN = "-m";

    private final EnterUserNamespace.Recorded recorded;

    private OwnIds(EnterUserNamespace.Recorded recorded) {
        this.recorded = recorded;
    }

    /** {@return the user in whose ids this process has been started; nothing if it was not} */
    static OptionalLong owner() {
        var user = System.getProperty(PROPERTY);
        return user == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(user));
    }

    /** The JVM that had this process enter the user namespace was its child. */
    static void settle() {
        Children.reap();
    }

    /**
     * {@return the way there; nothing for root, for a user to whom no ids are granted, and for a JVM that has no front to enter with}
     *
     * @param before a word of the command line that is left out; null for none
     */
    static Optional<OwnIds> of(Caller caller, Global global, String before) {
        if (caller.uid() == 0 || caller.front().isEmpty()) return Optional.empty();
        var host = HostReader.read();
        var linux = OwnUserNamespace.whole(host, SubordinateIds.of(host.uid()));
        if (linux.isEmpty()) return Optional.empty();
        return Optional.of(new OwnIds(recorded(linux.get(), host.uid(), global, before)));
    }

    private static EnterUserNamespace.Recorded recorded(Linux linux, long user, Global global, String before) {
        List<String> environment = new ArrayList<>();
        for (var variable : System.getenv().entrySet()) environment.add(variable.getKey() + '=' + variable.getValue());
        return EnterUserNamespace.of(linux, HostReader.read(), Path.of(System.getProperty("java.home"), "lib", "java").toString(),
                arguments(user, global, before), environment);
    }

    /** This JVM's own, but that it has no front then, and that the containers of that user are not where root's are. */
    private static List<String> arguments(long user, Global global, String before) {
        var own = commandLine();
        List<String> arguments = new ArrayList<>();
        int words = own.indexOf(MAIN) + 2;
        for (var flag : own.subList(0, words)) arguments.add(isFront(flag) ? "-D" + PROPERTY + '=' + user : flag);
        arguments.addAll(List.of("--root", global.root()));
        arguments.addAll(own.subList(words, own.size()));
        if (before != null) arguments.remove(words + 2 + own.subList(words, own.size()).indexOf(before));
        return arguments;
    }

    private static boolean isFront(String flag) {
        return flag.equals("-D" + FrontPipe.PROPERTY) || flag.startsWith("-D" + FrontPipe.PROPERTY + '=');
    }

    private static List<String> commandLine() {
        try {
            var text = new String(Files.readAllBytes(Path.of("/proc/self/cmdline")), StandardCharsets.UTF_8);
            return List.of(text.substring(0, text.length() - 1).split("\0", -1));
        } catch (IOException e) {
            throw new StateException("read /proc/self/cmdline: " + e.getMessage(), e);
        }
    }

    /**
     * Starts it there: does not return.
     *
     * @throws TapeException if that fails
     */
    void enter(Player player) {
        var playback = player.playLast(recorded.tape());
        var report = playback.report();
        var said = playback.text(recorded.said()).strip().replace('\n', ' ');
        throw new TapeException(FailureCode.SYSTEM_CALL, recorded.tape().words(report) + (said.isEmpty() ? "" : "; " + said),
                recorded.tape().cell(report.cell()), report.result());
    }

    /** {@return the tape, to be read} */
    String explanation() {
        return "## the front, which then is jrunc in the user namespace\n" + Listing.of(recorded.tape());
    }
}
