package jrunc.lifecycle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jrunc.kernel.FrontLine;
import jrunc.kernel.FrontSocket;
import jrunc.linux.Namespace;
import jrunc.linux.StateException;

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
    private final String process;
    private final long pid;
    private final String status;
    private final String directory;
    private final List<String> environment;
    private final String[] arguments;

    private FrontProcess(FrontLine front, int pid) throws IOException {
        this.front = front;
        this.pid = pid;
        process = "/proc/" + pid;
        status = read("status");
        directory = Files.readSymbolicLink(Path.of(process, "cwd")).toString();
        environment = strings("environ");
        var words = strings("cmdline");
        arguments = words.isEmpty() ? new String[0] : words.subList(1, words.size()).toArray(String[]::new);
    }

    /**
     * {@return who has connected; nothing if that is somebody for whom a server must not record} That is one with another program than
     * this jrunc's front, with other rights, or in another place than this process.
     */
    public static Optional<FrontProcess> of(FrontSocket front, Path program) {
        int pid = front.peer().pid();
        if (pid <= 0) return Optional.empty();
        try (var pidfd = FrontSocket.open(pid)) {
            var process = new FrontProcess(front, pid);
            boolean suits = process.hasOwnRights() && process.isHere() && process.plays(program) && process.isIntact();
            return suits && !FrontSocket.hasEnded(pidfd) ? Optional.of(process) : Optional.empty();
        } catch (IOException | SecurityException | jrunc.linux.JruncException gone) {
            return Optional.empty(); // or it may not be looked at, which says the same
        }
    }

    /** {@return this process, as if it were a front with this line} */
    public static FrontProcess own(FrontLine line) {
        try {
            var process = new FrontProcess(line, (int) ProcessHandle.current().pid());
            if (process.hasOwnRights() && process.isHere() && process.isIntact()) return process;
            throw new StateException("read " + process.process + ": it is not itself");
        } catch (IOException e) {
            throw new StateException("read this process: " + e.getMessage(), e);
        }
    }

    private boolean hasOwnRights() throws IOException {
        var own = text(Path.of("/proc/self/status"));
        for (var label : RIGHTS) if (!line(status, label).equals(line(own, label))) return false;
        return true;
    }

    private boolean isHere() throws IOException {
        for (var namespace : SHARED) {
            var theirs = Files.readSymbolicLink(Path.of(process, "ns", namespace.file()));
            if (!theirs.equals(Files.readSymbolicLink(Path.of("/proc/self/ns", namespace.file())))) return false;
        }
        return Files.isSameFile(Path.of(process, "root"), Path.of("/"));
    }

    private boolean plays(Path program) throws IOException {
        return Files.isSameFile(Path.of(process, "exe"), program);
    }

    /** A directory that was removed, and text that is no UTF-8, the plain way has words for. */
    private boolean isIntact() throws IOException {
        if (!Files.isSameFile(Path.of(process, "cwd"), Path.of(directory))) return false;
        for (var argument : arguments) if (argument.indexOf('\uFFFD') >= 0) return false;
        return true;
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
        for (var variable : environment) {
            if (!variable.startsWith(name + "=")) continue;
            var value = variable.substring(name.length() + 1);
            return value.isEmpty() ? Optional.empty() : Optional.of(value);
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
            return !ThisProcess.isWhole(read("uid_map"));
        } catch (IOException e) {
            throw new StateException("read " + process + "/uid_map: " + e.getMessage(), e);
        }
    }

    private static String line(String status, String label) {
        int at = status.indexOf(label);
        return at < 0 ? "" : status.substring(at, status.indexOf('\n', at + 1));
    }

    private List<String> strings(String file) throws IOException {
        List<String> strings = new ArrayList<>();
        var bytes = Files.readAllBytes(Path.of(process, file));
        int from = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] != 0) continue;
            strings.add(StandardCharsets.UTF_8.decode(ByteBuffer.wrap(bytes, from, i - from)).toString());
            from = i + 1;
        }
        return strings;
    }

    private String read(String file) throws IOException {
        return text(Path.of(process, file));
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
}
