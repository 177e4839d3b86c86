package jrunc.machine;

import static jrunc.machine.Condition.EQUAL;
import static jrunc.machine.Condition.GREATER;
import static jrunc.machine.Condition.LESS;
import static jrunc.machine.Condition.NOT_EQUAL;
import static jrunc.machine.Reg.A0;
import static jrunc.machine.Reg.A1;
import static jrunc.machine.Reg.A2;
import static jrunc.machine.Reg.A3;
import static jrunc.machine.Reg.A4;
import static jrunc.machine.Reg.A5;
import static jrunc.machine.Reg.FIRST;
import static jrunc.machine.Reg.RESULT;
import static jrunc.machine.Reg.T;
import static jrunc.machine.Reg.TRIES;

import java.util.List;
import java.util.OptionalLong;
import jrunc.kernel.FrontLine;
import jrunc.kernel.FrontPipe;
import jrunc.linux.Arch;
import jrunc.linux.CloneFlag;
import jrunc.linux.Errno;
import jrunc.linux.FcntlCommand;
import jrunc.linux.OpenFlag;
import jrunc.linux.Signal;
import jrunc.linux.Sys;
import jrunc.tape.KeptForm;

/**
 * The part of a {@link Front} that plays: the JVM that it starts only records, and what it has recorded is played here, in the
 * process that the caller has started, by the same {@link TapeMachine} as in the container. So nothing has to be linked
 * or warmed up to make a system call, and a process with one thread clones.
 * <pre>
 * part:      asked, answered = two pipes
 *            jvm = clone(CLONE_VM|CLONE_VFORK); the child, which shares the memory and so far even the stack, until its execve:
 *                die when the front dies
 *                the ends that it needs become {@link FrontPipe#ANSWERS} and {@link FrontPipe#QUESTIONS}; close all above
 *            close the child's ends
 * serve:     read from asked a request as {@link FrontLine} draws it; at the end go to gone
 *            if there is no image in it: exit with its code, or, if it has none either, go to plain
 *            map so much memory at {@link #TAPE_ADDRESS}; read the image into it; failed = 0; tape = the first one's header
 * link:      play the tape; a child that it clones ends with the tape, the front itself comes back
 *            if a cell failed: failed = 1; tape = header.failed
 *            else: lasting |= header.lasts; tape = header.well
 *            if tape is not 0: go to link
 *            if failed is 0 and the request names the word of an exit code: exit with that
 *            if it was a form that the front has filled in by itself: go where {@link FrontCommand#formFailed} says
 *            write the piece that is written to answered; go to serve
 * gone:      if there is a jvm: wait for it; exit with its code, or 128 and the signal that killed it
 *            if lasting is 0: go to plain                    the server has ended; the command begins anew
 *            one line on stderr, exit 1
 * </pre>
 */
final class FrontMachine {
    /** Where a tape is that the front plays. */
    static final long TAPE_ADDRESS = 0x20000000L;

    private static final int PIPE_WRITE_END = 4;
    private static final int OFFSET_AT = 8;
    private static final int EXIT_AT = 16;
    private static final int INT_BITS = 32;
    private static final String LOST = "jrunc: nobody is left to say what became of the command; see jrunc list, and call jrunc --debug\n";
    private static final int PR_SET_PDEATHSIG = 1;
    private static final int PROT_READ_WRITE = 1 | 2;
    private static final int MAP_PRIVATE_FIXED_ANONYMOUS = 0x02 | 0x10 | 0x20;
    private static final int P_PID = 1;
    private static final int WEXITED = 4;
    private static final int SIGINFO = 128;
    private static final int STDERR = 2;
    private static final int SI_CODE = 8;
    private static final int SI_STATUS = 24;
    private static final int CLD_EXITED = 1;
    private static final int KILLED = 128;
    private static final long ALL = 0xFFFFFFFFL;

    private final Arch arch;
    private final Assembler code;
    private final long asked;
    private final long answered;
    private final long jvm;
    private final long cloned;
    private final long request;
    private final long siginfo;
    private final long tape;
    private final long failed;
    private final long lasting;
    private final long formed;
    private final FrontData data;
    /** With the address of a tape's header in T: it is played, and those that follow it. */
    private final Label link = new Label();
    private final Label lost = new Label();
    /** With a server's socket in RESULT: it is served. */
    private final Label served = new Label();
    /** With the address of a tape's header in T: it is played, and then whoever wanted it goes on. */
    private final Label play = new Label();

    FrontMachine(Arch arch, Assembler code, FrontData data) {
        this.arch = arch;
        this.code = code;
        asked = data.room(Long.BYTES);
        answered = data.room(Long.BYTES);
        jvm = data.room(Long.BYTES);
        cloned = data.room(Long.BYTES);
        request = data.room(FrontLine.REQUEST);
        tape = data.room(Long.BYTES);
        failed = data.room(Long.BYTES);
        lasting = data.room(Long.BYTES);
        formed = data.room(Long.BYTES);
        this.data = data;
        siginfo = data.room(SIGINFO);
    }

    /** The front goes to {@code front}, its child on to what follows; what cannot be started goes to {@code lost} with the reason in RESULT. */
    void part(Label front, Label lost) {
        pipe(asked, lost);
        pipe(answered, lost);
        code.set(A0, CloneFlag.CLONE_VM.value() | CloneFlag.CLONE_VFORK.value() | Signal.SIGCHLD.number());
        for (var none : List.of(A1, A2, A3, A4)) code.set(none, 0);
        code.call(Sys.CLONE);
        code.compare(RESULT, 0);
        code.jumpIf(LESS, lost);
        code.jumpIf(NOT_EQUAL, front);
        code.set(A0, PR_SET_PDEATHSIG);
        code.set(A1, Signal.SIGKILL.number());
        code.call(Sys.PRCTL);
        moveAway(answered, 0, FIRST);
        moveAway(asked, PIPE_WRITE_END, TRIES);
        place(FIRST, FrontPipe.ANSWERS);
        place(TRIES, FrontPipe.QUESTIONS);
        code.set(A0, FrontPipe.QUESTIONS + 1);
        code.set(A1, ALL);
        code.set(A2, 0);
        code.call(Sys.CLOSE_RANGE);
    }

    private void pipe(long ends, Label lost) {
        code.set(A0, ends);
        code.set(A1, OpenFlag.bits(arch, OpenFlag.O_CLOEXEC));
        code.call(Sys.PIPE2);
        code.jumpIf(RESULT, LESS, 0, lost);
    }

    /** Above both places, for an end may stand where the other belongs. */
    private void moveAway(long ends, int end, Reg to) {
        loadDescriptor(ends, end);
        code.set(A1, FcntlCommand.F_DUPFD_CLOEXEC.value());
        code.set(A2, FrontPipe.QUESTIONS + 1);
        code.call(Sys.FCNTL);
        code.move(to, RESULT);
    }

    private void place(Reg descriptor, int at) {
        code.move(A0, descriptor);
        code.set(A1, at);
        code.set(A2, 0);
        code.call(Sys.DUP3);
    }

    /** Plays the tape whose header is at T. */
    void play() {
        code.jump(play);
    }

    /** Plays the form that is there, filled in. */
    void playForm() {
        code.load(T, TAPE_ADDRESS - KeptForm.HEAD + KeptForm.EXIT * Long.BYTES);
        code.save(T, request + EXIT_AT);
        code.set(T, 1);
        code.save(T, formed);
        code.set(T, TAPE_ADDRESS);
        code.jump(link);
    }

    /** Plays what comes down the socket whose number is in RESULT, which is connected with a server. */
    void beServed() {
        code.jump(served);
    }

    /**
     * What the front does from then on; RESULT is the JVM's pid.
     *
     * @param over where a tape ends that {@link #play()} was asked for: it decides whose it was, and what is none of its own falls through
     */
    void serve(FrontCommand command) {
        var serve = new Label();
        var gone = new Label();
        var sent = new Label();
        var serverGone = new Label();
        code.save(RESULT, jvm);
        close(asked, PIPE_WRITE_END);
        close(answered, 0);
        command.handOn(answered + PIPE_WRITE_END);
        code.jump(serve);
        code.place(served);
        code.save(RESULT, asked);
        code.shiftLeft(RESULT, INT_BITS); // where the end to write to stands
        code.save(RESULT, answered);
        code.place(serve);
        code.set(A1, request);
        code.set(A2, FrontLine.REQUEST);
        read(gone);
        endIfAsked(command);
        map(gone);
        code.set(A1, TAPE_ADDRESS);
        loadRequest(A2, 0);
        read(gone);
        code.set(T, 0);
        code.save(T, failed);
        code.set(T, TAPE_ADDRESS);
        code.place(link);
        code.save(T, tape);
        var over = new Label();
        TapeMachine.embed(code, arch, play, cloned, over);
        code.place(over);
        command.over(this);
        TapeMachine.follow(code, tape, failed, OptionalLong.of(lasting), link);
        exitIfWell(command);
        code.load(T, formed);
        code.jumpIf(T, EQUAL, 0, sent);
        code.set(T, 0);
        code.save(T, formed);
        code.save(T, failed);
        command.formFailed(lasting, request + EXIT_AT, lost);
        code.place(sent);
        answer();
        code.jump(serve);
        code.place(gone);
        code.load(A0, jvm);
        code.jumpIf(A0, EQUAL, 0, serverGone);
        exitAsJvm(command);
        code.place(serverGone);
        withoutServer(command);
    }

    /** A request without an image ends it: with its second word, or the plain way. */
    private void endIfAsked(FrontCommand command) {
        var image = new Label();
        loadRequest(A0, 0);
        code.jumpIf(A0, NOT_EQUAL, 0, image);
        loadRequest(A0, OFFSET_AT);
        code.compare(A0, FrontLine.PLAIN);
        command.plainIfEqual(asked);
        command.exit();
        code.place(image);
    }

    private void exitIfWell(FrontCommand command) {
        var asked = new Label();
        code.load(A0, failed);
        code.jumpIf(A0, NOT_EQUAL, 0, asked);
        loadRequest(T, EXIT_AT);
        code.jumpIf(T, EQUAL, 0, asked);
        code.load64(A0, T, 0);
        command.exit();
        code.place(asked);
    }

    private void withoutServer(FrontCommand command) {
        code.load(A0, lasting);
        code.compare(A0, 0);
        command.plainIfEqual(asked);
        code.place(lost);
        code.set(A0, STDERR);
        code.set(A1, data.text(LOST));
        code.set(A2, LOST.length());
        code.call(Sys.WRITE);
        code.set(A0, 1);
        code.call(Sys.EXIT_GROUP);
    }

    private void close(long ends, int end) {
        loadDescriptor(ends, end);
        code.call(Sys.CLOSE);
    }

    private void loadDescriptor(long ends, int end) {
        code.set(T, ends);
        code.load32(A0, T, end);
    }

    private void loadRequest(Reg to, int at) {
        code.set(T, request);
        code.load64(to, T, at);
    }

    /**
     * Reads A2 bytes to A1; a JVM that has ended meanwhile is gone. So is a server that lets itself be waited for, but not once something
     * has been done that lasts: nobody else could go on from there.
     */
    private void read(Label gone) {
        var more = new Label();
        var got = new Label();
        code.place(more);
        loadDescriptor(asked, 0);
        code.call(Sys.READ);
        code.jumpIf(RESULT, GREATER, 0, got);
        code.jumpIf(RESULT, NOT_EQUAL, -Errno.EAGAIN.number(), gone);
        code.load(A0, lasting);
        code.jumpIf(A0, EQUAL, 0, gone);
        code.jump(more);
        code.place(got);
        code.add(A1, RESULT);
        code.subtract(A2, RESULT);
        code.jumpIf(A2, NOT_EQUAL, 0, more);
    }

    /** Takes the place of the tape before it. */
    private void map(Label gone) {
        code.set(A0, TAPE_ADDRESS);
        loadRequest(A1, 0);
        code.set(A2, PROT_READ_WRITE);
        code.set(A3, MAP_PRIVATE_FIXED_ANONYMOUS);
        code.set(A4, ALL);
        code.set(A5, 0);
        code.call(Sys.MMAP);
        code.set(T, TAPE_ADDRESS);
        code.jumpIf(RESULT, NOT_EQUAL, T, gone);
    }

    private void answer() {
        loadRequest(A2, 0);
        loadRequest(A3, OFFSET_AT);
        code.subtract(A2, A3);
        code.set(A1, TAPE_ADDRESS);
        code.add(A1, A3);
        loadDescriptor(answered, PIPE_WRITE_END);
        code.call(Sys.WRITE);
    }

    private void exitAsJvm(FrontCommand command) {
        var exit = new Label();
        close(answered, PIPE_WRITE_END);
        close(asked, 0);
        code.set(A0, P_PID);
        code.set(T, jvm);
        code.load64(A1, T, 0);
        code.set(A2, siginfo);
        code.set(A3, WEXITED);
        code.set(A4, 0);
        code.call(Sys.WAITID);
        code.set(T, siginfo);
        code.load32(A0, T, SI_STATUS);
        code.load32(A1, T, SI_CODE);
        code.jumpIf(A1, EQUAL, CLD_EXITED, exit);
        code.set(T, KILLED);
        code.add(A0, T);
        code.place(exit);
        command.exit();
    }
}
