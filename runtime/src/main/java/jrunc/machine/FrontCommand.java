package jrunc.machine;

import static jrunc.machine.Condition.ABOVE;
import static jrunc.machine.Condition.EQUAL;
import static jrunc.machine.Condition.NOT_ABOVE;
import static jrunc.machine.Condition.NOT_EQUAL;
import static jrunc.machine.Reg.A0;
import static jrunc.machine.Reg.A1;
import static jrunc.machine.Reg.A2;
import static jrunc.machine.Reg.A3;
import static jrunc.machine.Reg.CELL;
import static jrunc.machine.Reg.FIRST;
import static jrunc.machine.Reg.KINDS;
import static jrunc.machine.Reg.RESULT;
import static jrunc.machine.Reg.T;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Stream;
import jrunc.linux.Arch;
import jrunc.linux.Signal;
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
 * front carries is played; if all of it goes well the front exits with 0. A command that a server can record, whatever its flags, is another shape: then what a server has kept of the same command is looked for, and
 * played if nothing has changed; if not, the tape connects with the server, if there is one.
 * Anything else goes the way through the JVM, as if nothing had happened; to a start that the container's process has refused, the
 * JVM hears what it said.
 */
final class FrontCommand {
    private static final int POINTER = 8;
    private static final int LARGEST_SIGNAL = 64;
    private static final int SIG_SETMASK = 2;
    /** The first two are the root's. */
    private static final List<String> FLAGS = List.of("--root", "--root=", "--log", "--log=", "--log-format", "--log-format=", "--cgroup-manager", "--cgroup-manager=", "--rootless", "--rootless=",
            "--systemd-cgroup", "--debug");
    private static final int ROOT = 1;
    /** From here on, but for one, they are the JVM's. */
    private static final int OTHERS = FLAGS.indexOf("--rootless");
    /** From here on they have no value. */
    private static final int NO_VALUE = FLAGS.indexOf("--systemd-cgroup");
    /** The registers' roles here: none of them is changed by a system call. */
    private static final Reg STACK = CELL;
    private static final Reg READ = FIRST;

    private final Arch arch;
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
    /** Where stands whether there is a flag that only the JVM knows. */
    private final long others;
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
    FrontCommand(Arch arch, Assembler code, FrontData data, Front.Carried carried, Front.Lasting lasting, long callersMask) {
        this.arch = arch;
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
        others = data.room(Long.BYTES);
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
        var flags = new Label();
        var verb = new Label();
        var asking = new Label();
        code.save(STACK, stack);
        code.place(anew);
        unpack();
        code.load(STACK, stack);
        code.load(T, asks);
        code.compare(T, 0);
        code.jumpIf(NOT_EQUAL, asking);
        code.move(READ, STACK);
        code.add(READ, 2 * POINTER);
        code.place(flags);
        next(plain);
        code.load8(A1, T, 0);
        code.compare(A1, '-');
        code.jumpIf(NOT_EQUAL, verb);
        match(FLAGS, plain);
        var noValue = new Label();
        code.compare(RESULT, NO_VALUE - 1);
        code.jumpIf(ABOVE, noValue);
        value(plain);
        code.compare(RESULT, ROOT);
        var other = new Label();
        code.jumpIf(ABOVE, other);
        code.save(A1, word(carried.root()));
        code.place(other);
        code.compare(RESULT, OTHERS - 1);
        code.jumpIf(NOT_ABOVE, flags);
        code.place(noValue);
        code.compare(RESULT, NO_VALUE);
        code.jumpIf(EQUAL, flags);
        code.set(T, 1);
        code.save(T, others);
        code.jump(flags);
        code.place(verb);
        var serves = new Label();
        var ready = new Label();
        verb(serves, plain);
        id(plain);
        end(plain);
        root(plain);
        code.jump(ready);
        code.place(serves);
        lookForForm();
        code.jump(ready);
        code.place(ask);
        code.set(T, 1);
        code.save(T, asks);
        code.jump(anew);
        code.place(asking);
        ownServer(plain);
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
        code.compare(RESULT, 0);
        code.jumpIf(NOT_EQUAL, ask);
        variable(List.of("NOTIFY_SOCKET=", "LISTEN_FDS="), free);
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
        code.compare(A0, 0);
        code.jumpIf(EQUAL, ask);
        code.load(A0, served);
        code.compare(A0, verbNumber("run"));
        code.jumpIf(NOT_EQUAL, lost);
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
        code.compare(A0, 0);
        code.jumpIf(NOT_EQUAL, other);
        code.load(T, cleansUp);
        code.compare(T, 0);
        code.jumpIf(EQUAL, other);
        code.load(A0, exit);
        code.place(other);
        code.call(Sys.EXIT_GROUP);
    }

    /** T = the next argument; without one the line is not for the front. */
    private void next(Label plain) {
        code.load64(T, READ, 0);
        code.compare(T, 0);
        code.jumpIf(EQUAL, plain);
        code.add(READ, POINTER);
    }

    /** A1 = the value of the flag that has matched: what follows its {@code =}, which is where A1 is, or the next argument. */
    private void value(Label plain) {
        var attached = new Label();
        code.compare(KINDS, '=');
        code.jumpIf(EQUAL, attached);
        next(plain);
        code.move(A1, T);
        code.place(attached);
    }

    /** What a server does is not read any further: it reads the line itself. */
    private void verb(Label serves, Label plain) {
        var given = new Label();
        noteLasting();
        code.load(A0, others);
        code.compare(A0, 0);
        code.jumpIf(NOT_EQUAL, plain);
        match(Stream.concat(carried.verbs().stream(), carried.served().stream()).toList(), plain);
        code.save(RESULT, word(carried.verb()));
        code.compare(RESULT, carried.verbs().size() - 1);
        code.jumpIf(ABOVE, serves);
        code.move(A3, RESULT);
        next(plain);
        code.compare(A3, carried.verbs().indexOf("delete"));
        code.jumpIf(NOT_EQUAL, given);
        match(List.of("--force"), given);
        code.set(A2, 1);
        code.save(A2, word(carried.force()));
        next(plain);
        code.place(given);
    }

    private void noteLasting() {
        if (lasting == null) return;
        var other = new Label();
        match(List.of(lasting.verb()), other);
        code.set(A0, 1);
        code.save(A0, lasts);
        code.set(A0, SIG_SETMASK);
        code.set(A1, callersMask);
        code.set(A2, 0);
        code.set(A3, Long.BYTES);
        code.call(Sys.RT_SIGPROCMASK);
        code.place(other);
    }

    /** The id at T: no flag, nothing hidden, and no path. */
    private void id(Label plain) {
        var letter = new Label();
        var end = new Label();
        code.save(T, word(carried.id()));
        code.load8(A0, T, 0);
        for (char first : new char[] {0, '-', '.'}) {
            code.compare(A0, first);
            code.jumpIf(EQUAL, plain);
        }
        code.place(letter);
        code.load8(A0, T, 0);
        code.compare(A0, 0);
        code.jumpIf(EQUAL, end);
        code.compare(A0, '/');
        code.jumpIf(EQUAL, plain);
        code.add(T, 1);
        code.jump(letter);
        code.place(end);
    }

    /** Only kill has one word more: the signal, as a number or as one of the two that everybody sends. */
    private void end(Label plain) {
        var over = new Label();
        var given = new Label();
        code.load(A0, word(carried.verb()));
        code.load64(T, READ, 0);
        var kill = new Label();
        code.compare(A0, carried.verbs().indexOf("kill"));
        code.jumpIf(EQUAL, kill);
        code.compare(T, 0);
        code.jumpIf(EQUAL, over);
        code.jump(plain);
        code.place(kill);
        code.set(RESULT, Signal.SIGTERM.number());
        code.compare(T, 0);
        code.jumpIf(EQUAL, given);
        code.add(READ, POINTER);
        signal(given, plain);
        code.place(given);
        code.save(RESULT, word(carried.signal()));
        code.load64(T, READ, 0);
        code.compare(T, 0);
        code.jumpIf(NOT_EQUAL, plain);
        code.place(over);
    }

    private void signal(Label given, Label plain) {
        var number = new Label();
        var digit = new Label();
        match(List.of("KILL", "TERM"), number);
        code.compare(RESULT, 0);
        code.set(RESULT, Signal.SIGTERM.number());
        code.jumpIf(NOT_EQUAL, given);
        code.set(RESULT, Signal.SIGKILL.number());
        code.jump(given);
        code.place(number);
        code.set(RESULT, 0);
        code.place(digit);
        code.load8(A0, T, 0);
        code.add(A0, -'0');
        code.compare(A0, 9);
        code.jumpIf(ABOVE, plain);
        code.move(A1, RESULT);
        code.shiftLeft(A1, 3);
        code.shiftLeft(RESULT, 1);
        code.add(RESULT, A1);
        code.add(RESULT, A0);
        code.compare(RESULT, LARGEST_SIGNAL);
        code.jumpIf(ABOVE, plain);
        code.add(T, 1);
        code.load8(A0, T, 0);
        code.compare(A0, 0);
        code.jumpIf(NOT_EQUAL, digit);
    }

    /** Absolute; if it is not given, then root's own, unless the caller's environment may name another. */
    private void root(Label plain) {
        var given = new Label();
        var own = new Label();
        code.load(T, word(carried.root()));
        code.compare(T, 0);
        code.jumpIf(NOT_EQUAL, given);
        code.call(Sys.GETEUID);
        code.compare(RESULT, 0);
        code.jumpIf(NOT_EQUAL, plain);
        runtimeDirectory(own);
        code.jump(plain);
        code.place(own);
        code.set(T, data.text(carried.defaultRoot()));
        code.save(T, word(carried.root()));
        code.place(given);
        code.load8(A0, T, 0);
        code.compare(A0, '/');
        code.jumpIf(NOT_EQUAL, plain);
    }

    /** Where a user who is not root has a server, if the environment says it: for the tape that is the root. */
    private void ownServer(Label plain) {
        var ofRoot = new Label();
        code.call(Sys.GETEUID);
        code.compare(RESULT, 0);
        code.jumpIf(EQUAL, ofRoot);
        runtimeDirectory(plain);
        code.save(A1, word(carried.root()));
        code.place(ofRoot);
    }

    /** A1 = where the caller's environment says that the user's own sockets lie; if it does not, to {@code none}. */
    private void runtimeDirectory(Label none) {
        variable(List.of("XDG_RUNTIME_DIR="), none);
    }

    /** A1 = what the caller's environment says of one of these; if it says nothing, to {@code none}. */
    private void variable(List<String> names, Label none) {
        var variable = new Label();
        code.move(READ, STACK);
        code.load64(T, STACK, 0);
        code.shiftLeft(T, 3);
        code.add(READ, T);
        code.add(READ, 2 * POINTER);
        code.place(variable);
        code.load64(T, READ, 0);
        code.compare(T, 0);
        code.jumpIf(EQUAL, none);
        code.add(READ, POINTER);
        match(names, variable);
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
        code.compare(T, 0);
        code.jumpIf(EQUAL, other);
        code.set(T, 0);
        code.save(T, playing);
        code.load(T, slots + Tape.FAILED_CELL.index() * POINTER);
        code.load(A0, word(carried.verb()));
        code.compare(A0, serve() + 1);
        code.jumpIf(NOT_EQUAL, noForm);
        code.compare(T, 0);
        code.jumpIf(NOT_EQUAL, ask);
        form.fill(key.text(KeptForm.Text.ID, 0), ask);
        machine.playForm();
        code.place(noForm);
        code.load(STACK, stack);
        code.compare(T, 0);
        code.jumpIf(NOT_EQUAL, failed);
        code.load(A0, word(carried.verb()));
        code.compare(A0, serve());
        code.jumpIf(EQUAL, asksServer);
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

    /** Puts another argument into T if the container's process has been told to start and has answered, or if the command is the one that lasts. */
    void chooseArgument(String usual) {
        if (usual.equals(carried.argument())) choose(word(carried.told()), carried.argumentIfTold());
        if (lasting != null && lasting.instead().containsKey(usual)) choose(lasts, lasting.instead().get(usual));
    }

    private void choose(long condition, String instead) {
        var over = new Label();
        code.load(A0, condition);
        code.compare(A0, 0);
        code.jumpIf(EQUAL, over);
        code.set(T, data.text(instead));
        code.place(over);
    }

    /** Puts another text into A0 if the command is the one that lasts: the end of an argument, after the folder. */
    void chooseEnd(String instead) {
        var over = new Label();
        code.load(A1, lasts);
        code.compare(A1, 0);
        code.jumpIf(EQUAL, over);
        code.set(A0, data.text(instead));
        code.place(over);
    }

    /** Writes what the container's process has answered to start, if it was told to, to the descriptor at {@code at}. */
    void handOn(long at) {
        var over = new Label();
        code.load(T, word(carried.told()));
        code.compare(T, 0);
        code.jumpIf(EQUAL, over);
        code.set(T, at);
        code.load32(A0, T, 0);
        code.set(A1, carried.answer());
        code.set(A2, carried.answerSize());
        code.call(Sys.WRITE);
        code.place(over);
    }

    private void match(List<String> texts, Label none) {
        TextMatch.emit(code, data.texts(texts), false, none);
    }
}
