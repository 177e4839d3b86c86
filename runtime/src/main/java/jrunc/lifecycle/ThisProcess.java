package jrunc.lifecycle;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.StringTokenizer;
import jrunc.kernel.FrontPipe;
import jrunc.linux.StateException;

/** The caller as {@code /proc/self} describes it, read only when asked: ids by a file cost a fresh JVM less than by a call. */
public class ThisProcess implements Caller {
    /** The property in which the front says where the caller is: a JVM that is there itself does not start once that was removed. */
    public static final String DIRECTORY = "jrunc.directory";

    @Override
    public String directory() {
        var directory = System.getProperty(DIRECTORY, System.getProperty("user.dir"));
        if (directory.isEmpty()) throw new StateException("find the working directory: /proc/self/cwd does not say; is its path too long?");
        return directory;
    }

    @Override
    public Optional<String> variable(String name) {
        var value = System.getenv(name);
        return value == null || value.isEmpty() ? Optional.empty() : Optional.of(value);
    }

    @Override
    public long uid() {
        return effective(read("/proc/self/status"), "\nUid:");
    }

    @Override
    public long gid() {
        return effective(read("/proc/self/status"), "\nGid:");
    }

    @Override
    public long pid() {
        String status = read("/proc/self/status");
        String label = FrontPipe.exists() ? "\nPPid:\t" : "\nPid:\t";
        int start = status.indexOf(label) + label.length();
        return Long.parseLong(status.substring(start, status.indexOf('\n', start)));
    }

    @Override
    public boolean inUserNamespace() {
        return !isWhole(read("/proc/self/uid_map"));
    }

    /** {@return how much memory this process holds, in bytes} */
    public static long resident() {
        var status = read("/proc/self/status");
        int at = status.indexOf("\nVmRSS:") + "\nVmRSS:".length();
        return 1024 * Long.parseLong(status.substring(at, status.indexOf(" kB", at)).strip());
    }

    /** {@return whether {@code uidMap} is the map of the first user namespace: every id, onto itself} */
    static boolean isWhole(String uidMap) {
        var words = new StringTokenizer(uidMap);
        return words.countTokens() == 3 && words.nextToken().equals("0") && words.nextToken().equals("0")
                && words.nextToken().equals("4294967295");
    }

    /** {@return the second number of the line that starts with {@code label}: real, effective, saved, file system} */
    static long effective(String status, String label) {
        int at = status.indexOf(label);
        int start = at < 0 ? -1 : status.indexOf('\t', status.indexOf('\t', at) + 1) + 1;
        int end = start <= 0 ? -1 : status.indexOf('\t', start);
        if (end < 0) throw new StateException("read /proc/self/status: no line \"" + label.substring(1) + "\"; is /proc a proc file system?");
        return Long.parseLong(status.substring(start, end));
    }

    private static String read(String path) {
        try (var file = new FileInputStream(path)) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new StateException("read " + path + ": " + e.getMessage() + "; jrunc needs /proc", e);
        }
    }
}
