package jrunc.machine;

import static jrunc.machine.Condition.ABOVE;
import static jrunc.machine.Condition.EQUAL;
import static jrunc.machine.Condition.NOT_EQUAL;
import static jrunc.machine.Reg.A0;
import static jrunc.machine.Reg.A1;
import static jrunc.machine.Reg.A2;
import static jrunc.machine.Reg.A3;
import static jrunc.machine.Reg.CELL;
import static jrunc.machine.Reg.FIRST;
import static jrunc.machine.Reg.KINDS;
import static jrunc.machine.Reg.RESULT;
import static jrunc.machine.Reg.SLOTS;
import static jrunc.machine.Reg.T;
import static jrunc.machine.Reg.TRIES;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jrunc.linux.Arch;
import jrunc.linux.Errno;
import jrunc.linux.Sys;
import jrunc.tape.Block;
import jrunc.tape.Operand;
import jrunc.tape.Tape;

/**
 * The front: the program that engines call as {@code jrunc}. It starts the JVM of the folder it lies in, whoever calls it, from
 * wherever, with whatever in the environment, and then plays the tapes that the JVM records:
 * <pre>
 * start:     sp = what the kernel left: argc, argv[], NULL, envp[], NULL, ...
 *            block every signal that does not mean that this process itself is broken; the JVM's threads inherit that;
 *                but for a command that lasts, that is undone when its name is read
 *            for fd = 0 to 2: if it is closed: open /dev/null, which gets that number
 *            for each text with the folder in it: readlink /proc/self/exe behind its beginning; cut after the second last
 *                slash; append its end
 *            for the text with the working directory in it: readlink /proc/self/cwd behind its beginning
 *            envp = envp without the variables that steer a JVM or the dynamic loader, and with the added ones
 *            argv = the fixed arguments, then argv[1] and all after it
 *            clone a child that does chdir to /, so that a JVM starts wherever the caller is, and execve; if one fails: one line
 *                on stderr, exit 127
 *            go on as {@link FrontMachine}
 * </pre>
 * The new argv is written over the old argc and argv[0] and the stack below, so that nothing needs to be allocated, and no
 * number of arguments is too high for it.
 */
public final class Front {
    /** In an argument: the folder that holds the {@code bin} that holds this program. At most once, not followed by another. */
    public static final String FOLDER = "{folder}";
    /** The end of an argument: the path of the caller's working directory; of one that was removed, the kernel says so in it. */
    public static final String DIRECTORY = "{directory}";
    /** What a shell answers when a program cannot be started. */
    private static final int EXIT = 127;
    private static final int PATH_MAX = 4096;
    private static final long AT_FDCWD = 0xFFFFFF9CL;
    private static final int STDERR = 2;
    private static final int POINTER = 8;

    /** The registers' roles here: none of them is changed by a system call. */
    private static final Reg STACK = CELL;
    private static final Reg ENVIRONMENT = SLOTS;
    private static final Reg READ = FIRST;
    private static final Reg WRITE = TRIES;

    /** Why execve may refuse although the folder is whole, and when it is not. */
    private static final List<Errno> EXPECTED = List.of(Errno.ENOENT, Errno.EACCES, Errno.E2BIG, Errno.ENOMEM, Errno.ENOEXEC);

    private final Arch arch;
    private final Assembler code;
    private final FrontData data;
    private final Becoming becoming;
    private final FrontCommand command;
    /** Where stands which signals the caller has blocked. */
    private final long callersMask;

    /** Records the tape that the front carries, once it is known where there is room. */
    public interface Carrying {
        /** How much room is needed for a container's page, in bytes. */
        int pageSize();

        /** How much for the answer to start. */
        int answerSize();

        /** {@return the tape for these addresses of room, and where a form goes} */
        Carried at(long page, long answer, long form);
    }

    /**
     * The tape that the front carries, and the words in it that the command line fills.
     *
     * @param defaultRoot where root's containers are recorded
     * @param verbs       the commands, in the order of their numbers: start, kill, state, delete
     * @param served      the commands that a server records, which all have the next number
     * @param socket      where the descriptor of the connection with the server is then
     * @param answer      the address of what the container's process has said to start
     * @param answerSize  its length in bytes
     * @param argument    the JVM's argument that is {@code argumentIfTold} instead if it has said something
     */
    public record Carried(Tape tape, String defaultRoot, List<String> verbs, List<String> served, Operand.Word socket, Operand.Word root, Operand.Word id, Operand.Word verb, Operand.Word force,
            Operand.Word signal, Operand.Word told, long answer, int answerSize, String argument, String argumentIfTold, Filling filling) {}

    /**
     * The words of that tape by which it finds a {@link jrunc.tape.KeptForm}.
     *
     * @param command the address of the command line
     * @param size    its length
     * @param number  of it and the lengths of its blanks
     * @param ofOne   what to add to that for what is kept of one container only
     * @param texts   address and length of each {@link jrunc.tape.KeptForm.Text}
     */
    public record Filling(Operand.Word command, Operand.Word size, Operand.Word number, Operand.Word ofOne, Block texts) {}

    /**
     * What the front starts.
     *
     * @param program   the file to execute, with {@link #FOLDER} in it
     * @param arguments what comes before the caller's own arguments, without the program's name
     * @param removed   beginnings of the environment variables that are not passed on, such as {@code LD_}
     * @param added     environment variables that are, each {@code name=value}
     * @param lasting   the command for which some arguments are others
     */
    public record Becoming(String program, List<String> arguments, List<String> removed, List<String> added, Optional<Lasting> lasting) {
        /** With no command that lasts. */
        public Becoming(String program, List<String> arguments, List<String> removed, List<String> added) {
            this(program, arguments, removed, added, Optional.empty());
        }
    }

    /**
     * A command that works long enough for its JVM to be started otherwise, and plays no tape: a signal may end it at any time.
     *
     * @param instead what stands instead of some of the arguments before the caller's own; without {@link #FOLDER}
     * @param ends    what comes after {@link #FOLDER} in some that have it, by what comes after it for other commands
     */
    public record Lasting(String verb, Map<String, String> instead, Map<String, String> ends) {}

    private Front(Arch arch, Becoming becoming, Carrying carrying, int dataAt) {
        this.arch = arch;
        this.becoming = becoming;
        data = new FrontData(dataAt);
        callersMask = data.room(Long.BYTES);
        code = Assembler.of(arch);
        command = new FrontCommand(code, data, carrying.at(data.room(carrying.pageSize()), data.room(carrying.answerSize()), FrontMachine.TAPE_ADDRESS), becoming.lasting().orElse(null), callersMask);
    }

    /** {@return the program, an ELF file} */
    public static byte[] of(Arch arch, Becoming becoming, Carrying carrying) {
        int codeSize = new Front(arch, becoming, carrying, 0).emit().length; // where the data come after it
        var front = new Front(arch, becoming, carrying, FrontData.after(codeSize));
        return FrontData.elf(arch, front.emit(), front.data);
    }

    private byte[] emit() {
        var lost = new Label();
        var unnamed = new Label();
        var unstarted = new Label();
        code.entryStack(STACK);
        code.load64(T, STACK, 0);
        code.jumpIf(T, EQUAL, 0, unnamed);
        ProgramStart.emit(code, data.word(ProgramStart.SIGNALS), callersMask, data.text(ProgramStart.NOTHING));
        var machine = new FrontMachine(arch, code, data);
        var plain = new Label();
        command.read(machine, plain);
        code.place(plain);
        command.placeFailed();
        long program = located(becoming.program(), lost);
        var arguments = new ArrayList<Long>();
        arguments.add(data.text("java"));
        for (var argument : becoming.arguments()) arguments.add(argument.endsWith(DIRECTORY) ? directory(argument) : located(argument, lost));
        environment();
        arguments(arguments);
        var front = new Label();
        machine.part(front, unstarted);
        code.set(A0, data.text("/"));
        code.call(Sys.CHDIR);
        code.set(A0, program);
        code.move(A1, STACK);
        code.move(A2, ENVIRONMENT);
        code.call(Sys.EXECVE);
        code.place(unstarted);
        explain(program);
        code.place(front);
        machine.serve(command);
        code.place(lost);
        write("jrunc: find the folder of jrunc: /proc/self/exe does not say; is /proc mounted, and jrunc in a folder named bin?\n");
        exit();
        code.place(unnamed);
        write("jrunc: read the arguments: there is not even an argv[0], which Linux always gives since 5.18\n");
        exit();
        return code.bytes();
    }

    /** {@return the address of the text, in which the folder's path will stand} */
    private long located(String text, Label lost) {
        int at = text.indexOf(FOLDER);
        if (at < 0) return data.text(text);
        var before = text.substring(0, at);
        var after = text.substring(at + FOLDER.length());
        var instead = becoming.lasting().isPresent() ? becoming.lasting().get().ends().get(after) : null;
        int length = FrontData.utf8(before).length;
        long whole = data.room(length + PATH_MAX + Math.max(FrontData.utf8(after).length, instead == null ? 0 : FrontData.utf8(instead).length) + 1);
        long path = whole + length;
        code.set(T, whole);
        append(data.text(before));
        readLink("/proc/self/exe", path);
        code.jumpIf(RESULT, ABOVE, PATH_MAX - 1, lost);          // an error, too
        code.set(A0, path);
        code.move(T, A0);
        code.add(T, RESULT);
        cutAtSlash(lost);
        cutAtSlash(lost);
        code.set(A0, data.text(after));
        if (instead != null) command.chooseEnd(instead);
        append();
        return whole;
    }

    /** {@return the address of the text, in which the path of the working directory will stand, or nothing if it cannot be told} */
    private long directory(String text) {
        var before = text.substring(0, text.length() - DIRECTORY.length());
        int length = FrontData.utf8(before).length;
        long whole = data.room(length + PATH_MAX + 1);
        code.set(T, whole);
        append(data.text(before));
        readLink("/proc/self/cwd", whole + length);
        return whole;
    }

    private void readLink(String link, long room) {
        code.set(A0, AT_FDCWD);
        code.set(A1, data.text(link));
        code.set(A2, room);
        code.set(A3, PATH_MAX);
        code.call(Sys.READLINKAT);
    }

    /** T goes back to the last slash before it. */
    private void cutAtSlash(Label lost) {
        var back = new Label();
        code.place(back);
        code.jumpIf(T, EQUAL, A0, lost);
        code.add(T, -1);
        code.load8(A1, T, 0);
        code.jumpIf(A1, NOT_EQUAL, '/', back);
    }

    private void append(long text) {
        code.set(A0, text);
        append();
    }

    /** Copies the text at A0 and its NUL to T. */
    private void append() {
        var next = new Label();
        code.place(next);
        code.load8(A1, A0, 0);
        code.store8(A1, T, 0);
        code.add(A0, 1);
        code.add(T, 1);
        code.jumpIf(A1, NOT_EQUAL, 0, next);
    }

    /** Added variables take the place of the old NULL and of what follows it, which nobody reads any more. */
    private void environment() {
        var next = new Label();
        var kept = new Label();
        var end = new Label();
        code.load64(ENVIRONMENT, STACK, 0);
        code.shiftLeft(ENVIRONMENT, 3);
        code.add(ENVIRONMENT, STACK);
        code.add(ENVIRONMENT, 2 * POINTER);
        code.move(READ, ENVIRONMENT);
        code.move(WRITE, ENVIRONMENT);
        code.place(next);
        code.load64(T, READ, 0);
        code.add(READ, POINTER);
        code.jumpIf(T, EQUAL, 0, end);
        TextMatch.emit(code, data.texts(becoming.removed()), true, kept);
        code.jump(next);
        code.place(kept);
        store(T);
        code.jump(next);
        code.place(end);
        for (var variable : becoming.added()) {
            code.set(T, data.text(variable));
            store(T);
        }
        code.set(T, 0);
        store(T);
    }

    private void store(Reg word) {
        code.store64(word, WRITE, 0);
        code.add(WRITE, POINTER);
    }

    /** STACK = the new argv, which ends where the caller's argv[1] is. */
    private void arguments(List<Long> fixed) {
        code.add(STACK, 2 * POINTER);
        code.set(T, (long) fixed.size() * POINTER);
        code.subtract(STACK, T);
        for (int i = 0; i < fixed.size(); i++) {
            code.set(T, fixed.get(i));
            if (i > 0) command.chooseArgument(becoming.arguments().get(i - 1)); // the first is the program's name
            code.store64(T, STACK, i * POINTER);
        }
    }

    /** {@code jrunc: start PATH: ENOENT (No such file or directory); ...}. */
    private void explain(long program) {
        var said = new Label();
        code.move(STACK, RESULT);
        write("jrunc: start ");
        code.set(A1, program);
        code.set(A2, 0);
        writeText();
        for (var errno : EXPECTED) {
            var other = new Label();
            code.jumpIf(STACK, NOT_EQUAL, -errno.number(), other);
            write(": " + errno.shown());
            code.jump(said);
            code.place(other);
        }
        write(": not possible");
        code.place(said);
        write("; jrunc's folder must be whole: bin, conf and lib side by side\n");
        exit();
    }

    /** Writes the text at A1 up to its NUL to stderr; A2 starts as 0. */
    private void writeText() {
        var count = new Label();
        var end = new Label();
        code.move(T, A1);
        code.place(count);
        code.load8(KINDS, T, 0);
        code.jumpIf(KINDS, EQUAL, 0, end);
        code.add(T, 1);
        code.add(A2, 1);
        code.jump(count);
        code.place(end);
        code.set(A0, STDERR);
        code.call(Sys.WRITE);
    }

    private void write(String text) {
        code.set(A0, STDERR);
        code.set(A1, data.text(text));
        code.set(A2, FrontData.utf8(text).length);
        code.call(Sys.WRITE);
    }

    private void exit() {
        code.set(A0, EXIT);
        code.call(Sys.EXIT_GROUP);
    }
}
