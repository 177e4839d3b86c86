package jrunc.image;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jrunc.linux.UsageException;

/** Finds one image among several by the name that somebody gives. */
final class ImageNames {
    private ImageNames() {}

    /** Something that has names; the shorter ones may be parts of the longer ones. */
    record Named<T>(List<String> names, T thing) {}

    /**
     * {@return all that {@code wanted} may mean}
     *
     * @param wanted a whole name, its end after a slash, or one without the tag {@code latest}; nothing for all
     */
    static <T> List<Named<T>> matching(List<Named<T>> all, Optional<String> wanted) {
        if (wanted.isEmpty()) return all;
        List<Named<T>> exact = new ArrayList<>();
        List<Named<T>> likely = new ArrayList<>();
        for (var each : all) {
            if (each.names.contains(wanted.get())) exact.add(each);
            else if (means(each.names, wanted.get())) likely.add(each);
        }
        return exact.isEmpty() ? likely : exact;
    }

    private static boolean means(List<String> names, String wanted) {
        var tagged = wanted.indexOf(':', wanted.lastIndexOf('/') + 1) < 0 ? wanted + ":latest" : wanted;
        for (var name : names) {
            if (name.equals(tagged) || name.endsWith('/' + tagged)) return true;
        }
        return false;
    }

    /**
     * {@return that nothing, or more than one thing, is meant, with what there is}
     *
     * @param source the file or directory
     */
    static <T> UsageException undecided(String source, List<Named<T>> all, Optional<String> wanted) {
        var choices = new StringBuilder();
        for (var each : all) choices.append(choices.isEmpty() ? "" : ", ").append(each.names.isEmpty() ? "one without a name" : each.names.getFirst());
        if (wanted.isPresent()) {
            boolean none = matching(all, wanted).isEmpty();
            return new UsageException(source + ": " + (none ? "no image " : "more than one image ") + wanted.get() + "; there is: " + choices);
        }
        return new UsageException(source + ": more than one image; write " + source + ":NAME with one of: " + choices);
    }
}
