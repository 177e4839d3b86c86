package jrunc.lifecycle;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import jrunc.host.Host;
import jrunc.tape.Form;
import jrunc.tape.KeptForm;

/**
 * What differs from one command to the next of the same kind, and shows on a tape only as text.
 *
 * @param id  of the container
 * @param now the time of day, as {@link Host#now} has it
 * @param pid of the process that plays
 * @param startTime of that process
 * @param pidFile absolute
 * @param processFile where an exec's process is described, absolute
 */
record Blanks(String id, String now, long pid, long startTime, Optional<String> pidFile, Optional<String> processFile) {
    static Blanks of(String id, Optional<String> pidFile, Host host) {
        return of(id, pidFile, Optional.empty(), host);
    }

    static Blanks of(String id, Optional<String> pidFile, Optional<String> processFile, Host host) {
        return new Blanks(id, host.now(), host.pid(), host.startTime(), pidFile, processFile);
    }

    /** {@return texts of the same lengths, to find by: of those for {@code one} and for the others each character differs that is no punctuation} */
    Blanks sample(boolean one) {
        return new Blanks(same(id, one ? 'A' : 'B'), date(now, one ? '5' : '6'), Long.parseLong(same(Long.toString(pid), one ? '1' : '2')),
                Long.parseLong(same(Long.toString(startTime), one ? '3' : '4')), pidFile.map(path -> sample(path, one ? "CE" : "DF")), processFile.map(path -> sample(path, one ? "GI" : "HJ")));
    }

    /**
     * The path's parts stay where they are.
     *
     * @param letters of the directory and of the name
     */
    private static String sample(String path, String letters) {
        int name = path.lastIndexOf('/') + 1;
        var text = new StringBuilder(path);
        for (int i = 0; i < path.length(); i++) {
            if (path.charAt(i) != '/') text.setCharAt(i, letters.charAt(i < name ? 0 : 1));
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

    /** {@return the form of what is recorded, if it differs in these blanks only: found by recording with samples and with what is in them now} */
    Optional<Form> form(Function<Blanks, Form.Filled> recording) {
        var one = sample(true);
        var other = sample(false);
        return Form.of(() -> recording.apply(one), one.texts(), () -> recording.apply(other), other.texts(), () -> recording.apply(this), texts());
    }

    Host in(Host host) {
        return host.with(pid, startTime, now);
    }

    /** {@return the texts as they stand on a tape, by {@link KeptForm.Text}; of the pid file its directory and its name, which are used apart} */
    List<String> texts() {
        String file = pidFile.orElse("/");
        int slash = file.lastIndexOf('/');
        return List.of(id, now, Long.toString(pid), Long.toString(startTime), file.substring(Math.min(1, slash), slash), file.substring(slash + 1), processFile.map(path -> path.substring(1)).orElse(""));
    }
}
