package jrunc.plan;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import jrunc.config.Resources;
import jrunc.linux.Signal;

/**
 * What the caller asks for: one command line, read and checked for its form, with every path absolute. Plans are functions of
 * (config, host, command), so it stands beside them; who reads a command line is {@code cli}, who carries it out is
 * {@code lifecycle}.
 */
public sealed interface Command {
    /**
     * Calls the one method of {@code performer} that this command is for. A switch over the types would say the same, but its
     * bootstrap costs a fresh JVM 4 ms with an AOT cache and 12 ms without.
     *
     * @return what that method returns
     */
    int performedBy(Performer performer);

    /**
     * Makes a container and leaves its process waiting for {@link Start}.
     *
     * @param id            a container id, see {@code jrunc.cli.ContainerId}
     * @param bundle        absolute: the directory of config.json
     * @param pidFile       absolute: where the number of the container's process goes, digits only
     * @param consoleSocket absolute: the AF_UNIX socket that receives the terminal
     * @param pidfdSocket   absolute: the AF_UNIX socket that receives a pidfd of the container's process
     * @param preserveFds   how many descriptors from 3 on the container keeps, those of {@code ties.listenFds()} first
     * @param noPivot       do not use pivot_root
     * @param noNewKeyring  keep the caller's session keyring
     * @param overlay       a throw-away writable layer over the root file system
     * @param ties          what ties the container to the caller
     */
    record Create(String id, String bundle, Optional<String> pidFile, Optional<String> consoleSocket, Optional<String> pidfdSocket,
            int preserveFds, boolean noPivot, boolean noNewKeyring, boolean overlay, Ties ties) implements Command {
        /** Of a container that is left to itself. */
        public Create(String id, String bundle, Optional<String> pidFile, Optional<String> consoleSocket, Optional<String> pidfdSocket,
                int preserveFds, boolean noPivot, boolean noNewKeyring, boolean overlay) {
            this(id, bundle, pidFile, consoleSocket, pidfdSocket, preserveFds, noPivot, noNewKeyring, overlay, Ties.NONE);
        }

        /** {@return the same for another container} */
        public Create with(String otherId, Optional<String> otherPidFile) {
            return new Create(otherId, bundle, otherPidFile, consoleSocket, pidfdSocket, preserveFds, noPivot, noNewKeyring, overlay, ties);
        }

        @Override
        public int performedBy(Performer performer) {
            return performer.create(this);
        }
    }

    /**
     * {@link Create}, {@link Start}, then, if it has ties to the foreground, wait for its end and delete it.
     *
     * @param keep do not delete when it has ended
     */
    record Run(Create create, boolean keep) implements Command {
        @Override
        public int performedBy(Performer performer) {
            return performer.run(this);
        }
    }

    /**
     * Lets the created container's process run.
     *
     * @param notifySocket who is told when it says that it is ready, see {@link Ties}
     */
    record Start(String id, Optional<String> notifySocket) implements Command {
        /** Nobody wants to know. */
        public Start(String id) {
            this(id, Optional.empty());
        }

        @Override
        public int performedBy(Performer performer) {
            return performer.start(this);
        }
    }

    /**
     * Runs another process in a container.
     *
     * @param processFile   absolute: the JSON of the process; without it, it is that of the container's config
     * @param changes       what is different about the process
     * @param detach        do not wait for its end
     * @param pidFile       absolute: where its number goes, digits only
     * @param consoleSocket absolute: the AF_UNIX socket that receives its terminal
     * @param pidfdSocket   absolute: the AF_UNIX socket that receives a pidfd of it
     * @param preserveFds   how many descriptors from 3 on it keeps, 0 or more
     * @param cgroup        below the container's cgroup, without "..": where it runs
     * @param ignorePaused  even in a container that is paused
     */
    record Exec(String id, Optional<String> processFile, ProcessChanges changes, boolean detach, Optional<String> pidFile,
            Optional<String> consoleSocket, Optional<String> pidfdSocket, int preserveFds, Optional<String> cgroup, boolean ignorePaused)
            implements Command {
        /** {@return the same in another container} */
        public Exec in(String otherId) {
            return new Exec(otherId, processFile, changes, detach, pidFile, consoleSocket, pidfdSocket, preserveFds, cgroup, ignorePaused);
        }

        /** {@return the same with another process file and pid file} */
        public Exec with(Optional<String> otherProcessFile, Optional<String> otherPidFile) {
            return new Exec(id, otherProcessFile, changes, detach, otherPidFile, consoleSocket, pidfdSocket, preserveFds, cgroup, ignorePaused);
        }

        @Override
        public int performedBy(Performer performer) {
            return performer.exec(this);
        }
    }

    /**
     * What the flags of {@code exec} say of the process; what is empty stays as it is.
     *
     * @param args           the program and its arguments
     * @param env            is added
     * @param additionalGids are added
     * @param capabilities   are added, by name
     */
    record ProcessChanges(List<String> args, boolean terminal, Optional<String> cwd, List<String> env, OptionalLong uid, OptionalLong gid,
            List<Long> additionalGids, List<String> capabilities, Optional<String> apparmorProfile, Optional<String> selinuxLabel,
            boolean noNewPrivileges) {
        public ProcessChanges {
            args = List.copyOf(args);
            env = List.copyOf(env);
            additionalGids = List.copyOf(additionalGids);
            capabilities = List.copyOf(capabilities);
        }
    }

    /** Prints what is known of one container, as JSON. */
    record State(String id) implements Command {
        @Override
        public int performedBy(Performer performer) {
            return performer.state(this);
        }
    }

    /**
     * Sends a signal to the container's process.
     *
     * @param signal number 0 only asks whether the process is there
     * @param all    to every process of the container; a container that has stopped is then no error
     * @param await  return when no process of the container is left
     */
    record Kill(String id, Signal signal, boolean all, boolean await) implements Command {
        @Override
        public int performedBy(Performer performer) {
            return performer.kill(this);
        }
    }

    /**
     * Removes a stopped container and all that belongs to it.
     *
     * @param force kill it first if it still runs; a container that does not exist is then no error
     */
    record Delete(String id, boolean force) implements Command {
        @Override
        public int performedBy(Performer performer) {
            return performer.delete(this);
        }
    }

    /** Prints all containers below the root. {@code quiet} prints ids only, whatever the format. */
    record ListContainers(ListFormat format, boolean quiet) implements Command {
        @Override
        public int performedBy(Performer performer) {
            return performer.list(this);
        }
    }

    /**
     * Writes a default config.json.
     *
     * @param bundle   absolute: the directory it goes to
     * @param rootless for a caller who is not root: a user namespace in which the caller is root
     */
    record Spec(String bundle, boolean rootless) implements Command {
        @Override
        public int performedBy(Performer performer) {
            return performer.spec(this);
        }
    }

    /**
     * Prints what create would refuse or pass over.
     *
     * @param bundle absolute
     * @param strict what would be passed over is wrong, too
     */
    record Validate(String bundle, boolean strict) implements Command {
        @Override
        public int performedBy(Performer performer) {
            return performer.validate(this);
        }
    }

    /** Prints what this jrunc knows of the spec, as JSON. {@code annotations} are about jrunc itself. */
    record Features(Map<String, String> annotations) implements Command {
        @Override
        public int performedBy(Performer performer) {
            return performer.features(this);
        }
    }

    /** Freezes all processes of the container. */
    record Pause(String id) implements Command {
        @Override
        public int performedBy(Performer performer) {
            return performer.pause(this);
        }
    }

    /** Lets the processes of a paused container go on. */
    record Resume(String id) implements Command {
        @Override
        public int performedBy(Performer performer) {
            return performer.resume(this);
        }
    }

    /**
     * Prints the processes of the container: their numbers as JSON, or the lines of the host's {@code ps} about them.
     *
     * @param arguments of {@code ps}; {@code -ef} if there are none
     */
    record Ps(String id, ListFormat format, List<String> arguments) implements Command {
        public Ps {
            arguments = List.copyOf(arguments);
        }

        @Override
        public int performedBy(Performer performer) {
            return performer.ps(this);
        }
    }

    /**
     * Changes the limits of a container that runs.
     *
     * @param file          absolute: a JSON object as linux.resources is; {@code -} for standard input. Nothing else counts then
     * @param limits        what is to change, all else stays
     * @param l3CacheSchema for the container's group of resctrl
     * @param memBwSchema   likewise
     * @param ignored       flags that are accepted for old callers' sake, and mean nothing
     */
    record Update(String id, Optional<String> file, Resources limits, Optional<String> l3CacheSchema, Optional<String> memBwSchema,
            List<String> ignored) implements Command {
        public Update {
            ignored = List.copyOf(ignored);
        }

        @Override
        public int performedBy(Performer performer) {
            return performer.update(this);
        }
    }

    /**
     * Prints what happens to a container, a line of JSON each.
     *
     * @param interval nanoseconds from one line of statistics to the next, at least 1
     * @param stats    only the statistics of now
     */
    record Events(String id, long interval, boolean stats) implements Command {
        @Override
        public int performedBy(Performer performer) {
            return performer.events(this);
        }
    }

    /**
     * Removes what commands that were killed have left, as far as jrunc's own records know of it.
     *
     * @param dryRun only print what that is
     */
    record Gc(boolean dryRun) implements Command {
        @Override
        public int performedBy(Performer performer) {
            return performer.gc(this);
        }
    }

    /** Makes a bundle of an image, or an image of a container. */
    record Bundle(BundleRequest request) implements Command {
        @Override
        public int performedBy(Performer performer) {
            return performer.bundle(this);
        }
    }

    /** Prints the tapes that {@code of} would play, and plays none. {@code of} is one of those that play some. */
    record Explain(Command of) implements Command {
        @Override
        public int performedBy(Performer performer) {
            return performer.explain(this);
        }
    }

    /**
     * Writes a program that does {@link Run} by itself, in the foreground.
     *
     * @param create what it makes
     * @param output absolute: the file
     */
    record Compile(Create create, String output) implements Command {
        @Override
        public int performedBy(Performer performer) {
            return performer.compile(this);
        }
    }

    /** How {@link ListContainers} and {@link Ps} print. */
    enum ListFormat { TABLE, JSON }

    /** One method per command: a new command does not compile until all who perform commands know it. */
    interface Performer {
        int create(Create command);

        int run(Run command);

        int start(Start command);

        int exec(Exec command);

        int state(State command);

        int kill(Kill command);

        int delete(Delete command);

        int list(ListContainers command);

        int spec(Spec command);

        int validate(Validate command);

        int features(Features command);

        int explain(Explain command);

        int pause(Pause command);

        int resume(Resume command);

        int ps(Ps command);

        int update(Update command);

        int events(Events command);

        int gc(Gc command);

        int bundle(Bundle command);

        int compile(Compile command);
    }
}
