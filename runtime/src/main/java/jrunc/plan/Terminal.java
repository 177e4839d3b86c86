package jrunc.plan;

import static jrunc.linux.AtFlag.AT_EMPTY_PATH;
import static jrunc.linux.Errno.ENOTTY;
import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.named;
import static jrunc.tape.Operand.text;
import static jrunc.tape.Operand.words;

import java.nio.charset.StandardCharsets;
import java.util.List;
import jrunc.config.Config;
import jrunc.config.Process;
import jrunc.linux.FilesystemMagic;
import jrunc.linux.Namespace;
import jrunc.linux.OpenFlag;
import jrunc.linux.ResolveFlag;
import jrunc.linux.Sys;
import jrunc.tape.Call;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;

/**
 * <a href="https://github.com/opencontainers/runtime-spec/blob/v1.3.0/config.md#process">config.md, Process</a>, {@code terminal}: a
 * pseudo terminal of the container's own devpts. One end becomes the program's stdin, stdout, stderr, controlling terminal and
 * {@code /dev/console}; the other goes to the console socket, as one message with its name and one descriptor: the
 * caller's, or jrunc's own if it holds that end itself, as {@link CallersTerminal}.
 *
 * <p>The container's files are hostile: ptmx is opened only where it can be that of a devpts, and its other end is never
 * looked up by name (CVE-2025-52565): TIOCGPTPEER, since Linux 4.13, opens it.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/ioctl_tty.2.html">ioctl_tty(2)</a>
 */
final class Terminal {
    private static final int STATFS_SIZE = 120;
    private static final String PTS = "/dev/pts/";

    private final Recorder tape;
    private final Operand.Word leader;
    private final Operand.Word follower;

    private Terminal(Recorder tape) {
        this.tape = tape;
        leader = tape.variable(-1);
        follower = tape.variable(-1);
    }

    /** Once the container's devpts is mounted, and before its root can no longer be written. */
    static void make(Config config, Operand root, Descriptors descriptors, Recorder tape) {
        tape.section("config.md, Process");
        var terminal = new Terminal(tape);
        terminal.open(root);
        config.process().consoleSize().ifPresent(terminal::resize);
        if (config.linux().namespace(Namespace.MOUNT).isPresent()) terminal.mountOnConsole(root);
        terminal.send(descriptors.console());
        terminal.becomeStdio();
    }

    /** In a container that runs: its /dev/console is and stays that of its first process. */
    static void makeAnother(Process process, Descriptors descriptors, Recorder tape) {
        tape.section("config.md, Process");
        var terminal = new Terminal(tape);
        var root = tape.variable(-1);
        tape.attempt("open the root", t -> t.call(Sys.OPENAT, Handover.at(), text("/"), t.open(OpenFlag.O_PATH, OpenFlag.O_DIRECTORY, OpenFlag.O_CLOEXEC)).into(root));
        terminal.open(root);
        tape.attempt("close the root", t -> t.close(root));
        process.consoleSize().ifPresent(terminal::resize);
        terminal.send(descriptors.console());
        terminal.becomeStdio();
    }

    /**
     * A devpts has one ptmx and lets nobody make another: below such a directory, and on no other mount, that name is a terminal and
     * nothing else. So no /proc is needed to open it, which an exec could not trust.
     */
    private void open(Operand root) {
        tape.attempt("open a terminal of the container's /dev/pts", t -> {
            var pts = InRoot.open(root, "/dev/pts", t, ResolveFlag.RESOLVE_NO_SYMLINKS);
            var statfs = t.scratch(STATFS_SIZE);
            t.call(Sys.FSTATFS, pts, statfs.address());
            var magic = FilesystemMagic.DEVPTS_SUPER_MAGIC;
            t.expect(statfs.word(0), -1, named(magic.value(), magic.name()), ENOTTY);
            InRoot.openBeneath(pts, text("ptmx"), t.open(OpenFlag.O_RDWR, OpenFlag.O_NOCTTY, OpenFlag.O_CLOEXEC), t).into(leader);
            t.close(pts);
            t.call(Sys.IOCTL, leader, TerminalCalls.TIOCSPTLCK, words(imm(0)));
            t.call(Sys.IOCTL, leader, TerminalCalls.TIOCGPTPEER, t.open(OpenFlag.O_RDWR, OpenFlag.O_NOCTTY, OpenFlag.O_CLOEXEC)).into(follower);
        });
    }

    /** {@code struct winsize {unsigned short ws_row, ws_col, ws_xpixel, ws_ypixel;}} */
    private void resize(Process.ConsoleSize size) {
        String shown = "{" + size.height() + " rows, " + size.width() + " columns}";
        tape.attempt("set the size of the terminal", t -> t
                .call(Sys.IOCTL, leader, TerminalCalls.TIOCSWINSZ, words(named(size.height() | size.width() << 16, shown))));
    }

    private void mountOnConsole(Operand root) {
        tape.attempt("mount the terminal on /dev/console", t -> {
            var tree = t.call(Sys.OPEN_TREE, follower, text(""), Rootfs.cloneTree(AT_EMPTY_PATH));
            var place = t.variable(-1);
            InRoot.openOrMake(root, "/dev/console", InRoot.Kind.FILE, place, t, ResolveFlag.RESOLVE_NO_SYMLINKS);
            Rootfs.moveOnto(tree, place, t);
            t.close(place, tree);
        });
    }

    private void send(Operand socket) {
        tape.attempt("send the terminal to the console socket", t -> {
            var number = t.scratch(8);
            t.call(Sys.IOCTL, leader, TerminalCalls.TIOCGPTN, number.address());
            var name = t.block((PTS + "\0".repeat(Recorder.DIGITS)).getBytes(StandardCharsets.US_ASCII), "\"" + PTS + "{}\"");
            var digits = t.own(Call.Own.FORMAT, new Operand.Address(name, PTS.length()),
                    t.low(number.word(0)));
            var length = t.own(Call.Own.ADD, digits, imm(PTS.length()));
            UnixSocket.send(socket, name.address(), length, leader, t);
            t.close(socket, leader);
        });
    }

    /** A session leader without a controlling terminal may take one. */
    private void becomeStdio() {
        tape.attempt("take the terminal as the controlling one, for stdio", t -> {
            t.call(Sys.IOCTL, follower, TerminalCalls.TIOCSCTTY, imm(0));
            for (int fd : List.of(0, 1, 2)) t.call(Sys.DUP3, follower, imm(fd), imm(0));
            t.close(follower);
        });
    }
}
