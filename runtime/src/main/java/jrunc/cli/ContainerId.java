package jrunc.cli;

import jrunc.linux.UsageException;

/**
 * What may be a container's name: letters, digits and {@code _ + - .}, not starting with {@code .} or {@code -}, so that it is
 * one harmless path component, and never a flag. At most {@value #LONGEST} characters, so that it fits, with jrunc's own
 * prefix and suffix, a cgroup's or systemd unit's name of 255.
 */
final class ContainerId {
    /** The longest id, in characters, which are bytes. */
    static final int LONGEST = 240;

    private ContainerId() {}

    /** {@return {@code id}} */
    static String checked(String id) {
        if (id.isEmpty()) throw new UsageException("container id cannot be empty");
        if (id.length() > LONGEST) throw invalid(id.substring(0, 16) + "...", "longer than " + LONGEST + " characters");
        if (id.charAt(0) == '.' || id.charAt(0) == '-') throw invalid(id, "it starts with \"" + id.charAt(0) + '"');
        for (int i = 0; i < id.length(); i++) {
            if (!isAllowed(id.charAt(i))) throw invalid(id, "only letters, digits and _ + - . are allowed");
        }
        return id;
    }

    /** {@return an id for what is in a directory: its name, with {@code _} for what an id cannot have} */
    static String from(String directory) {
        var name = directory.substring(directory.lastIndexOf('/') + 1);
        var id = new StringBuilder();
        for (int i = 0; i < Math.min(name.length(), LONGEST); i++) {
            char c = name.charAt(i);
            id.append(isAllowed(c) && !(i == 0 && (c == '.' || c == '-')) ? c : '_');
        }
        return id.isEmpty() ? "root" : id.toString();
    }

    private static boolean isAllowed(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '+' || c == '-' || c == '.';
    }

    private static UsageException invalid(String id, String why) {
        return new UsageException("invalid container ID format: \"" + id + "\": " + why);
    }
}
