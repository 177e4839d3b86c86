package jrunc.lifecycle;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import jrunc.host.ProcessFile;
import jrunc.linux.StateException;
import jrunc.plan.ContainerRecord;
import jrunc.plan.Global;
import jrunc.plan.Handover;
import jrunc.plan.StateDirectory;

/** The containers below the root of the state, as they are now. Only reads, and no call that a fresh JVM has to link. */
final class Containers {
    /** What /proc/PID/exe of a process that waits for start leads to. */
    private static final String MACHINE = "/memfd:jrunc ";

    /** How often a record is looked for, and how long it is waited in between: far longer than a directory is without one. */
    private static final int LOOKS = 100;
    private static final Duration PAUSE = Duration.ofMillis(10);

    private final Global global;

    Containers(Global global) {
        this.global = global;
    }

    /** {@return whether the id is taken} */
    boolean exists(String id) {
        return Files.isDirectory(Path.of(StateDirectory.path(global, id)));
    }

    /**
     * {@return the record of a container} A create that has only begun has written none yet, and a delete that is nearly done has removed it: both
     * are waited for.
     *
     * @throws StateException if there is no such container, or its record cannot be read
     */
    ContainerRecord find(String id) {
        for (int look = 1;; look++) {
            if (!exists(id)) throw StateException.missing(id);
            var record = read(id);
            if (record.isPresent()) return record.get();
            if (look == LOOKS) {
                throw new StateException("container \"" + id + "\" has no record: a create or delete of it was killed; \"delete --force\" removes what is left");
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    /**
     * {@return the record, or nothing if there is none}
     *
     * @throws StateException if it cannot be read, or is another container's: then every act on it would hit that one
     */
    Optional<ContainerRecord> read(String id) {
        try {
            var record = ContainerRecord.parse(Files.readString(Path.of(StateDirectory.path(global, id), ContainerRecord.FILE)));
            if (!record.id().equals(id)) throw new StateException("the record is that of container \"" + record.id() + "\"");
            return Optional.of(record);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (StateException e) {
            throw new StateException("container \"" + id + "\": " + e.getMessage() + "; \"delete --force\" removes what is left", e);
        } catch (IOException e) {
            throw new StateException("read the record of container \"" + id + "\": " + e.getMessage(), e);
        }
    }

    /** {@return what is known of a container now; nothing if it is gone meanwhile} */
    Optional<ContainerState> state(ContainerRecord record) {
        String id = record.id();
        try {
            String owner = Owner.of(Path.of(StateDirectory.path(global, id)));
            String status = status(record);
            int pid = status.equals("stopped") ? 0 : (int) record.pid();
            return Optional.of(new ContainerState(record.ociVersion(), id, pid, status, record.bundle(), record.rootfs(), record.created(),
                    record.annotations(), owner));
        } catch (NoSuchFileException gone) {
            return Optional.empty();
        } catch (IOException e) {
            throw new StateException("read the state of container \"" + id + "\": " + e.getMessage(), e);
        }
    }

    /** {@return the ids of all containers, in order} */
    List<String> ids() {
        List<String> ids = new ArrayList<>();
        try (var directories = Files.newDirectoryStream(Path.of(global.root()), Files::isDirectory)) {
            for (var directory : directories) ids.add(directory.getFileName().toString());
        } catch (NoSuchFileException none) {
            return ids; // nobody has made a container yet
        } catch (IOException | DirectoryIteratorException e) {
            throw new StateException("list " + global.root() + ": " + e.getMessage(), e);
        }
        ids.sort(null);
        return ids;
    }

    /**
     * {@return the status in the spec's words} The kernel is asked, not a note: a process that is still the machine has not been
     * started, whoever was killed in between.
     */
    String status(ContainerRecord record) {
        if (record.pid() == 0) {
            return ProcessFile.startTime(record.creator()) == record.creatorStart() ? "creating" : "stopped";
        }
        if (ProcessFile.startTime(record.pid()) != record.startTime()) return "stopped";
        if (isFrozen(record)) return "paused";
        boolean waits = Files.exists(Path.of(StateDirectory.path(global, record.id()), StateDirectory.START)) && isMachine(record.pid());
        return waits ? "created" : "running";
    }

    private static boolean isFrozen(ContainerRecord record) {
        if (record.cgroup().isEmpty()) return false;
        try (var freeze = new FileInputStream(record.mountPoint() + record.cgroup() + "/cgroup.freeze")) {
            return freeze.read() == '1';
        } catch (IOException gone) {
            return false; // ended meanwhile, or a kernel before Linux 5.2
        }
    }

    private static boolean isMachine(long pid) {
        String executable = ProcessFile.executable(pid);
        return executable.isEmpty() ? ProcessFile.name(pid).equals(Handover.WAITING) : executable.startsWith(MACHINE);
    }
}
