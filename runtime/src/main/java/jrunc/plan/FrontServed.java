package jrunc.plan;

import static jrunc.linux.Errno.EINVAL;
import static jrunc.linux.Errno.ENOENT;
import static jrunc.linux.Errno.EPERM;
import static jrunc.tape.Operand.NULL;
import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.named;
import static jrunc.tape.Operand.text;
import static jrunc.tape.Operand.words;

import jrunc.linux.OpenFlag;
import jrunc.linux.StatxField;
import jrunc.linux.Sys;
import jrunc.tape.Block;
import jrunc.tape.Call;
import jrunc.tape.KeptForm;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;

/**
 * The part of the {@link FrontTape} for commands that a server records: it finds what the server has kept of the same command, or connects
 * with the server.
 */
public final class FrontServed {
    /** Where a server of root's keeps what fronts can fill in by themselves. */
    public static final String FORMS = Global.DEFAULT_ROOT + "-forms";
    /** The directory of an ordinary user's server, below {@code XDG_RUNTIME_DIR}, and the name of every server's socket. */
    private static final String OWN = "jrunc";
    private static final String SOCKET = "serve";
    /** Where a server of root's listens. */
    public static final String SERVER = Global.DEFAULT_ROOT + '/' + SOCKET;
    /** Where one of another user's does, below {@code XDG_RUNTIME_DIR}. */
    public static final String USERS_SERVER = '/' + OWN + '/' + SOCKET;
    private static final Operand.Imm PROT_READ_WRITE = named(1 | 2, "PROT_READ|PROT_WRITE");
    private static final Operand.Imm MAP_PRIVATE_FIXED = named(0x02 | 0x10, "MAP_PRIVATE|MAP_FIXED");
    private static final Operand.Imm SOL_SOCKET = named(1, "SOL_SOCKET");
    private static final Operand.Imm SO_PEERCRED = named(17, "SO_PEERCRED");
    private static final int UCRED_SIZE = 12;
    private static final long SERVER_SECONDS = 5;

    private final Recorder tape;
    private final Files files;
    private final long form;
    private final String forms;
    private final Asked asked;

    /**
     * Words of the {@link FrontTape}, which closes what is in them however it ends.
     *
     * @param path the address of the path of the user's runtime directory, for a server that is not root's
     */
    record Files(Operand.Word path, Operand.Word root, Operand.Word directory, Operand.Word file, Operand.Word socket) {}

    /**
     * By what a form is found.
     *
     * @param command     the address of the command line, as {@link KeptForm} has it
     * @param commandSize its length
     * @param number      of the command line and the lengths of its blanks, as {@link KeptForm.Key#name} has it
     * @param ofOne       of the id, as {@link KeptForm.Key#nameOfOne} has it; 0 if what is kept is of any container
     * @param texts       address and length of each {@link KeptForm.Text}: but for the pid and the start time they must be there before
     */
    public record Asked(Operand.Word command, Operand.Word commandSize, Operand.Word number, Operand.Word ofOne, Block texts) {}

    FrontServed(Recorder tape, Files files, long form, String forms) {
        this.tape = tape;
        this.files = files;
        this.form = form;
        this.forms = forms;
        asked = new Asked(tape.variable(0), tape.variable(0), tape.variable(0), tape.variable(0), tape.block(KeptForm.Text.values().length * 2 * Long.BYTES));
    }

    /** {@return the words by which a form is found, for the front to fill} */
    Asked asked() {
        return asked;
    }

    /** Maps what a server of root's has kept of such a command. It is the front's own then: a server never writes to a file that is there. */
    void form() {
        var kept = tape.block(KeptForm.FIXED);
        var size = tape.variable(0);
        tape.attempt("open what was recorded before", t -> {
            t.call(Sys.OPENAT, Handover.at(), text(forms), t.open(OpenFlag.O_PATH, OpenFlag.O_DIRECTORY, OpenFlag.O_NOFOLLOW, OpenFlag.O_CLOEXEC)).into(files.root);
            FrontTape.own(files.root, imm(0), t);
            note(KeptForm.Text.PID, t.call(Sys.GETPID), t);
            note(KeptForm.Text.START_TIME, NamedProcess.readStartTime(text("/proc/self/stat"), t), t);
            var digits = t.own(Call.Own.ADD, length(KeptForm.Text.PID), length(KeptForm.Text.START_TIME));
            t.own(Call.Own.ADD, asked.number, digits).into(asked.number);
            t.when(asked.ofOne, -1, imm(0), this::openKept);
            t.unless(asked.ofOne, -1, imm(0), u -> u.call(Sys.OPENAT, files.root, u.path(u.own(Call.Own.ADD, asked.number, asked.ofOne)), readOnly(u))
                    .into(files.file).on(ENOENT, this::openKept));
            FrontTape.own(files.file, imm(0), t);
            t.set(size, t.scratch(StatxField.SIZE).word(StatxField.STX_SIZE.offset() / Long.BYTES));
        });
        tape.attempt("see whether it is of such a command", t -> {
            t.call(Sys.READ, files.file, kept.address(), imm(KeptForm.FIXED));
            t.expect(kept.word(0), -1, named(KeptForm.MAGIC, "\"jrform1\""), EINVAL);
            for (var each : KeptForm.Text.values()) t.expect(kept.word(KeptForm.LENGTHS + each.ordinal()), -1, length(each), EINVAL);
            t.expect(kept.word(KeptForm.COMMAND_SIZE), -1, asked.commandSize, EINVAL);
            t.call(Sys.MMAP, imm(form - KeptForm.HEAD), size, PROT_READ_WRITE, MAP_PRIVATE_FIXED, files.file, imm(0));
            t.own(Call.Own.EQUAL, asked.command, kept.word(KeptForm.COMMAND), asked.commandSize, named(EINVAL.number(), "EINVAL"));
            t.call(Sys.UTIMENSAT, files.file, NULL, NULL, imm(0)); // a server sees that it is of use
            t.close(files.file, files.root);
        });
    }

    private void openKept(Recorder t) {
        t.call(Sys.OPENAT, files.root, t.path(asked.number), readOnly(t)).into(files.file);
    }

    private static Operand readOnly(Recorder t) {
        return t.open(OpenFlag.O_RDONLY, OpenFlag.O_NOFOLLOW, OpenFlag.O_CLOEXEC);
    }

    private void note(KeptForm.Text text, Operand value, Recorder t) {
        var digits = t.block(Recorder.DIGITS);
        t.set(asked.texts.word(2 * text.ordinal()), digits.address());
        t.own(Call.Own.FORMAT, digits.address(), value).into(length(text));
    }

    private Operand.Word length(KeptForm.Text text) {
        return asked.texts.word(2 * text.ordinal() + 1);
    }

    /** A server is asked only if it is this user's own: whoever listens at that name instead could have its tape played as this user. */
    void connect() {
        var uid = tape.variable(-1);
        tape.attempt("connect with the server", t -> {
            t.call(Sys.GETEUID).into(uid);
            t.call(Sys.SOCKET, UnixSocket.AF_UNIX, UnixSocket.STREAM, imm(0)).into(files.socket);
            int length = 2 + SERVER.length() + 1;
            t.when(uid, -1, imm(0), u -> u.call(Sys.CONNECT, files.socket, UnixSocket.address(SERVER, length), imm(length)));
            t.unless(uid, -1, imm(0), u -> connectBelowRoot(uid, u));
            // One that has stopped, or thinks too long, is as good as one that has ended.
            t.call(Sys.SETSOCKOPT, files.socket, SOL_SOCKET, named(20, "SO_RCVTIMEO"), words(imm(SERVER_SECONDS), imm(0)), imm(2 * Long.BYTES));
            var peer = t.block(UCRED_SIZE);
            var size = t.variable(UCRED_SIZE);
            t.call(Sys.GETSOCKOPT, files.socket, SOL_SOCKET, SO_PEERCRED, peer.address(), new Operand.Address(size.block(), size.offset()));
            t.expect(t.high(peer.word(0)), -1, uid, EPERM); // struct ucred {pid, uid, gid}
        });
    }

    /** The directory is the user's as any other that counts, and how long its path is does not matter. */
    private void connectBelowRoot(Operand uid, Recorder t) {
        t.call(Sys.OPENAT, Handover.at(), files.path, t.open(OpenFlag.O_PATH, OpenFlag.O_DIRECTORY, OpenFlag.O_CLOEXEC)).into(files.root);
        t.call(Sys.OPENAT, files.root, text(OWN), t.open(OpenFlag.O_PATH, OpenFlag.O_DIRECTORY, OpenFlag.O_NOFOLLOW, OpenFlag.O_CLOEXEC)).into(files.directory);
        FrontTape.own(files.directory, uid, t);
        var family = "\1\0"; // AF_UNIX; the path follows it in struct sockaddr_un
        var place = "/proc/self/fd/";
        int length = family.length() + place.length() + Recorder.DIGITS + 1 + SOCKET.length() + 1;
        t.call(Sys.CONNECT, files.socket, t.template('/', family + place, files.directory, '/' + SOCKET).address(), imm(length));
        t.close(files.directory, files.root);
    }
}
