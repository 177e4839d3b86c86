package jrunc.lifecycle;

import java.util.List;
import java.util.Optional;
import jrunc.host.Host;

/**
 * What differs from one command to the next of the same kind, and shows on a tape only as text.
 *
 * @param id  of the container
 * @param now the time of day, as {@link Host#now} has it
 * @param pid of the process that plays
 * @param startTime of that process
 * @param pidFile absolute
 */
record Blanks(String id, String now, long pid, long startTime, Optional<String> pidFile) {
    static Blanks of(String id, Optional<String> pidFile, Host host) {
        return new Blanks(id, host.now(), host.pid(), host.startTime(), pidFile);
    }

    /** {@return texts of the same lengths, to find by: of those for {@code one} and for the others each character differs that is no punctuation} */
    Blanks sample(boolean one) {
        return new Blanks(same(id, one ? 'A' : 'B'), date(now, one ? '5' : '6'), Long.parseLong(same(Long.toString(pid), one ? '1' : '2')),
                Long.parseLong(same(Long.toString(startTime), one ? '3' : '4')), pidFile.map(path -> sample(path, one)));
    }

    /** The path's parts stay where they are. */
    private static String sample(String path, boolean one) {
        int name = path.lastIndexOf('/') + 1;
        var text = new StringBuilder(path);
        for (int i = 0; i < path.length(); i++) {
            if (path.charAt(i) != '/') text.setCharAt(i, i < name ? one ? 'C' : 'D' : one ? 'E' : 'F');
        }
        return text.toString();
    }

    private static String date(String date, char digit) {
        var text = new StringBuilder(date);
        for (int i = 0; i < date.length(); i++) if (Character.isDigit(date.charAt(i))) text.setCharAt(i, digit);
        return text.toString();
    }

    private static String same(String text, char letter) {
        return String.valueOf(letter).repeat(text.length());
    }

    Host in(Host host) {
        return host.with(pid, startTime, now);
    }

    /** {@return the texts as they stand on a tape; of the pid file its directory and its name, which are used apart} */
    List<String> texts() {
        if (pidFile.isEmpty()) return List.of(id, now, Long.toString(pid), Long.toString(startTime));
        int slash = pidFile.get().lastIndexOf('/');
        return List.of(id, now, Long.toString(pid), Long.toString(startTime), pidFile.get().substring(Math.min(1, slash), slash), pidFile.get().substring(slash + 1));
    }
}
