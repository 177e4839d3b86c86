package jrunc.plan;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import jrunc.linux.Arch;
import jrunc.linux.CloneFlag;
import jrunc.linux.Errno;
import jrunc.linux.FcntlCommand;
import jrunc.linux.FileType;
import jrunc.linux.OpenFlag;
import jrunc.linux.SeccompFlag;
import jrunc.linux.Sys;
import jrunc.tape.Call;
import jrunc.tape.Cell;
import jrunc.tape.Listing;
import jrunc.tape.On;
import jrunc.tape.Operand;
import jrunc.tape.Tape;

/**
 * Plays a tape without a machine: it keeps only the table of descriptors as Linux does, and lets everything else succeed or,
 * unless it is calm, at random answer what the cell is prepared for. A close of what is not open is an error of the tape.
 */
final class PretendKernel {
    private static final long TIOCGPTPEER = 0x5441;
    /** What a descriptor leads to, and whether an exec closes it. */
    record Open(String what, boolean closedByExec) {}

    private static final long NOT_A_DESCRIPTOR = 1L << 31;

    final Map<Long, Open> table = new TreeMap<>();
    /** What was written to the one file that is read again, by offset. */
    private final Map<Long, long[]> file = new HashMap<>();
    private final Tape tape;
    private final Random random;
    /** Of so many answers one is an error, if an error is fine; of many times as many one is wrong. */
    private final int calm;
    private final long[] slots;
    private final Map<Integer, long[]> blocks = new HashMap<>();
    /** The cell, counted from 0, that is made to fail, or -1. */
    private final int failing;
    /** After the call of this name nothing is played, and the table is that of the process that made it. */
    private final Sys last;
    /** Whether clone3 answers as to the child. */
    private final boolean child;
    private final Watcher watcher;

    /** Sees each cell before it plays. */
    interface Watcher {
        void before(int cell);
    }

    PretendKernel(Tape tape, long seed, int failing, Sys last, boolean child, Watcher watcher) {
        this.tape = tape;
        this.failing = failing;
        this.last = last;
        this.child = child;
        this.watcher = watcher;
        random = new Random(seed);
        calm = isCalm(seed) ? Integer.MAX_VALUE : 4;
        slots = new long[tape.slots()];
        slots[0] = -1;
        for (var block : tape.blocks()) {
            long[] words = new long[block.initial().length / 8];
            for (int i = 0; i < block.initial().length; i++) words[i / 8] |= (block.initial()[i] & 0xffL) << i % 8 * 8;
            blocks.put(block.id(), words);
        }
    }

    /** {@return whether a play with this seed goes well, unless a cell is made to fail} */
    static boolean isCalm(long seed) {
        return Math.floorMod(seed, 4) < 2;
    }

    /** {@return the index of the cell that ended it: the last, the one that failed without a clean-up, or {@code last}} */
    int play() {
        boolean cleaning = false;
        for (int i = 0; ; ) {
            var cell = tape.cells().get(i);
            watcher.before(i);
            boolean pauses = i + 1 == tape.pause();
            if (cell.call() == Call.Own.END && !pauses) return i;
            if (pauses && !cleaning && i == failing) { // whoever had it played gives up
                cleaning = true;
                i = tape.cleanUp();
                continue;
            }
            if (pauses) {
                i++;
                continue;
            }
            long answer = i == failing && !cell.call().answersNumber() ? -Errno.ENOMEM.number() : answer(cell, i);
            if (cell.result() != null) store(cell.result(), answer);
            if (cell.call() == Call.Own.REPEAT && answer >= 0) {
                i -= (int) value(cell, 1);
                continue;
            }
            if (i != failing && cell.call() instanceof Call.Kernel(var sys) && sys == last) return i;
            if (cell.failsWith(answer) && !cleaning) {
                boolean cleansUp = tape.cleanUp() < tape.cells().size() - 1 && slots[Tape.CLEAN_UP.index()] == 0;
                if (!cleansUp) return i;
                cleaning = true;
                i = tape.cleanUp();
                continue;
            }
            i += 1 + (cell.on() != null && !cell.on().matches(answer) ? cell.skip() : 0);
        }
    }

    private long answer(Cell cell, int at) {
        if (cell.call() instanceof Call.Own own) return plausible(own(own, cell), cell);
        var sys = ((Call.Kernel) cell.call()).sys();
        if (sys == Sys.CLOSE) return close(value(cell, 0), at);
        if (sys != Sys.CLONE3 && sys != Sys.CLONE && random.nextInt(calm) == 0) {
            long error = error(cell);
            if (error != 0) return error;
        }
        return succeed(sys, cell, at);
    }

    /** What a file system or a device says is not known here: what would end the tape is mostly taken for as it should be. */
    private long plausible(long answer, Cell cell) {
        boolean known = cell.operands().getFirst() instanceof Operand.Imm;
        return cell.failsWith(answer) && !known && random.nextInt(calm) + random.nextInt(calm) != 0 ? 0 : answer;
    }

    /** {@return an errno that the cell is prepared for, or 0} */
    private long error(Cell cell) {
        if (cell.on() instanceof On.Value(int code) && code < 0) return code;
        if (!cell.forgiven().isEmpty()) return -cell.forgiven().get(random.nextInt(cell.forgiven().size())).number();
        return cell.forgiveAll() ? -Errno.EACCES.number() : 0;
    }

    private long succeed(Sys sys, Cell cell, int at) {
        String what = Listing.line(cell, at + 1);
        long cloexec = OpenFlag.O_CLOEXEC.value(Arch.X86_64);
        switch (sys) {
            case OPENAT, SIGNALFD4, MEMFD_CREATE, OPENAT2, OPEN_TREE, FSOPEN, FSPICK, FSMOUNT, PIDFD_OPEN, PIDFD_GETFD, SOCKET, EPOLL_CREATE1:
                return open(0, new Open(what, true));
            case IOCTL:
                return value(cell, 1) == TIOCGPTPEER ? open(0, new Open(what, true)) : 0;
            case SENDMSG:
                if (isNone(value(cell, 0), at)) return -Errno.EBADF.number();
                return 0;
            case SECCOMP:
                boolean listens = (value(cell, 1) & SeccompFlag.SECCOMP_FILTER_FLAG_NEW_LISTENER.value()) != 0;
                return listens ? open(0, new Open(what, true)) : 0;
            case BPF:
                return value(cell, 0) == 5 ? open(0, new Open(what, true)) : 0;
            case FCNTL:
                if (isNone(value(cell, 0), at)) return -Errno.EBADF.number();
                if (value(cell, 1) == FcntlCommand.F_DUPFD_CLOEXEC.value()) return open(value(cell, 2), new Open(table.get(value(cell, 0)).what, true));
                if (value(cell, 1) == FcntlCommand.F_SETFD.value()) table.computeIfPresent(value(cell, 0), (_, open) -> new Open(open.what, true));
                return 0;
            case DUP3:
                if (isNone(value(cell, 0), at)) return -Errno.EBADF.number();
                table.put(value(cell, 1), new Open(table.get(value(cell, 0)).what, (value(cell, 2) & cloexec) != 0));
                return value(cell, 1);
            case PIPE2:
                long read = open(0, new Open("read end of " + what, true));
                block(cell, 0)[0] = read | open(0, new Open("write end of " + what, true)) << 32;
                return 0;
            case SOCKETPAIR:
                long one = open(0, new Open("one end of " + what, true));
                block(cell, 3)[0] = one | open(0, new Open("other end of " + what, true)) << 32;
                return 0;
            case RECVMSG:
                if (isNone(value(cell, 0), at)) return -Errno.EBADF.number();
                long[] control = blocks.get((int) block(cell, 1)[4] - 1);
                control[0] = 20; // one descriptor
                control[1] = 1 | 1L << 32;
                control[2] = open(0, new Open(what, true));
                return 1;
            case CLONE3:
                long alone = CloneFlag.CLONE_PARENT.value() | CloneFlag.CLONE_PIDFD.value(); // without either it is a process that only stands for a namespace
                if (child && (word(cell.operands().getFirst(), 0) & alone) != 0) return 0;
                long pidfd = word(cell.operands().getFirst(), 1);
                if (pidfd != 0) blocks.get((int) pidfd - 1)[0] = open(0, new Open("pidfd", true));
                return 77;
            case CLONE: // a hook's, and this is its parent
                block(cell, 2)[0] = open(0, new Open("pidfd", true));
                return 78;
            case CLOSE_RANGE:
                table.keySet().removeIf(fd -> fd >= value(cell, 0));
                return 0;
            case READ:
                if (isNone(value(cell, 0), at)) return -Errno.EBADF.number();
                return read(cell);
            case WRITE:
                if (isNone(value(cell, 0), at)) return -Errno.EBADF.number();
                return value(cell, 2);
            case GETDENTS64:
                return random.nextInt(3) == 0 ? 24 : 0;
            case SENDFILE:
                return random.nextInt(2);
            case PWRITE64:
                file.put(value(cell, 3), block(cell, 1).clone());
                return value(cell, 2);
            case PREAD64:
                if (file.containsKey(value(cell, 3))) System.arraycopy(file.get(value(cell, 3)), 0, block(cell, 1), 0, (int) value(cell, 2) / 8);
                return value(cell, 2);
            case STATX:
                long[] stat = block(cell, 4);
                stat[3] = Handover.mode((calm > 4 || random.nextBoolean() ? FileType.S_IFREG : FileType.S_IFDIR).value());
                return 0;
            default:
                if (sys != Sys.PPOLL) return 0;
                block(cell, 0)[0] |= 1L << 48; // the first has ended
                return 1;
        }
    }

    private long read(Cell cell) {
        if (cell.attempt().startsWith("hooks.")) return 0; // its exec went well, and it says nothing
        if (cell.operands().get(1) instanceof Operand.Address(var block, int _)) Arrays.fill(blocks.get(block.id()), 0, 1, '0' * (long) random.nextInt(2));
        return random.nextInt(calm) + random.nextInt(calm) == 0 ? 0 : value(cell, 2);
    }

    /** {@return whether it is the answer of an open that failed; what was open once and is no more is an error of the tape} */
    private boolean isNone(long fd, int at) {
        if (fd >= 0 && !table.containsKey(fd)) throw new AssertionError("descriptor " + fd + " is not open: " + new Tracks(tape).at(at));
        return fd < 0;
    }

    private long open(long from, Open open) {
        while (table.containsKey(from)) from++;
        table.put(from, open);
        return from;
    }

    private long close(long fd, int at) {
        if (fd < 0 || fd >= NOT_A_DESCRIPTOR) return -Errno.EBADF.number();
        if (table.remove(fd) == null) throw new AssertionError("closes " + fd + ", which is not open any more: " + new Tracks(tape).at(at));
        return 0;
    }

    private long own(Call.Own own, Cell cell) {
        return switch (own) {
            case COMPARE -> (value(cell, 0) & value(cell, 1)) == value(cell, 2) ? 0 : -value(cell, 3);
            case BITS -> value(cell, 0) >>> value(cell, 1) & value(cell, 2);
            case SUBTRACT -> value(cell, 0) - value(cell, 1);
            case ADD -> value(cell, 0) + value(cell, 1);
            case FORMAT -> Long.toUnsignedString(value(cell, 1)).length();
            case FIELD -> 815;
            case EQUAL -> 0;
            case REPEAT -> value(cell, 0) == 0 ? -Errno.ELOOP.number() : value(cell, 0) - 1;
            case END -> throw new IllegalStateException("the end");
        };
    }

    private long value(Cell cell, int operand) {
        return value(cell.operands().get(operand));
    }

    /** The address of a block is its number from 1; that of anything else is a number that is no null pointer. */
    private long value(Operand operand) {
        return switch (operand) {
            case Operand.Imm imm -> imm.value();
            case Operand.Slot slot -> slots[slot.index()];
            case Operand.Word word -> wordOf(word);
            case Operand.Address address -> address.block().id() + 1;
            default -> 1;
        };
    }

    private long wordOf(Operand.Word word) {
        long[] words = blocks.get(word.block().id());
        int shift = word.offset() % 8 * 8;
        long low = words[word.offset() / 8] >>> shift;
        return shift == 0 ? low : low | words[word.offset() / 8 + 1] << 64 - shift;
    }

    private long word(Operand struct, int index) {
        return struct instanceof Operand.Address(var block, int _) ? blocks.get(block.id())[index] : value(((Operand.Words) struct).words().get(index));
    }

    private long[] block(Cell cell, int operand) {
        return blocks.get(((Operand.Address) cell.operands().get(operand)).block().id());
    }

    private void store(Operand to, long value) {
        switch (to) {
            case Operand.Slot slot -> slots[slot.index()] = value;
            case Operand.Word word when word.offset() % 8 == 0 -> blocks.get(word.block().id())[word.offset() / 8] = value;
            case Operand.Word _ -> {} // a struct of 32-bit words; nobody here reads it
            default -> throw new IllegalStateException("no place for a result: " + to.shown());
        }
    }

    /** {@return the descriptor that a failure is reported to now, or -1} */
    long report() {
        return slots[Tape.REPORT_FD.index()];
    }
}
