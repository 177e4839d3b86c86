package jrunc.config;

import java.util.List;
import java.util.Optional;
import jrunc.linux.Namespace;

/**
 * The name of a sysctl: {@code net.ipv4.ip_forward}, or {@code net/ipv4/conf/eth0.100/rp_filter}, where dots belong to the
 * parts. As in sysctl.d(5), the first separator says which of the two it is; in the first kind a slash stands for a dot.
 */
public final class SysctlName {
    private static final List<String> IPC = List.of("kernel/msgmax", "kernel/msgmnb", "kernel/msgmni", "kernel/sem",
            "kernel/shmall", "kernel/shmmax", "kernel/shmmni", "kernel/shm_rmid_forced");

    private SysctlName() {}

    /** {@return the kind of namespace that has a file below {@code /proc/sys} of its own; none for the host's} */
    public static Optional<Namespace> namespace(String path) {
        if (path.startsWith("net/")) return Optional.of(Namespace.NETWORK);
        if (path.startsWith("user/")) return Optional.of(Namespace.USER);
        if (path.startsWith("fs/mqueue/") || IPC.contains(path)) return Optional.of(Namespace.IPC);
        return path.equals("kernel/domainname") ? Optional.of(Namespace.UTS) : Optional.empty();
    }

    /**
     * {@return the file below {@code /proc/sys}, {@code net/ipv4/ip_forward}; null if the name does not lead to one, because
     * it has fewer than two parts, or a part that is empty, {@code .} or {@code ..}, or holds a control character}
     */
    public static String path(String name) {
        int first = 0;
        while (first < name.length() && name.charAt(first) != '.' && name.charAt(first) != '/') first++;
        if (first == name.length()) return null;
        var path = name.charAt(first) == '/' ? name : swapped(name);
        for (var part : path.split("/", -1)) {
            if (part.isEmpty() || part.equals(".") || part.equals("..")) return null;
        }
        for (int i = 0; i < path.length(); i++) {
            if (Character.isISOControl(path.charAt(i))) return null;
        }
        return path;
    }

    private static String swapped(String name) {
        var path = new StringBuilder(name);
        for (int i = 0; i < path.length(); i++) {
            if (path.charAt(i) == '.') path.setCharAt(i, '/');
            else if (path.charAt(i) == '/') path.setCharAt(i, '.');
        }
        return path.toString();
    }
}
