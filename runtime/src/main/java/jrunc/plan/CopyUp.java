package jrunc.plan;

import static jrunc.linux.AtFlag.AT_EMPTY_PATH;
import static jrunc.linux.AtFlag.AT_SYMLINK_NOFOLLOW;
import static jrunc.linux.Errno.ENODATA;
import static jrunc.linux.Errno.ENOENT;
import static jrunc.linux.Errno.EOPNOTSUPP;
import static jrunc.tape.Operand.NULL;
import static jrunc.tape.Operand.flags;
import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.named;
import static jrunc.tape.Operand.octal;
import static jrunc.tape.Operand.text;

import jrunc.linux.FileType;
import jrunc.linux.MemfdFlag;
import jrunc.linux.OpenFlag;
import jrunc.linux.StatxField;
import jrunc.linux.StatxMask;
import jrunc.linux.Sys;
import jrunc.tape.Block;
import jrunc.tape.Call;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;

/**
 * The mount option {@code tmpcopyup}: a tmpfs starts with what it covers. How much that is, is seen only when the tape plays, so
 * cells are played once for each directory entry:
 * <pre>
 * from, to = the directory that is covered, the new root
 * again:  read one entry of from
 *         none left:  close both; back to the two on top of the stack, or done
 *         directory:  make it; put from and to on the stack; from, to = it and its copy
 *         else:       make it as it is: symbolic link, file, node
 * </pre>
 * A tape has no memory that it can index, so the stack is an anonymous file. No name is followed: an entry is opened with
 * O_PATH|O_NOFOLLOW, and what that descriptor says it is, is copied from that descriptor. Nobody else sees the copy before it
 * is whole. Mode, owner, time of the last change and file capabilities are copied; other extended attributes are not.
 */
final class CopyUp {
    private static final long MOST_ENTRIES = 1 << 24;
    private static final long MOST_PIECES = 1 << 20;
    /** As much as Linux copies at once. */
    private static final long PIECE = 0x7ffff000;
    /** For one struct linux_dirent64 and no second one with a name of usual length; the longest has 280 bytes. */
    private static final int ENTRY = 280;
    private static final int D_OFF = 1;
    private static final int D_NAME = 19;
    private static final int LONGEST_LINK = 4096;
    /** Below this offset the stack's file is zeros. */
    private static final long STACK = LONGEST_LINK;
    private static final long PAIR = 16;
    /** In struct statx: ctime, and mtime after it. */
    private static final int STX_CTIME = 0x60;
    /** A security.capability has at most 24 bytes. */
    private static final int CAPABILITY = 32;

    private final Operand.Word from;
    private final Operand.Word to;
    private final Operand.Word stack;
    private final Operand.Word top;
    private final Block pair;
    private final Block entry;
    private final Block link;
    private final Block stat;
    private final Operand.Word uid;
    private final Operand.Word gid;
    private final Operand.Word mode;
    private final Operand name;

    private CopyUp(Recorder t) {
        from = t.variable(-1);
        to = t.variable(-1);
        stack = t.variable(-1);
        top = t.variable(STACK);
        pair = t.block((int) PAIR);
        entry = t.block(ENTRY);
        link = t.block(LONGEST_LINK);
        stat = t.block(StatxField.SIZE);
        uid = t.variable(0);
        gid = t.variable(0);
        mode = t.variable(0);
        name = new Operand.Address(entry, D_NAME);
    }

    /**
     * @param place what is covered
     * @param tree  the tmpfs
     * @param owner whether its root gets the owner of what it covers, too
     */
    static void copy(String destination, Operand place, Operand tree, boolean owner, Recorder tape) {
        tape.attempt("copy what is below " + destination + " into the tmpfs", t -> new CopyUp(t).copy(place, tree, owner, t));
    }

    private void copy(Operand place, Operand tree, boolean owner, Recorder t) {
        openDirectory(place, t).into(from);
        openDirectory(tree, t).into(to);
        if (owner) {
            look(place, t);
            t.call(Sys.FCHOWN, to, uid, gid);
        }
        t.call(Sys.MEMFD_CREATE, text("jrunc: directories to go back to"), flags(MemfdFlag.MFD_CLOEXEC)).into(stack);
        t.call(Sys.FTRUNCATE, stack, imm(STACK));
        var more = t.variable(1);
        t.repeat(MOST_ENTRIES, more, u -> {
            var read = u.call(Sys.GETDENTS64, from, entry.address(), imm(ENTRY));
            u.when(read, -1, imm(0), v -> goBack(more, v));
            u.unless(read, -1, imm(0), this::next);
        });
        t.close(stack);
    }

    private static Recorder.Result openDirectory(Operand directory, Recorder t) {
        return t.call(Sys.OPENAT, directory, text("."), t.open(OpenFlag.O_RDONLY, OpenFlag.O_DIRECTORY, OpenFlag.O_CLOEXEC));
    }

    private void goBack(Operand.Word more, Recorder t) {
        t.close(from, to);
        t.when(top, -1, imm(STACK), u -> u.set(more, imm(0)));
        t.unless(top, -1, imm(STACK), u -> {
            u.own(Call.Own.ADD, top, imm(-PAIR)).into(top);
            u.call(Sys.PREAD64, stack, pair.address(), imm(PAIR), top);
            u.set(from, pair.word(0));
            u.set(to, pair.word(1));
        });
    }

    private void next(Recorder t) {
        // There may be more entries in the room: the next read starts behind the first.
        t.call(Sys.LSEEK, from, entry.word(D_OFF), named(0, "SEEK_SET"));
        var name = new Operand.Word(entry, D_NAME);
        var dots = t.variable(0);
        t.set(dots, imm(0));
        t.when(name, 0xFFFF, named('.', "\".\""), u -> u.set(dots, imm(1)));
        t.when(name, 0xFFFFFF, named('.' | '.' << 8, "\"..\""), u -> u.set(dots, imm(1)));
        t.when(dots, -1, imm(0), u -> {
            var opened = u.variable(-1);
            u.call(Sys.OPENAT, from, this.name, u.open(OpenFlag.O_PATH, OpenFlag.O_NOFOLLOW, OpenFlag.O_CLOEXEC)).into(opened)
                    .forgive(ENOENT).onSuccess(v -> copyEntry(opened, v));
        });
    }

    private void copyEntry(Operand.Word opened, Recorder t) {
        look(opened, t);
        var directory = t.variable(0);
        var made = t.variable(0);
        t.set(directory, imm(0));
        t.set(made, imm(0));
        when(FileType.S_IFDIR, made, t, u -> {
            u.set(directory, imm(1));
            enter(opened, u);
        });
        t.when(directory, -1, imm(0), u -> {
            when(FileType.S_IFLNK, made, u, v -> copyLink(opened, v));
            when(FileType.S_IFREG, made, u, v -> copyFile(opened, v));
            u.when(made, -1, imm(0), this::copyNode);
            u.call(Sys.UTIMENSAT, to, name, new Operand.Address(stat, STX_CTIME), flags(AT_SYMLINK_NOFOLLOW));
        });
        t.close(opened);
    }

    private void when(FileType type, Operand.Word made, Recorder t, java.util.function.Consumer<Recorder> cells) {
        t.when(stat.word(3), Handover.mode(FileType.S_IFMT), named(Handover.mode(type.value()), type.name()), u -> {
            u.set(made, imm(1));
            cells.accept(u);
        });
    }

    private void look(Operand opened, Recorder t) {
        t.call(Sys.STATX, opened, text(""), flags(AT_EMPTY_PATH), flags(StatxMask.STATX_TYPE, StatxMask.STATX_MODE, StatxMask.STATX_UID, StatxMask.STATX_GID,
                StatxMask.STATX_MTIME, StatxMask.STATX_CTIME), stat.address());
        t.high(stat.word(2)).into(uid);
        t.low(stat.word(3)).into(gid);
        t.own(Call.Own.BITS, stat.word(3), imm(32), octal(07777)).into(mode);
    }

    private void enter(Operand opened, Recorder t) {
        t.call(Sys.MKDIRAT, to, name, octal(0700));
        var copy = t.variable(-1);
        t.call(Sys.OPENAT, to, name, t.open(OpenFlag.O_RDONLY, OpenFlag.O_DIRECTORY, OpenFlag.O_NOFOLLOW, OpenFlag.O_CLOEXEC)).into(copy);
        t.call(Sys.FCHOWN, copy, uid, gid);
        t.call(Sys.FCHMOD, copy, mode);
        t.set(pair.word(0), from);
        t.set(pair.word(1), to);
        t.call(Sys.PWRITE64, stack, pair.address(), imm(PAIR), top);
        t.own(Call.Own.ADD, top, imm(PAIR)).into(top);
        openDirectory(opened, t).into(from);
        t.set(to, copy);
    }

    private void copyLink(Operand opened, Recorder t) {
        t.call(Sys.PREAD64, stack, link.address(), imm(LONGEST_LINK), imm(0)); // zeros: readlinkat writes no NUL
        t.call(Sys.READLINKAT, opened, text(""), link.address(), imm(LONGEST_LINK - 1));
        t.call(Sys.SYMLINKAT, link.address(), to, name);
        t.call(Sys.FCHOWNAT, to, name, uid, gid, flags(AT_SYMLINK_NOFOLLOW));
    }

    private void copyFile(Operand opened, Recorder t) {
        var path = t.block(new byte[] {'/', 'p', 'r', 'o', 'c', '/', 's', 'e', 'l', 'f', '/', 'f', 'd', '/', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
                "\"/proc/self/fd/{}\"");
        int digits = "/proc/self/fd/".length();
        for (int i = 0; i < 2; i++) t.set(new Operand.Word(path, digits + i * 8), imm(0)); // those of the file before
        t.own(Call.Own.FORMAT, new Operand.Address(path, digits), opened);
        var in = t.variable(-1);
        var out = t.variable(-1);
        t.call(Sys.OPENAT, Handover.at(), path.address(), t.open(OpenFlag.O_RDONLY, OpenFlag.O_CLOEXEC)).into(in);
        t.call(Sys.OPENAT, to, name, t.open(OpenFlag.O_WRONLY, OpenFlag.O_CREAT, OpenFlag.O_EXCL, OpenFlag.O_NOFOLLOW, OpenFlag.O_CLOEXEC),
                octal(0600)).into(out);
        var more = t.variable(0);
        t.repeat(MOST_PIECES, more, u -> {
            var copied = u.call(Sys.SENDFILE, out, in, NULL, named(PIECE, "0x7ffff000")).tries(255);
            u.set(more, imm(0));
            u.unless(copied, -1, imm(0), v -> v.set(more, imm(1)));
        });
        t.call(Sys.FCHOWN, out, uid, gid);
        t.call(Sys.FCHMOD, out, mode);
        var capability = t.scratch(CAPABILITY);
        var size = t.variable(0);
        t.call(Sys.FGETXATTR, in, text("security.capability"), capability.address(), imm(CAPABILITY)).into(size).forgive(ENODATA, EOPNOTSUPP)
                .onSuccess(u -> u.call(Sys.FSETXATTR, out, text("security.capability"), capability.address(), size, imm(0)));
        t.close(in, out);
    }

    /** A device, a fifo or a socket that nobody listens to. */
    private void copyNode(Recorder t) {
        var number = t.block(24);
        // The kernel's form of a device number: minor bits 0-7, major, minor bits 8-19. A word stored one byte further is eight bits up.
        var high = t.variable(0);
        t.own(Call.Own.BITS, stat.word(16), imm(32 + 8), imm(0xFFF)).into(high);
        for (int i = 0; i < 4; i++) t.own(Call.Own.ADD, high, high).into(high);
        t.set(number.word(0), imm(0)); // what the node before left
        t.own(Call.Own.BITS, stat.word(16), imm(0), imm(0xFFF)).into(new Operand.Word(number, 1));
        t.set(number.word(2), number.word(0));
        t.set(number.word(0), imm(0));
        t.set(new Operand.Word(number, 2), high);
        t.own(Call.Own.ADD, number.word(0), number.word(2)).into(high);
        t.own(Call.Own.BITS, stat.word(16), imm(32), imm(0xFF)).into(number.word(0));
        t.own(Call.Own.ADD, high, number.word(0)).into(high);
        var type = t.own(Call.Own.BITS, stat.word(3), imm(32), octal(0177777));
        t.call(Sys.MKNODAT, to, name, type, high);
        t.call(Sys.FCHOWNAT, to, name, uid, gid, flags(AT_SYMLINK_NOFOLLOW));
    }
}
