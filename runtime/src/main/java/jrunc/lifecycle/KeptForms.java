package jrunc.lifecycle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import jrunc.linux.Arch;
import jrunc.linux.StateException;
import jrunc.machine.LastPlay;
import jrunc.plan.Premise;
import jrunc.plan.Unchanged;
import jrunc.tape.Form;
import jrunc.tape.KeptForm;
import jrunc.tape.Tape;

/**
 * The forms that fronts fill in and play by themselves, without a server: files below a directory of root's, written by one thread and by
 * nobody else. They are there as long as their server, and whatever becomes of it they do no harm: each begins by looking whether
 * all is as it was.
 */
public final class KeptForms implements AutoCloseable {
    /** So many bytes are kept, of what was written last; most take less than a fifth of a megabyte. */
    private static final long ROOM = 32 << 20;
    private static final long DAY = 86_400;
    /** What RFC 3339 takes for a date. */
    private static final int DATE = 10;

    private final Path directory;
    private final Map<String, Reasons> kept = new LinkedHashMap<>();
    private final Consumer<String> said;
    private long size;
    private boolean opened;
    private boolean closed;

    /**
     * A command that could be kept.
     *
     * @param key       which command
     * @param kind      of an exec: what containers must have in common, but for the host, to have one form; of others nothing
     * @param premises  what its recording rests on
     * @param blanks    what is in its blanks
     * @param of        what it rests on beside with this in the blanks
     * @param recording what a front plays with this in the blanks, behind the look at the premises
     */
    record Wanted(KeptForm.Key key, List<?> kind, List<Premise> premises, Blanks blanks, Function<Blanks, List<Premise>> of, BiFunction<Blanks, Tape, Form.Filled> recording) {
        List<Premise> all(Blanks with) {
            List<Premise> all = new ArrayList<>(premises);
            all.addAll(of.apply(with));
            return all;
        }

        Form.Filled filled(Blanks with) {
            return recording.apply(with, Unchanged.of(Arch.host(), all(with)));
        }
    }

    /** Why a file is as it is. */
    private record Reasons(byte[] command, List<?> kind, List<Premise> premises, String date, int size) {
        boolean areLike(Reasons other) {
            return Arrays.equals(command, other.command) && kind.equals(other.kind) && premises.equals(other.premises) && date.equals(other.date);
        }

        Reasons with(int bytes) {
            return new Reasons(command, kind, premises, date, bytes);
        }
    }

    /** @param said hears why nothing more can be kept */
    public KeptForms(Path directory, Consumer<String> said) {
        this.directory = directory;
        this.said = said;
    }

    /** Begins with an empty directory: what another server has left may be of another jrunc. One that is closed already stays so. */
    public synchronized void open() throws IOException {
        if (closed) return;
        if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) remove();
        Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        opened = true;
    }

    private void remove() throws IOException {
        try (var files = Files.newDirectoryStream(directory)) {
            for (var file : files) Files.delete(file);
        }
        Files.delete(directory);
    }

    /** Keeps it, unless it is kept already as it is now. What cannot be kept fronts ask the server for. {@return how many bytes it takes} */
    synchronized int keep(Wanted wanted) {
        if (closed) return 0;
        try {
            return kept(wanted);
        } catch (IOException e) {
            closed = true;
            said.accept("keep a form below " + directory + ": " + e.getMessage() + '\n');
            return 0;
        }
    }

    private int kept(Wanted wanted) throws IOException {
        String name = name(wanted);
        String date = wanted.blanks.now().substring(0, DATE);
        var before = kept.get(name);
        var now = new Reasons(wanted.key.command(), wanted.kind, wanted.all(wanted.blanks), date, 0);
        if (before != null && before.areLike(now)) return before.size;
        var form = wanted.blanks.form(wanted::filled);
        var bytes = form.isEmpty() ? Optional.<byte[]>empty() : KeptForm.of(form.get(), wanted.key, LocalDate.parse(date).toEpochDay() * DAY, LastPlay.ADDRESS);
        if (bytes.isPresent()) write(name, bytes.get());
        else Files.deleteIfExists(directory.resolve(name)); // of what has the same name
        if (before != null) size -= before.size;
        now = now.with(bytes.isPresent() ? bytes.get().length : 0);
        kept.remove(name); // the newest is the last
        kept.put(name, now);
        size += now.size;
        while (size > ROOM) {
            var eldest = kept.entrySet().iterator();
            var gone = eldest.next();
            Files.deleteIfExists(directory.resolve(gone.getKey()));
            size -= gone.getValue().size;
            eldest.remove();
        }
        return now.size;
    }

    /** {@return the name of the file} One container that is not as those which the usual file is of has its own. */
    private String name(Wanted wanted) {
        var any = kept.get(wanted.key.name());
        boolean ofAnyOther = any != null && !any.kind.equals(wanted.kind) || kept.containsKey(wanted.key.nameOfOne());
        return ofAnyOther ? wanted.key.nameOfOne() : wanted.key.name();
    }

    /** {@return whether a front has used one of them, or one was written, since then} */
    synchronized boolean areOfUse(Instant since) {
        for (var name : kept.keySet()) {
            try {
                if (Files.getLastModifiedTime(directory.resolve(name)).toInstant().isAfter(since)) return true;
            } catch (IOException gone) {
                continue; // it could not be kept
            }
        }
        return false;
    }

    /** A front may have the old one mapped: a new one takes its place. */
    private void write(String name, byte[] bytes) throws IOException {
        var fresh = directory.resolve("new");
        Files.deleteIfExists(fresh);
        Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(fresh, bytes);
        Files.move(fresh, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Removes all of them. */
    @Override
    public synchronized void close() {
        closed = true;
        if (!opened) return;
        try {
            remove();
        } catch (IOException e) {
            throw new StateException("remove " + directory + ": " + e.getMessage(), e);
        }
    }
}
