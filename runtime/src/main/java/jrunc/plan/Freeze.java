package jrunc.plan;

import static jrunc.linux.Errno.ETIMEDOUT;
import static jrunc.tape.Operand.NULL;
import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.named;
import static jrunc.tape.Operand.text;
import static jrunc.tape.Operand.words;

import jrunc.host.Host;
import jrunc.linux.OpenFlag;
import jrunc.linux.Sys;
import jrunc.tape.Call;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;
import jrunc.tape.Tape;

/**
 * Stops all processes of a container where they are, and lets them go on: {@code cgroup.freeze}, and what becomes of it in
 * {@code cgroup.events}, which tells whoever polls it. A frozen process can be killed, other signals wait.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html#core-interface-files">Control Group v2, cgroup.freeze</a>
 */
public final class Freeze {
    /** How long a cgroup may take to change, in seconds. */
    static final int SECONDS = 10;
    private static final long POLLPRI = 2;
    private static final int EVENTS_SIZE = "populated 0\nfrozen 0".length();

    /** What {@code cgroup.events} says: in which 64-bit word of it, in which bytes of that, and the text. */
    private record Event(int word, long mask, long bytes, String shown) {
        static final Event FROZEN = of(2, "en 1");
        static final Event THAWED = of(2, "en 0");
        static final Event EMPTY = of(1, "d 0");

        private static Event of(int word, String text) {
            long bytes = 0;
            for (int i = 0; i < text.length(); i++) bytes |= (long) text.charAt(i) << 8 * i;
            return new Event(word, (1L << 8 * text.length()) - 1, bytes, '"' + text + '"');
        }
    }

    private Freeze() {}

    /** {@return the tape that freezes; if it fails all goes on} */
    public static Tape pause(Global global, Host host, ContainerRecord record) {
        var tape = new Recorder(host.arch());
        tape.section("pause");
        var directory = StateDirectory.open(global, record.id(), host.uid(), tape);
        var cgroup = tape.variable(-1);
        var pidfd = tape.variable(-1);
        var written = tape.variable(0);
        NamedProcess.of(record).open(pidfd, tape);
        open(record, cgroup, tape);
        tape.attempt("note that it is to be frozen", t -> t.set(written, imm(1)));
        write("freeze", "1", record, cgroup, tape);
        await("freeze", Event.FROZEN, record, cgroup, tape);
        tape.attempt("close the cgroup", t -> t.close(cgroup, pidfd, directory));
        tape.cleanUp(t -> {
            t.when(written, -1, imm(1), u -> write("thaw", "0", record, cgroup, u));
            t.attempt("close the cgroup", u -> u.close(cgroup, pidfd, directory));
        });
        return tape.finish();
    }

    /** {@return the tape that thaws} */
    public static Tape resume(Global global, Host host, ContainerRecord record) {
        var tape = new Recorder(host.arch());
        tape.section("resume");
        var directory = StateDirectory.open(global, record.id(), host.uid(), tape);
        var cgroup = tape.variable(-1);
        open(record, cgroup, tape);
        thaw(record, cgroup, tape);
        tape.attempt("close the cgroup", t -> t.close(cgroup, directory));
        return tape.finish();
    }

    static void open(ContainerRecord record, Operand.Word cgroup, Recorder tape) {
        tape.attempt("open the cgroup " + record.cgroup(), t -> t.call(Sys.OPENAT, Handover.at(), text(record.mountPoint() + record.cgroup()),
                t.open(OpenFlag.O_PATH, OpenFlag.O_DIRECTORY, OpenFlag.O_CLOEXEC)).into(cgroup));
    }

    static void thaw(ContainerRecord record, Operand cgroup, Recorder tape) {
        write("thaw", "0", record, cgroup, tape);
        await("thaw", Event.THAWED, record, cgroup, tape);
    }

    private static void write(String verb, String value, ContainerRecord record, Operand cgroup, Recorder tape) {
        tape.attempt(verb + " the cgroup " + record.cgroup(), t -> {
            var file = t.call(Sys.OPENAT, cgroup, text("cgroup.freeze"), t.open(OpenFlag.O_WRONLY, OpenFlag.O_CLOEXEC));
            t.call(Sys.WRITE, file, text(value), imm(1));
            t.close(file);
        });
    }

    private static void await(String verb, Event event, ContainerRecord record, Operand cgroup, Recorder tape) {
        await("wait " + SECONDS + " s for the cgroup " + record.cgroup() + " to " + verb, event, cgroup, tape);
    }

    /** Waits until no process is left in the cgroup, nor in those below it. */
    static void awaitEmpty(String attempt, Operand cgroup, Recorder tape) {
        await(attempt, Event.EMPTY, cgroup, tape);
    }

    /** Reads and, unless it is so, sleeps until the kernel has news or a second is over, and reads again. */
    private static void await(String attempt, Event event, Operand cgroup, Recorder tape) {
        tape.attempt(attempt, t -> {
            var wanted = named(event.bytes(), event.shown());
            var events = t.call(Sys.OPENAT, cgroup, text("cgroup.events"), t.open(OpenFlag.O_RDONLY, OpenFlag.O_CLOEXEC));
            var poll = t.block(8); // struct pollfd: int fd, short events, short revents
            t.own(Call.Own.ADD, events, named(POLLPRI << 32, "POLLPRI<<32")).into(poll.word(0));
            var said = t.block(24);
            var more = t.variable(0);
            var waits = t.variable(0);
            var fd = t.variable(-1);
            t.set(fd, events);
            t.repeat(SECONDS + 1, more, u -> {
                u.set(more, imm(0));
                u.call(Sys.PREAD64, fd, said.address(), imm(EVENTS_SIZE), imm(0));
                u.unless(said.word(event.word()), event.mask(), wanted, v -> v.unless(waits, -1, imm(SECONDS), w -> {
                    w.call(Sys.PPOLL, poll.address(), imm(1), words(imm(1), imm(0)), NULL, imm(0)).tries(255);
                    w.own(Call.Own.ADD, waits, imm(1)).into(waits);
                    w.set(more, imm(1));
                }));
            });
            t.close(fd);
            t.expect(said.word(event.word()), event.mask(), wanted, ETIMEDOUT);
        });
    }
}
