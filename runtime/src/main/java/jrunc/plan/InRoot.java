package jrunc.plan;

import static jrunc.linux.Errno.EEXIST;
import static jrunc.linux.Errno.ENOENT;
import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.named;
import static jrunc.tape.Operand.octal;
import static jrunc.tape.Operand.text;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jrunc.linux.FileType;
import jrunc.linux.Flag;
import jrunc.linux.OpenFlag;
import jrunc.linux.ResolveFlag;
import jrunc.linux.Sys;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;

/**
 * Paths inside the root file system, which is hostile: each is looked up by openat2 from the root's descriptor and cannot
 * leave it, whatever symbolic links are planted or exchanged meanwhile. What is made is made by name in a directory that was
 * reached so.
 */
final class InRoot {
    private static final long OPEN_HOW = 24;
    /** openat2 answers EAGAIN while somebody renames what ".." passes; runc measured that 128 tries leave 0.1 % failures. */
    private static final int TRIES = 128;
    private static final List<Flag> INSIDE = List.of(ResolveFlag.RESOLVE_IN_ROOT, ResolveFlag.RESOLVE_NO_MAGICLINKS);
    private static final List<Flag> BENEATH = List.of(ResolveFlag.RESOLVE_BENEATH, ResolveFlag.RESOLVE_NO_XDEV, ResolveFlag.RESOLVE_NO_MAGICLINKS, ResolveFlag.RESOLVE_NO_SYMLINKS);
    private static final List<Flag> NO_LINK = List.of(ResolveFlag.RESOLVE_IN_ROOT, ResolveFlag.RESOLVE_NO_MAGICLINKS, ResolveFlag.RESOLVE_NO_SYMLINKS);

    private InRoot() {}

    /** What is to be there, if it has to be made. */
    enum Kind { DIRECTORY, FILE }

    /** Opens {@code path} for nothing but to name it; the caller says what a failure means. */
    static Recorder.Result open(Operand root, String path, Recorder t, ResolveFlag... more) {
        List<Flag> resolve = INSIDE;
        if (more.length > 0) {
            resolve = new ArrayList<>(INSIDE);
            resolve.addAll(List.of(more));
        }
        return open(root, path, t.open(OpenFlag.O_PATH, OpenFlag.O_CLOEXEC), resolve, t);
    }

    /** Opens what is taken for a file for reading, without waiting for anybody; no symbolic link is followed. */
    static Recorder.Result openFile(Operand root, String path, Recorder t) {
        return open(root, path, t.open(OpenFlag.O_RDONLY, OpenFlag.O_NONBLOCK, OpenFlag.O_CLOEXEC), NO_LINK, t);
    }

    /** Opens what is taken for a device for reading and writing, without waiting for anybody; no symbolic link is followed. */
    static Recorder.Result openDevice(Operand root, String path, Recorder t) {
        return open(root, path, t.open(OpenFlag.O_RDWR, OpenFlag.O_NOCTTY, OpenFlag.O_NONBLOCK, OpenFlag.O_CLOEXEC),
                NO_LINK, t);
    }

    /** The same, but a symbolic link at the end of {@code path} is opened itself. */
    static Recorder.Result openLink(Operand root, String path, Recorder t) {
        return open(root, path, t.open(OpenFlag.O_PATH, OpenFlag.O_NOFOLLOW, OpenFlag.O_CLOEXEC),
                INSIDE, t);
    }

    private static Recorder.Result open(Operand root, String path, Operand.Imm openFlags, List<Flag> resolve, Recorder t) {
        return t.call(Sys.OPENAT2, root, text(path), t.openHow(openFlags, resolve), imm(OPEN_HOW)).tries(TRIES);
    }

    /** Opens what is below a directory and in the same mount; no link is followed. The caller says what a failure means. */
    static Recorder.Result openBeneath(Operand directory, Operand path, Operand.Imm openFlags, Recorder t) {
        return t.call(Sys.OPENAT2, directory, path, t.openHow(openFlags, BENEATH), imm(OPEN_HOW));
    }

    /** Opens {@code path} into {@code fd}, and makes what is missing on the way to it, with mode 0755, and at its end. */
    static void openOrMake(Operand root, String path, Kind kind, Operand fd, Recorder t, ResolveFlag... more) {
        open(root, path, t, more).into(fd).on(ENOENT, u -> {
            make(root, path, kind, u);
            open(root, path, u, more).into(fd);
        });
    }

    /** Makes what is missing of a path that no symbolic link is on. */
    static void make(Operand root, String path, Kind kind, Recorder t) {
        var names = names(path);
        for (int i = 0; i < names.size(); i++) {
            String above = i == 0 ? "." : String.join("/", names.subList(0, i));
            boolean last = i == names.size() - 1;
            var directory = open(root, above, t);
            if (last && kind == Kind.FILE) makeFile(directory, names.get(i), t);
            else t.call(Sys.MKDIRAT, directory, text(names.get(i)), octal(0755)).forgive(EEXIST);
            t.close(directory);
        }
    }

    /** Makes a symbolic link in the directory {@code above}, which no link is on the way to; one to the same target may be there already. */
    static void link(Operand root, String above, String name, String target, Recorder t) {
        make(root, above, Kind.DIRECTORY, t);
        var directory = open(root, above, t);
        t.call(Sys.SYMLINKAT, text(target), directory, text(name)).on(EEXIST, u -> {
            byte[] wanted = Arrays.copyOf(target.getBytes(StandardCharsets.UTF_8), (target.getBytes(StandardCharsets.UTF_8).length / 8 + 1) * 8);
            var found = u.block(wanted.length);
            u.call(Sys.READLINKAT, directory, text(name), found.address(), imm(wanted.length));
            var words = ByteBuffer.wrap(wanted).order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < wanted.length / 8; i++) u.expect(found.word(i), -1, imm(words.getLong(i * 8)), EEXIST);
        });
        t.close(directory);
    }

    /** An empty file, made exclusively: mknodat follows no link and opens nothing. */
    private static void makeFile(Operand directory, String name, Recorder t) {
        t.call(Sys.MKNODAT, directory, text(name), named(FileType.S_IFREG.value() | 0755, "S_IFREG|0755"), imm(0)).forgive(EEXIST);
    }

    /** {@return the names on the way of a path, with "." and ".." taken out as text, as path.Clean does} */
    static List<String> names(String path) {
        List<String> names = new ArrayList<>();
        for (var name : path.split("/")) {
            switch (name) {
                case "", "." -> {}
                case ".." -> {
                    if (!names.isEmpty()) names.removeLast();
                }
                default -> names.add(name);
            }
        }
        return names;
    }

    /** {@return the path without "." and "..", from the root: {@code /dev/pts}} */
    static String clean(String path) {
        return "/" + String.join("/", names(path));
    }
}
