package jrunc.plan;

import static jrunc.linux.Errno.EINVAL;
import static jrunc.linux.Errno.ENOENT;
import static jrunc.tape.Operand.flags;
import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.named;
import static jrunc.tape.Operand.text;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import jrunc.host.BundleFiles;
import jrunc.linux.FileType;
import jrunc.linux.OpenFlag;
import jrunc.linux.ResolveFlag;
import jrunc.linux.StatxField;
import jrunc.linux.StatxMask;
import jrunc.linux.Sys;
import jrunc.tape.Call;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;

/** Something that a recorded command depends on. {@link Unchanged} makes a tape of many that fails if one is not so any more. */
public interface Premise {
    /** Records cells that fail if it is not so; what they open goes to {@code room}'s words, which are closed if they fail. */
    void expect(Recorder t, Room room);

    /** {@return how many bytes are read at most} */
    default int reads() {
        return 0;
    }

    /**
     * What all premises use, one after another.
     *
     * @param buffer as long as the longest asks for
     * @param file   a descriptor that is open
     * @param root   another one
     */
    record Room(Operand.Address buffer, Operand.Word file, Operand.Word root, Operand.Word left, Operand.Word at, Operand.Word more) {}

    /** The effective ids of this process. */
    record User(long uid, long gid) implements Premise {
        @Override public void expect(Recorder t, Room room) {
            t.expect(t.call(Sys.GETEUID), -1, imm(uid), EINVAL);
            t.expect(t.call(Sys.GETEGID), -1, imm(gid), EINVAL);
        }
    }

    /** Which capabilities this process may hand on, one bit each. */
    record Bounding(long capabilities) implements Premise {
        /** How many capabilities Linux 6.18 has. */
        private static final int KNOWN = 41;
        private static final Operand PR_CAPBSET_READ = named(23, "PR_CAPBSET_READ");

        @Override public void expect(Recorder t, Room room) {
            for (int i = 0; i < Math.max(KNOWN, Long.SIZE - Long.numberOfLeadingZeros(capabilities)); i++) {
                var has = t.call(Sys.PRCTL, PR_CAPBSET_READ, imm(i));
                if ((capabilities >>> i & 1) == 1) t.expect(has, -1, imm(1), EINVAL);
                else t.when(has.forgive(EINVAL), -1, imm(1), u -> u.fail(EINVAL)); // the kernel may not know it
            }
        }
    }

    /** Where a symbolic link leads, as it says it. */
    record Link(String path, String target) implements Premise {
        @Override public int reads() {
            return utf8(target).length + 1;
        }

        @Override public void expect(Recorder t, Room room) {
            expectLink(text(path), target, t, room);
        }
    }

    /** What a file says, from its beginning to its end. */
    record Content(String path, ByteBuffer bytes) implements Premise {
        @Override public int reads() {
            return bytes.limit() + 1;
        }

        @Override public void expect(Recorder t, Room room) {
            // Nobody writes to a fifo that has taken the file's place: it is at its end at once.
            t.call(Sys.OPENAT, Handover.at(), text(path), t.open(OpenFlag.O_RDONLY, OpenFlag.O_NONBLOCK, OpenFlag.O_CLOEXEC)).into(room.file);
            expectContent(bytes, t, room);
        }
    }

    /** What a path leads to, links followed. */
    record Is(String path, BundleFiles.Kind kind) implements Premise {
        @Override public void expect(Recorder t, Room room) {
            var stat = t.scratch(StatxField.SIZE);
            var call = t.call(Sys.STATX, Handover.at(), text(path), imm(0), flags(StatxMask.STATX_TYPE), stat.address());
            if (kind == BundleFiles.Kind.MISSING) {
                call.forgive(ENOENT).on(0, u -> u.fail(EINVAL));
                return;
            }
            var directory = named(Handover.mode(FileType.S_IFDIR.value()), "S_IFDIR");
            if (kind == BundleFiles.Kind.DIRECTORY) t.expect(stat.word(3), Handover.mode(FileType.S_IFMT), directory, EINVAL);
            else t.when(stat.word(3), Handover.mode(FileType.S_IFMT), directory, u -> u.fail(EINVAL));
        }
    }

    /** Which number the file has that a path leads to. */
    record Inode(String path, long inode) implements Premise {
        @Override public void expect(Recorder t, Room room) {
            var stat = t.scratch(StatxField.SIZE);
            t.call(Sys.STATX, Handover.at(), text(path), imm(0), flags(StatxMask.STATX_INO), stat.address());
            t.expect(stat.word(StatxField.STX_INO.offset() / 8), -1, imm(inode), EINVAL);
        }
    }

    /** Which file a path leads to, and when it was written. */
    record Same(String path, List<Long> stat) implements Premise {
        /** The words of struct statx that are compared: inode, size, time of the last change of the content, device. */
        public static final List<Integer> WORDS = List.of(StatxField.STX_INO.offset() / 8, StatxField.STX_SIZE.offset() / 8,
                StatxField.STX_MTIME / 8, StatxField.STX_MTIME / 8 + 1, StatxField.STX_DEV_MAJOR.offset() / 8);

        @Override public void expect(Recorder t, Room room) {
            var now = t.scratch(StatxField.SIZE);
            t.call(Sys.STATX, Handover.at(), text(path), imm(0), flags(StatxMask.STATX_INO, StatxMask.STATX_SIZE, StatxMask.STATX_MTIME), now.address());
            for (int i = 0; i < WORDS.size(); i++) t.expect(now.word(WORDS.get(i)), -1, imm(stat.get(i)), EINVAL);
        }
    }

    /**
     * The root file system.
     *
     * @param path   as the config has it
     * @param real   without symbolic links
     * @param places that no symbolic link is on the way to
     * @param passwd what its /etc/passwd says; nothing if there is none
     */
    record Root(String path, String real, List<String> places, Optional<ByteBuffer> passwd) implements Premise {
        @Override public int reads() {
            return Math.max(utf8(real).length + 1, passwd.isPresent() ? passwd.get().limit() + 1 : 0);
        }

        @Override public void expect(Recorder t, Room room) {
            t.call(Sys.OPENAT, Handover.at(), text(path), t.open(OpenFlag.O_PATH, OpenFlag.O_DIRECTORY, OpenFlag.O_CLOEXEC)).into(room.root);
            expectLink(t.path("/proc/self/fd/", room.root), real, t, room);
            for (var place : places) {
                // What is missing is made; a symbolic link would be ELOOP.
                InRoot.open(room.root, place, t, ResolveFlag.RESOLVE_NO_SYMLINKS).into(room.file).forgive(ENOENT).onSuccess(u -> u.close(room.file));
            }
            var file = InRoot.openFile(room.root, "/etc/passwd", t).into(room.file);
            if (passwd.isPresent()) expectContent(passwd.get(), t, room);
            else file.forgive(ENOENT).onSuccess(u -> u.fail(EINVAL));
            t.close(room.root);
        }
    }

    /**
     * What /etc/passwd of a container that runs says.
     *
     * @param passwd so much as {@link PasswdLook} reads
     */
    record Home(NamedProcess init, ByteBuffer passwd) implements Premise {
        @Override public void expect(Recorder t, Room room) {
            var found = t.block(passwd.limit());
            PasswdLook.read(init, found, t);
            t.own(Call.Own.EQUAL, found.address(), Operand.bytes(passwd.array()), imm(passwd.limit()), named(EINVAL.number(), "EINVAL"));
        }
    }

    /**
     * Which cgroup a container has.
     *
     * @param page the path of its {@link FrontPage}
     * @param path absolute; empty if it has none
     */
    record Cgroup(String page, String path) implements Premise {
        @Override public void expect(Recorder t, Room room) {
            var head = FrontPage.read(page, t);
            var at = head.word(FrontPage.CGROUP);
            if (path.isEmpty()) {
                t.expect(at, -1, imm(0), EINVAL);
                return;
            }
            t.call(Sys.OPENAT, Handover.at(), text(page), t.open(OpenFlag.O_RDONLY, OpenFlag.O_NOFOLLOW, OpenFlag.O_CLOEXEC)).into(room.file);
            var found = t.block(utf8(path).length + 1);
            t.expect(t.call(Sys.PREAD64, room.file, found.address(), imm(utf8(path).length + 1), at), -1, imm(utf8(path).length + 1), EINVAL);
            t.close(room.file);
            t.own(Call.Own.EQUAL, found.address(), text(path), imm(utf8(path).length + 1), named(EINVAL.number(), "EINVAL"));
        }
    }

    private static void expectLink(Operand path, String target, Recorder t, Room room) {
        var wanted = utf8(target);
        t.expect(t.call(Sys.READLINKAT, Handover.at(), path, room.buffer, imm(wanted.length + 1)), -1, imm(wanted.length), EINVAL);
        equal(wanted, t, room);
    }

    /** Reads what is open, and closes it. One byte more is asked for: then it is as long as it was, too. */
    private static void expectContent(ByteBuffer bytes, Recorder t, Room room) {
        t.set(room.left, imm(bytes.limit() + 1));
        t.set(room.at, room.buffer);
        t.repeat(Unchanged.MOST_READS, room.more, u -> {
            var got = u.call(Sys.READ, room.file, room.at, room.left);
            u.own(Call.Own.ADD, room.at, got).into(room.at);
            u.own(Call.Own.SUBTRACT, room.left, got).into(room.left);
            u.set(room.more, imm(1));
            u.when(got, -1, imm(0), v -> v.set(room.more, imm(0)));
        });
        t.close(room.file);
        t.expect(room.left, -1, imm(1), EINVAL);
        equal(bytes.array(), t, room);
    }

    private static void equal(byte[] wanted, Recorder t, Room room) {
        t.own(Call.Own.EQUAL, room.buffer, Operand.bytes(wanted), imm(wanted.length), named(EINVAL.number(), "EINVAL"));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
