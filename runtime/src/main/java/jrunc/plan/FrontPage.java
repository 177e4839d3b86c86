package jrunc.plan;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import jrunc.linux.Errno;
import jrunc.linux.OpenFlag;
import jrunc.linux.Sys;
import jrunc.tape.Block;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;

/**
 * What the front needs to know of a container in order to start, kill, show or delete it, or to run something in it, without a JVM: the file {@value #FILE} of
 * its state directory, in words that a tape can use as they are. It says nothing that the record does not say; a container that
 * needs more than it can say has none, and then the front asks the JVM.
 * <pre>
 *  0       8     16           24      32        40          48, 56       64, 72       80, 88      96
 *  +-------+-----+------------+-------+---------+-----------+------------+------------+-----------+-------
 *  | magic | pid | start time | may   | cgroup  | cgroup    | state up   | between    | after the | texts
 *  |       |     |            |       | (path)  | above it  | to the pid | pid, status| status    |
 *  +-------+-----+------------+-------+---------+-----------+------------+------------+-----------+-------
 * </pre>
 * A path is given by its offset, 0 if there is none; it ends with a NUL. The state's pieces are given by offset and length.
 */
public final class FrontPage {
    /** The name of the file. */
    static final String FILE = "front";
    /** In the fourth word: no hook or other duty of the runtime's comes with start, with kill, with delete. */
    static final long MAY_START = 1;
    static final long MAY_KILL = 2;
    static final long MAY_DELETE = 4;
    static final long MAGIC = 0x31_65_67_61_70_72_6aL;
    static final int WORDS = 12;
    static final int HEAD = WORDS * Long.BYTES;
    /** A longer one is not written: the front has no more room. */
    static final int MOST = 16 << 10;
    static final int PID = 1;
    static final int START_TIME = 2;
    static final int MAY = 3;
    static final int CGROUP = 4;
    static final int ABOVE = 5;
    static final int STATE = 6;

    private final ByteBuffer page = ByteBuffer.allocate(MOST).order(ByteOrder.LITTLE_ENDIAN);

    private FrontPage() {}

    /**
     * {@return the page's bytes, but for the two numbers of its process; nothing if it would be too long}
     *
     * @param state the text that the command state prints, in three pieces: before the pid, before the status, after it
     * @param layer   whether there is a throw-away layer, in which only a JVM finds all that must go
     * @param notifies whether somebody waits to hear that the container is ready, for which its process has a socket
     */
    public static Optional<byte[]> of(ContainerRecord record, List<String> state, boolean layer, boolean notifies) {
        var page = new FrontPage();
        boolean fits = page.write(record, state, may(record, layer, notifies));
        return fits ? Optional.of(Arrays.copyOf(page.page.array(), (page.page.position() + 7) / 8 * 8)) : Optional.empty();
    }

    private boolean write(ContainerRecord record, List<String> state, long may) {
        page.position(HEAD);
        page.putLong(0, MAGIC).putLong(MAY * Long.BYTES, may);
        boolean fits = record.cgroup().isEmpty() || path(CGROUP, record.mountPoint() + record.cgroup());
        for (var made : record.cgroupsMade()) {
            if (!made.equals(record.cgroup())) fits = fits && path(ABOVE, record.mountPoint() + made);
        }
        for (int i = 0; i < state.size(); i++) fits = fits && piece(STATE + 2 * i, state.get(i));
        return fits;
    }

    private boolean path(int word, String path) {
        page.putLong(word * Long.BYTES, page.position());
        return put(path) && put("\0");
    }

    private boolean piece(int word, String text) {
        int from = page.position();
        page.putLong(word * Long.BYTES, from);
        boolean fits = put(text);
        page.putLong((word + 1) * Long.BYTES, page.position() - from);
        return fits;
    }

    private boolean put(String text) {
        var utf8 = text.getBytes(StandardCharsets.UTF_8);
        if (utf8.length > page.remaining()) return false;
        page.put(utf8);
        return true;
    }

    /** {@return its first words, once the tape has read them} */
    static Block read(String path, Recorder tape) {
        var head = tape.block(HEAD);
        tape.attempt("read who the container's first process is", t -> {
            var file = t.call(Sys.OPENAT, Handover.at(), Operand.text(path), t.open(OpenFlag.O_RDONLY, OpenFlag.O_NOFOLLOW, OpenFlag.O_CLOEXEC));
            t.call(Sys.READ, file, head.address(), Operand.imm(HEAD)).forgiveAll();
            t.close(file);
            t.expect(head.word(0), -1, Operand.named(MAGIC, "\"jrpage1\""), Errno.EINVAL);
        });
        return head;
    }

    /** Writes it, with the two numbers that are known now. */
    static void write(byte[] bytes, Operand pid, Operand startTime, Operand directory, Recorder tape) {
        Block page = tape.block(bytes, "<the front's page, " + bytes.length + " bytes>");
        tape.attempt("note for the front whom it may act on", t -> {
            t.set(page.word(PID), pid);
            t.set(page.word(START_TIME), startTime);
        });
        StateDirectory.write(FILE, page.address(), Operand.imm(bytes.length), directory, tape);
    }

    private static long may(ContainerRecord record, boolean layer, boolean notifies) {
        long may = 0;
        if (!notifies && !record.hasPoststart()) may |= MAY_START;
        if (record.ownPids() || record.cgroup().isEmpty()) may |= MAY_KILL;
        boolean ownCgroup = record.cgroup().isEmpty() || record.cgroupsMade().contains(record.cgroup()) && record.cgroupsMade().size() <= 2;
        if (!layer && !notifies && ownCgroup && !record.hasPoststop() && record.resctrlGroups().isEmpty() && record.unit().isEmpty()) may |= MAY_DELETE;
        return may;
    }
}
