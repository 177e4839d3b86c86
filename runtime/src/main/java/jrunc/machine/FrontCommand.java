package jrunc.machine;

import static jrunc.machine.Condition.EQUAL;
import static jrunc.machine.Condition.NOT_EQUAL;
import static jrunc.machine.Reg.A0;
import static jrunc.machine.Reg.A1;
import static jrunc.machine.Reg.A2;
import static jrunc.machine.Reg.A3;
import static jrunc.machine.Reg.CELL;
import static jrunc.machine.Reg.FIRST;
import static jrunc.machine.Reg.RESULT;
import static jrunc.machine.Reg.T;

import java.nio.ByteBuffer;
import java.util.List;
import jrunc.linux.Sys;
import jrunc.tape.Image;
import jrunc.tape.KeptForm;
import jrunc.tape.Operand;
import jrunc.tape.Tape;

/**
 * The part of a {@link Front} that does a command by itself, if the command line has one of the few shapes that engines use:
 * <pre>
 * [--root DIR] [--log FILE] [--log-format WORD] [--cgroup-manager WORD] [--systemd-cgroup] start ID | kill ID [SIGNAL] | state ID | delete [--force] ID
 * </pre>
 * with {@code --flag=value}, too; of {@code --rootless} and {@code --debug} it knows only that the verb comes later. Then the tape that the
 * front carries is played; if all of it goes well the front exits with 0. A command that a server can record, whatever its flags, is another
 * shape: then what a server has kept of the same command is looked for, and played if nothing has changed; if not, the tape connects with the
 * server, if there is one. Anything else goes the way through the JVM, as if nothing had happened; to a start that the container's process has
 * refused, the JVM hears what it said.
 */
final class FrontCommand {
    private static final int POINTER = 8;
    private static final int SIG_SETMASK = 2;
    /** The registers' roles here: none of them is changed by a system call. */
    private static final Reg STACK = CELL;
    private static final Reg READ = FIRST;

    private final Assembler code;
    private final FrontData data;
    private final Front.Carried carried;
    private final Image image;
    private final long header;
    private final long slots;
    private final long stack;
    private final long playing;
    private final Front.Lasting lasting;
    private final long callersMask;
    /** Where stands whether the command is the one that lasts. */
    private final long lasts;
    /** Where the front goes on after its tape has failed, with the stack in CELL. */
    private final Label failed = new Label();
    /** Where it asks a server. */
    private final Label ask = new Label();
    /** Where the tape is made as it is before it plays. */
    private final Label anew = new Label();
    private final long asks;
    private final FrontArguments arguments;
    private final FrontKey key;
    private final FrontForm form;
    /** Where stands which of the commands it is that a server records, and where its name is in argv. */
    private final long served;
    private final long verbAt;
    /** Where stands whether what is done now is only to clean up, and the exit code that counts. */
    private final long cleansUp;
    private final long exit;

    /**
     * @param lasting     null for none
     * @param callersMask the address of which signals the caller has blocked
     */
    FrontCommand(Assembler code, FrontData data, Front.Carried carried, Front.Lasting lasting, long callersMask) {
        this.code = code;
        this.data = data;
        this.carried = carried;
        image = new Image(carried.tape());
        int tapeSize = PackedBytes.rounded(image.tapeSize());
        header = data.room(tapeSize + PackedBytes.rounded(image.slotsSize()) + PackedBytes.BEYOND);
        slots = header + tapeSize;
        image.at(header, slots);
        stack = data.room(Long.BYTES);
        playing = data.room(Long.BYTES);
        this.lasting = lasting;
        this.callersMask = callersMask;
        lasts = data.room(Long.BYTES);
        key = new FrontKey(code, data, carried.filling(), this::word, ask);
        form = new FrontForm(code, data);
        served = data.room(Long.BYTES);
        verbAt = data.room(Long.BYTES);
        cleansUp = data.room(Long.BYTES);
        exit = data.room(Long.BYTES);
        asks = data.room(Long.BYTES);
        arguments = new FrontArguments(code, data, carried, this::word, this::noteLasting);
    }

    /** Puts the tape where it is to be played, as it is before its first cell. */
    private void unpack() {
        var bytes = ByteBuffer.allocate((int) (slots - header) + PackedBytes.rounded(image.slotsSize())).put(image.tapeBytes()).put((int) (slots - header), image.slotBytes());
        PackedBytes.emit(code, data, bytes.array(), header);
    }

    private long word(Operand.Word word) {
        return slots + image.offset(word);
    }

    /** Reads the command line, with the stack that the kernel left in CELL; what is not for the front goes to {@code plain}. */
    void read(FrontMachine machine, Label plain) {
        var serves = new Label();
        var ready = new Label();
        var asking = new Label();
        code.save(STACK, stack);
        code.place(anew);
        unpack();
        code.load(STACK, stack);
        code.load(T, asks);
        code.jumpIf(T, NOT_EQUAL, 0, asking);
        arguments.read(serves, plain);
        code.jump(ready);
        code.place(serves);
        lookForForm();
        code.jump(ready);
        code.place(ask);
        code.set(T, 1);
        code.save(T, asks);
        code.jump(anew);
        code.place(asking);
        arguments.ownServer(plain);
        code.set(RESULT, serve());
        code.save(RESULT, word(carried.verb()));
        code.place(ready);
        code.set(T, 1);
        code.save(T, playing);
        code.set(T, header);
        machine.play();
    }

    /** The number of what the tape does to ask a server; that of what it does to find a form is the next. */
    private int serve() {
        return carried.verbs().size();
    }

    /** Root's only, and of commands on which nothing in the environment bears. RESULT is which command it is, READ behind it. */
    private void lookForForm() {
        var free = new Label();
        code.save(RESULT, served);
        code.add(READ, -POINTER);
        code.save(READ, verbAt);
        code.call(Sys.GETEUID);
        code.jumpIf(RESULT, NOT_EQUAL, 0, ask);
        arguments.variable(List.of("NOTIFY_SOCKET=", "LISTEN_FDS="), free);
        code.jump(ask);
        code.place(free);
        key.emit(served, verbNumber("exec"), verbAt);
        code.set(T, serve() + 1);
        code.save(T, word(carried.verb()));
    }

    private int verbNumber(String verb) {
        return serve() + carried.served().indexOf(verb);
    }

    /**
     * After a form has been played, and not all has gone well: as long as nothing lasts a server does the command anew, for somebody must find
     * the words. What cannot last any longer is a container that has run and left more than its tapes can remove.
     *
     * @param lasting the address of the word that is not 0 once something lasts
     * @param exitAt  of the word that has the address of the exit code
     * @param lost    where to say that nobody knows
     */
    void formFailed(long lasting, long exitAt, Label lost) {
        code.load(A0, lasting);
        code.jumpIf(A0, EQUAL, 0, ask);
        code.load(A0, served);
        code.jumpIf(A0, NOT_EQUAL, verbNumber("run"), lost);
        code.load(T, exitAt);
        code.load64(T, T, 0);
        code.save(T, exit);
        code.set(T, 1);
        code.save(T, cleansUp);
        code.load(A1, verbAt);
        code.set(T, data.text("delete"));
        code.store64(T, A1, 0);
        code.set(T, data.text("--force"));
        code.store64(T, A1, POINTER);
        code.load(T, key.text(KeptForm.Text.ID, 0));
        code.store64(T, A1, 2 * POINTER);
        code.set(T, 0);
        code.store64(T, A1, 3 * POINTER); // behind "run" and the id alone that is the first variable, and delete asks for none
        code.load(STACK, stack);
        code.jump(failed);
    }

    /** Exits with A0, or with what counts if only a clean-up has gone well. */
    void exit() {
        var other = new Label();
        code.jumpIf(A0, NOT_EQUAL, 0, other);
        code.load(T, cleansUp);
        code.jumpIf(T, EQUAL, 0, other);
        code.load(A0, exit);
        code.place(other);
        code.call(Sys.EXIT_GROUP);
    }

    /** Closes the descriptor at {@code socket} and goes the way through the JVM if what was compared was equal. */
    void plainIfEqual(long socket) {
        var other = new Label();
        code.jumpIf(NOT_EQUAL, other);
        code.load(A0, socket);
        code.call(Sys.CLOSE);
        code.load(STACK, stack);
        code.jump(failed);
        code.place(other);
    }

    /** After a tape: if it was the one that the front carries, and all went well, that was all; if not, to {@link #placeFailed}. */
    void over(FrontMachine machine) {
        var other = new Label();
        var asksServer = new Label();
        var noForm = new Label();
        code.load(T, playing);
        code.jumpIf(T, EQUAL, 0, other);
        code.set(T, 0);
        code.save(T, playing);
        code.load(T, slots + Tape.FAILED_CELL.index() * POINTER);
        code.load(A0, word(carried.verb()));
        code.jumpIf(A0, NOT_EQUAL, serve() + 1, noForm);
        code.jumpIf(T, NOT_EQUAL, 0, ask);
        form.fill(key.text(KeptForm.Text.ID, 0), ask);
        machine.playForm();
        code.place(noForm);
        code.load(STACK, stack);
        code.jumpIf(T, NOT_EQUAL, 0, failed);
        code.load(A0, word(carried.verb()));
        code.jumpIf(A0, EQUAL, serve(), asksServer);
        code.set(A0, 0);
        code.call(Sys.EXIT_GROUP);
        code.place(asksServer);
        code.load(RESULT, word(carried.socket()));
        machine.beServed();
        code.place(other);
    }

    /** The next instruction is where the front goes on after its tape has failed, with the stack in CELL. */
    void placeFailed() {
        code.place(failed);
    }

    /** With the verb at T: lets the signals of the one that lasts through, and keeps in mind that it is that one. */
    private void noteLasting() {
        if (lasting == null) return;
        var other = new Label();
        TextMatch.emit(code, data.texts(List.of(lasting.verb())), false, other);
        code.set(A0, 1);
        code.save(A0, lasts);
        code.set(A0, SIG_SETMASK);
        code.set(A1, callersMask);
        code.set(A2, 0);
        code.set(A3, Long.BYTES);
        code.call(Sys.RT_SIGPROCMASK);
        code.place(other);
    }

    /** Puts another argument into T if the container's process has been told to start and has answered, or if the command is the one that lasts. */
    void chooseArgument(String usual) {
        if (usual.equals(carried.argument())) choose(word(carried.told()), carried.argumentIfTold());
        if (lasting != null && lasting.instead().containsKey(usual)) choose(lasts, lasting.instead().get(usual));
    }

    private void choose(long condition, String instead) {
        var over = new Label();
        code.load(A0, condition);
        code.jumpIf(A0, EQUAL, 0, over);
        code.set(T, data.text(instead));
        code.place(over);
    }

    /** Puts another text into A0 if the command is the one that lasts: the end of an argument, after the folder. */
    void chooseEnd(String instead) {
        var over = new Label();
        code.load(A1, lasts);
        code.jumpIf(A1, EQUAL, 0, over);
        code.set(A0, data.text(instead));
        code.place(over);
    }

    /** Writes what the container's process has answered to start, if it was told to, to the descriptor at {@code at}. */
    void handOn(long at) {
        var over = new Label();
        code.load(T, word(carried.told()));
        code.jumpIf(T, EQUAL, 0, over);
        code.set(T, at);
        code.load32(A0, T, 0);
        code.set(A1, carried.answer());
        code.set(A2, carried.answerSize());
        code.call(Sys.WRITE);
        code.place(over);
    }
}
