package jrunc.plan;

import static jrunc.linux.Errno.ENODEV;
import static jrunc.linux.Errno.ENOENT;
import static jrunc.tape.Operand.NULL;
import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.named;
import static jrunc.tape.Operand.text;
import static jrunc.tape.Operand.words;

import jrunc.host.Host;
import jrunc.linux.OpenFlag;
import jrunc.linux.Signal;
import jrunc.linux.Sys;
import jrunc.tape.Block;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;
import jrunc.tape.Tape;

/**
 * The command {@code events}: the kernel says by poll that {@code memory.events} or {@code cgroup.events} have changed, and the caller
 * by a signal that it has heard enough. The front has blocked the signals before anything else, so they are read as data.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html#un-populated-notification">Control Group v2, [Un]populated Notification</a>
 */
public final class EventWatch {
    private static final int FILE_SIZE = 256;
    private static final long POLLPRI = 2;

    private EventWatch() {}

    /**
     * The three descriptors, once the tape has played; {@code memory} is -1 without a memory controller.
     *
     * @param before what memory.events said then: whatever comes later is news
     */
    public record Open(Tape tape, Operand.Word memory, Operand.Word cgroup, Operand.Word signals, Block before) {}

    /** {@return the tape that opens what is to be watched} */
    public static Open open(Host host, ContainerRecord record) {
        var tape = new Recorder(host.arch());
        tape.section("events");
        var memory = tape.variable(-1);
        var cgroup = tape.variable(-1);
        var signals = tape.variable(-1);
        var before = tape.block(FILE_SIZE);
        String directory = record.mountPoint() + record.cgroup();
        tape.attempt("watch the cgroup " + record.cgroup(), t -> {
            t.call(Sys.OPENAT, Handover.at(), text(directory + "/cgroup.events"), t.open(OpenFlag.O_RDONLY, OpenFlag.O_CLOEXEC)).into(cgroup);
            t.call(Sys.OPENAT, Handover.at(), text(directory + "/memory.events"), t.open(OpenFlag.O_RDONLY, OpenFlag.O_CLOEXEC)).into(memory).forgive(ENOENT)
                    .onSuccess(u -> u.call(Sys.PREAD64, memory, before.address(), imm(FILE_SIZE - 1), imm(0)).forgive(ENODEV));
        });
        tape.attempt("listen for signals", t -> t.call(Sys.SIGNALFD4, imm(-1), words(named(ending(), "[HUP INT QUIT TERM]")), imm(Foreground.MASK_SIZE),
                named(Foreground.SFD_CLOEXEC, "SFD_CLOEXEC")).into(signals));
        return new Open(tape.finish(), memory, cgroup, signals, before);
    }

    private static long ending() {
        long mask = 0;
        for (var name : new String[] {"HUP", "INT", "QUIT", "TERM"}) mask |= 1L << Signal.named(name, false).number() - 1;
        return mask;
    }

    /**
     * One wait.
     *
     * @param signal 0, or the number of the signal that came
     * @param memory what memory.events says now
     * @param cgroup what cgroup.events says now; zeros once the cgroup is gone
     */
    public record Waiting(Tape tape, Operand.Word signal, Block memory, Block cgroup) {}

    /** {@return the tape that waits until something has happened, at most so long, and looks what} */
    public static Waiting await(Host host, long memory, long cgroup, long signals, long nanoseconds) {
        var tape = new Recorder(host.arch());
        tape.section("events");
        var signal = tape.variable(0);
        var memoryEvents = tape.block(FILE_SIZE);
        var cgroupEvents = tape.block(FILE_SIZE);
        var polled = tape.block(24);
        long second = 1_000_000_000;
        tape.attempt("wait for events of the cgroup", t -> {
            t.set(polled.word(0), poll(signals, Foreground.POLLIN, "POLLIN"));
            t.set(polled.word(1), poll(cgroup, POLLPRI, "POLLPRI"));
            t.set(polled.word(2), poll(memory, POLLPRI, "POLLPRI"));
            t.call(Sys.PPOLL, polled.address(), imm(3), words(imm(nanoseconds / second), imm(nanoseconds % second)), NULL, imm(Foreground.MASK_SIZE)).tries(255);
            t.unless(Foreground.revents(polled.word(0), t), -1, imm(0), u -> {
                var siginfo = u.block(Foreground.SIGINFO_SIZE);
                u.call(Sys.READ, imm(signals), siginfo.address(), imm(Foreground.SIGINFO_SIZE));
                u.low(siginfo.word(0)).into(signal);
            });
        });
        tape.attempt("read the events of the cgroup", t -> {
            t.call(Sys.PREAD64, imm(cgroup), cgroupEvents.address(), imm(FILE_SIZE - 1), imm(0)).forgive(ENODEV);
            if (memory >= 0) t.call(Sys.PREAD64, imm(memory), memoryEvents.address(), imm(FILE_SIZE - 1), imm(0)).forgive(ENODEV);
        });
        return new Waiting(tape.finish(), signal, memoryEvents, cgroupEvents);
    }

    /** {@code struct pollfd {int fd; short events, revents;}}; a negative descriptor is passed over. */
    private static Operand poll(long fd, long events, String name) {
        return named(fd & 0xFFFFFFFFL | events << Foreground.POLLFD_EVENTS, "{" + fd + ", " + name + "}");
    }
}
