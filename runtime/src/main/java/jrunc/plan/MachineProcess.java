package jrunc.plan;

import static jrunc.linux.AtFlag.AT_EMPTY_PATH;
import static jrunc.linux.Errno.EBADF;
import static jrunc.linux.Errno.EINVAL;
import static jrunc.linux.Errno.ENOSPC;
import static jrunc.tape.Operand.flags;
import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.named;
import static jrunc.tape.Operand.strings;
import static jrunc.tape.Operand.text;

import java.util.ArrayList;
import java.util.List;
import jrunc.linux.FcntlCommand;
import jrunc.linux.MemfdFlag;
import jrunc.linux.OpenFlag;
import jrunc.linux.SealFlag;
import jrunc.linux.Sys;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;
import jrunc.tape.Tape;

/** How a process comes to be that the machine plays in, for {@code create} and {@code exec}: the runtime's side of it. */
final class MachineProcess {
    private MachineProcess() {}

    /** What the caller left open for the container survived two execs, so it is not close-on-exec; what the JVM has open is. */
    static void checkPreserved(int count, Recorder tape) {
        for (int i = 3; i < 3 + count; i++) {
            var fd = imm(i);
            tape.attempt("preserve descriptor " + i + ", which is not open", t -> {
                var closeOnExec = t.call(Sys.FCNTL, fd, Handover.fcntl(FcntlCommand.F_GETFD));
                t.expect(closeOnExec, -1, imm(0), EBADF);
            });
        }
    }

    /** CVE-2019-5736: what the container can see as an executable is this sealed memory, never a file of the host. */
    static void load(byte[] elf, Operand.Word machine, Recorder tape) {
        tape.attempt("put the machine into sealed memory", t -> {
            t.call(Sys.MEMFD_CREATE, text("jrunc"), flags(MemfdFlag.MFD_CLOEXEC, MemfdFlag.MFD_ALLOW_SEALING, MemfdFlag.MFD_EXEC))
                    .into(machine).on(EINVAL, u -> u // before Linux 6.3 there is no MFD_EXEC
                            .call(Sys.MEMFD_CREATE, text("jrunc"), flags(MemfdFlag.MFD_CLOEXEC, MemfdFlag.MFD_ALLOW_SEALING)).into(machine));
            var written = t.call(Sys.WRITE, machine, new Operand.Bytes(elf, "<the machine, " + elf.length + " bytes>"), imm(elf.length));
            t.expect(written, -1, imm(elf.length), ENOSPC);
            t.call(Sys.FCNTL, machine, Handover.fcntl(FcntlCommand.F_ADD_SEALS),
                    flags(SealFlag.F_SEAL_SEAL, SealFlag.F_SEAL_SHRINK, SealFlag.F_SEAL_GROW, SealFlag.F_SEAL_WRITE));
        });
    }

    /** Closes for good: after a failure the clean-up must not close what got the same number since, be it the JVM's. */
    static void leave(Recorder t, Operand.Word... descriptors) {
        for (var descriptor : descriptors) {
            t.close(descriptor);
            t.set(descriptor, imm(-1));
        }
    }

    /**
     * The child: its descriptors at their places, all others closed, then the machine. It must not clean up what is the runtime's.
     *
     * @param handed in the order of their places, the report first
     */
    static void become(Descriptors descriptors, List<? extends Operand> handed, Recorder t) {
        t.attempt("hand the descriptors over", u -> {
            u.set(Tape.CLEAN_UP, imm(0));
            u.set(Tape.REPORT_FD, handed.getFirst());
            // First out of the way, above all their places, for one may stand where another belongs.
            List<Operand> moved = new ArrayList<>();
            for (var fd : handed) {
                moved.add(u.call(Sys.FCNTL, fd, Handover.fcntl(FcntlCommand.F_DUPFD_CLOEXEC), imm(descriptors.first() + descriptors.count())));
            }
            u.set(Tape.REPORT_FD, moved.getFirst());
            for (int i = 0; i < moved.size(); i++) {
                int place = descriptors.first() + i;
                u.call(Sys.DUP3, moved.get(i), imm(place), place == descriptors.machineNumber() ? u.open(OpenFlag.O_CLOEXEC) : imm(0));
            }
            u.set(Tape.REPORT_FD, descriptors.report());
            u.call(Sys.CLOSE_RANGE, imm(descriptors.first() + descriptors.count()), named(0xFFFFFFFFL, "~0U"), imm(0));
        });
        t.attempt("start the machine", u -> u.call(Sys.EXECVEAT, descriptors.machine(), text(""), strings(List.of("jrunc", "init")),
                strings(List.of()), flags(AT_EMPTY_PATH)));
    }
}
