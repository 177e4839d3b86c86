package jrunc.lifecycle;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import jrunc.host.HostReader;
import jrunc.host.Texts;
import jrunc.kernel.FrontLine;
import jrunc.kernel.FrontSocket;
import jrunc.kernel.Glance;
import jrunc.kernel.WatchedMounts;
import jrunc.linux.Namespace;
import jrunc.linux.StateException;
import jrunc.plan.Premise;
import jrunc.tape.KeptForm;

/**
 * A caller whose front has connected with a server, as the kernel describes it: nothing of this is what the front says of itself. All
 * of it is read before the process is seen to be still there, so that it cannot be of another that got its pid.
 */
public final class FrontProcess implements Caller {
    /** Those in which a server reads for the caller. */
    private static final List<Namespace> SHARED = List.of(Namespace.MOUNT, Namespace.USER, Namespace.CGROUP, Namespace.PID, Namespace.NETWORK);
    /** What decides which files may be read. */
    private static final List<String> RIGHTS = List.of("\nUid:", "\nGid:", "\nGroups:", "\nCapEff:");

    private final FrontLine front;
    private final Place place;
    private final String process;
    private final long pid;
    private final String status;
    private final String directory;
    /** As /proc has it; most commands ask for one or two of it. */
    private final byte[] environment;
    private final String[] arguments;

    private FrontProcess(FrontLine front, int pid, Place place, Glance glance) throws IOException {
        this.front = front;
        this.pid = pid;
        this.place = place;
        process = "/proc/" + pid;
        status = glance.text(process + "/status");
        directory = glance.link(process + "/cwd");
        environment = glance.bytes(process + "/environ");
        var words = strings(glance.bytes(process + "/cmdline"));
        arguments = words.isEmpty() ? new String[0] : words.subList(1, words.size()).toArray(String[]::new);
    }

    /** What of a server decides for whom it may record; it stays as it is. */
    public static final class Place {
        private final List<String> rights = new ArrayList<>();
        private final List<String> namespaces = new ArrayList<>();
        private final String userIds;
        private final Glance.Identity root;
        private final Glance.Identity program;
        /** The same in the words of {@link Premise.Same}. */
        private final List<Long> file;
        private final WatchedMounts mounts = new WatchedMounts();

        /** @param program the front's file, that fronts must be */
        public Place(Path program) {
            try (var glance = new Glance()) {
                var status = glance.text("/proc/self/status");
                for (var label : RIGHTS) rights.add(line(status, label));
                for (var namespace : SHARED) namespaces.add(glance.link("/proc/self/ns/" + namespace.file()));
                userIds = glance.text("/proc/self/uid_map");
                root = glance.identity("/");
                this.program = glance.identity(program.toString());
                file = glance.statx(program.toString(), Premise.Same.WORDS);
            } catch (IOException e) {
                throw new StateException("look at this process: " + e.getMessage(), e);
            }
        }
    }

    /**
     * {@return who has connected; nothing if that is somebody for whom a server must not record} That is one with another program than
     * this jrunc's front, with other rights, or in another place than this process.
     */
    public static Optional<FrontProcess> of(FrontSocket front, Place place) {
        int pid = front.peer().pid();
        if (pid <= 0) return Optional.empty();
        try (var pidfd = FrontSocket.open(pid); var glance = new Glance()) {
            var process = new FrontProcess(front, pid, place, glance);
            boolean suits = process.isIn(place, glance) && glance.identity(process.process + "/exe").equals(place.program) && process.isIntact(glance);
            return suits && !FrontSocket.hasEnded(pidfd) ? Optional.of(process) : Optional.empty();
        } catch (IOException | SecurityException | jrunc.linux.JruncException gone) {
            return Optional.empty(); // or it may not be looked at, which says the same
        }
    }

    /** {@return this process, looked at as if it were a front with this line} */
    public static FrontProcess own(FrontLine line, Place place) {
        try (var glance = new Glance()) {
            var process = new FrontProcess(line, (int) ProcessHandle.current().pid(), place, glance);
            process.isIn(place, glance);
            process.isIntact(glance);
            return process;
        } catch (IOException e) {
            throw new StateException("look at this process: " + e.getMessage(), e);
        }
    }

    /** {@return what is so for it, as it sees that itself} */
    List<Premise> premises() {
        List<Premise> premises = new ArrayList<>();
        for (int i = 0; i < SHARED.size(); i++) premises.add(new Premise.Link(HostReader.SELF + "/ns/" + SHARED.get(i).file(), place.namespaces.get(i)));
        premises.add(new Premise.Link(HostReader.SELF + "/root", "/"));
        premises.add(new Premise.Link(HostReader.SELF + "/cwd", directory));
        premises.add(new Premise.Same(HostReader.SELF + "/exe", place.file));
        return premises;
    }

    /**
     * {@return the name that it has itself for a file that was read; nothing if what that says differs each time, or follows from its
     * namespaces}
     */
    Optional<String> asItsOwn(String file) {
        for (var other : List.of("/status", "/stat", "/uid_map")) if (file.equals(process + other)) return Optional.empty();
        return Optional.of(file.startsWith(process + "/") ? HostReader.SELF + file.substring(process.length()) : file);
    }

    /**
     * {@return by what its front knows its command again; nothing if it cannot, for what may differ stands elsewhere, too, or does not look, for the
     * environment bears on how something is started}
     *
     * @param endsWithId whether the id ends the command line
     * @param blanks     what may differ
     */
    Optional<KeptForm.Key> key(boolean endsWithId, Blanks blanks) {
        int id = endsWithId ? arguments.length - 1 : KeptForm.idOfExec(arguments);
        boolean known = variable("NOTIFY_SOCKET").isEmpty() && variable("LISTEN_FDS").isEmpty() && id >= 0 && arguments[id].equals(blanks.id());
        if (!known) return Optional.empty();
        int end = endsWithId ? id : arguments.length;
        var line = new StringBuilder();
        List<String> paths = new ArrayList<>(List.of("", "")); // by their flags
        for (int i = 0; i < end; i++) {
            known &= !endsWithId || !arguments[i].equals(blanks.id());
            if (i != id) line.append(arguments[i]);
            line.append('\0');
            if (i == id) continue;
            int flag = KeptForm.MASKED.indexOf(arguments[i]);
            if (flag < 0) continue;
            known &= i + 1 < end && paths.get(flag).isEmpty();
            if (!known) return Optional.empty();
            paths.set(flag, arguments[++i]);
            line.append('\0');
        }
        known &= paths.equals(List.of(blanks.pidFile().orElse(""), blanks.processFile().orElse("")));
        return known ? Optional.of(new KeptForm.Key(line.toString().getBytes(StandardCharsets.UTF_8), blanks.texts())) : Optional.empty();
    }

    private boolean isIn(Place place, Glance glance) throws IOException {
        for (int i = 0; i < RIGHTS.size(); i++) if (!line(status, RIGHTS.get(i)).equals(place.rights.get(i))) return false;
        for (int i = 0; i < SHARED.size(); i++) if (!glance.link(process + "/ns/" + SHARED.get(i).file()).equals(place.namespaces.get(i))) return false;
        return glance.identity(process + "/root").equals(place.root);
    }

    /** A directory that was removed, and text that is no UTF-8, the plain way has words for. */
    private boolean isIntact(Glance glance) throws IOException {
        if (!glance.identity(process + "/cwd").equals(glance.identity(directory))) return false;
        for (var argument : arguments) if (argument.indexOf('\uFFFD') >= 0) return false;
        return true;
    }

    /** What has been read of the caller is not read again, nor what it shares with this process. */
    @Override
    public Texts texts() {
        return file -> {
            if (file.equals(process + "/status")) return status;
            if (file.equals(process + "/mountinfo")) return place.mounts.text();
            if (file.equals(process + "/uid_map")) return place.userIds;
            try (var glance = new Glance()) {
                return glance.text(file);
            } catch (IOException e) {
                throw new StateException("read " + e.getMessage(), e);
            }
        };
    }

    /** {@return the command line, without the program's name} */
    public String[] arguments() {
        return arguments.clone();
    }

    @Override
    public String process() {
        return process;
    }

    @Override
    public Optional<FrontLine> front() {
        return Optional.of(front);
    }

    @Override
    public String directory() {
        return directory;
    }

    @Override
    public Optional<String> variable(String name) {
        var label = (name + '=').getBytes(StandardCharsets.UTF_8);
        for (int start = 0; start < environment.length; ) {
            int end = start;
            while (end < environment.length && environment[end] != 0) end++;
            if (end - start >= label.length && Arrays.equals(environment, start, start + label.length, label, 0, label.length)) {
                var value = new String(environment, start + label.length, end - start - label.length, StandardCharsets.UTF_8);
                return value.isEmpty() ? Optional.empty() : Optional.of(value);
            }
            start = end + 1;
        }
        return Optional.empty();
    }

    @Override
    public long uid() {
        return ThisProcess.effective(status, "\nUid:");
    }

    @Override
    public long gid() {
        return ThisProcess.effective(status, "\nGid:");
    }

    @Override
    public long pid() {
        return pid;
    }

    @Override
    public boolean inUserNamespace() {
        try {
            return !ThisProcess.isWhole(text(Path.of(process, "uid_map")));
        } catch (IOException e) {
            throw new StateException("read " + process + "/uid_map: " + e.getMessage(), e);
        }
    }

    private static String line(String status, String label) {
        int at = status.indexOf(label);
        return at < 0 ? "" : status.substring(at, status.indexOf('\n', at + 1));
    }

    private static List<String> strings(byte[] bytes) {
        List<String> strings = new ArrayList<>();
        int from = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] != 0) continue;
            strings.add(new String(bytes, from, i - from, StandardCharsets.UTF_8));
            from = i + 1;
        }
        return strings;
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
}
