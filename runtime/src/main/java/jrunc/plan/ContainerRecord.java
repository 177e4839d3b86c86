package jrunc.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jrunc.linux.Rfc3339;
import jrunc.linux.StateException;

/**
 * What jrunc writes down about a container, in the file {@value #FILE} of its state directory: enough to act on it and to
 * remove it, even if the command that made it was killed half-way. Lines of {@code key value}, so that a fresh JVM reads it
 * without starting a JSON library, and so that a tape can write the two numbers that nobody knows before.
 *
 * @param pid         of the container's process on the host, 0 while the container is being made
 * @param startTime   of that process, in clock ticks since boot: the two together name one process
 * @param creator     the process that makes the container, 0 if that is known only when it does
 * @param creatorStart its start time; while it lives a container without a pid is being created
 * @param created     RFC 3339
 * @param mountPoint  of the cgroup tree, empty if the container has no cgroup
 * @param cgroup      from the tree's root
 * @param cgroupsMade directories that were not there before, outermost first
 * @param ownPids     whether the container has a pid namespace, whose other processes end with its first
 * @param pidFile     empty if none was asked for
 * @param hooks       the kinds of hooks that come after create, so that only who has some to play reads the config again
 * @param words       what a person reads if a cell from {@code start} on fails, by the number of the cell
 * @param unit        the systemd unit whose cgroup the container's is, or is below; empty without systemd
 * @param resctrlGroups directories of the resctrl file system that go with the container, innermost first
 */
public record ContainerRecord(long pid, long startTime, String ociVersion, String id, String bundle, String rootfs, String created,
        long creator, long creatorStart, String mountPoint, String cgroup, List<String> cgroupsMade, boolean ownPids, String pidFile,
        List<String> hooks, Map<String, String> annotations, Map<Long, String> words, List<String> resctrlGroups,
        String unit) {
    /** The name of the file. */
    public static final String FILE = "record";
    private static final String PID = "pid ";
    private static final String START_TIME = "\nstart-time ";
    /** In the place of the date, for a tape knows no calendar: seconds since 1970, and nanoseconds. */
    private static final String CREATED_AT = "\ncreated-at ";
    /** The last line, so that a text that lost its end cannot pass for one with fewer annotations. */
    private static final String END = "\nend of-record\n";

    public ContainerRecord {
        cgroupsMade = List.copyOf(cgroupsMade);
        hooks = List.copyOf(hooks);
        resctrlGroups = List.copyOf(resctrlGroups);
    }

    /** A container that has nothing of systemd. */
    public ContainerRecord(long pid, long startTime, String ociVersion, String id, String bundle, String rootfs, String created,
            long creator, long creatorStart, String mountPoint, String cgroup, List<String> cgroupsMade, boolean ownPids, String pidFile,
            List<String> hooks, Map<String, String> annotations, Map<Long, String> words, List<String> resctrlGroups) {
        this(pid, startTime, ociVersion, id, bundle, rootfs, created, creator, creatorStart, mountPoint, cgroup, cgroupsMade, ownPids, pidFile,
                hooks, annotations, words, resctrlGroups, "");
    }

    /** A container that has nothing of resctrl or systemd. */
    public ContainerRecord(long pid, long startTime, String ociVersion, String id, String bundle, String rootfs, String created,
            long creator, long creatorStart, String mountPoint, String cgroup, List<String> cgroupsMade, boolean ownPids, String pidFile,
            List<String> hooks, Map<String, String> annotations, Map<Long, String> words) {
        this(pid, startTime, ociVersion, id, bundle, rootfs, created, creator, creatorStart, mountPoint, cgroup, cgroupsMade, ownPids, pidFile,
                hooks, annotations, words, List.of(), "");
    }

    /** {@return what is known of a container without a record: its id} */
    public static ContainerRecord none(String id) {
        return new ContainerRecord(0, 0, "", id, "", "", "", 0, 0, "", "", List.of(), true, "", List.of(), Map.of(), Map.of());
    }

    /** {@return as much of the record of another container of the same config as follows from its id, which may stand in its cgroup, too; its process is not known} */
    public ContainerRecord ofAnother(String otherId) {
        return new ContainerRecord(0, 0, ociVersion, otherId, bundle, rootfs, "", 0, 0, mountPoint, cgroup.replace(id, otherId), List.of(), ownPids, "",
                hooks, annotations, Map.of(), resctrlGroups, unit);
    }

    /**
     * {@return whether what is in the cgroup is the container's to end and to remove} One that was there before belongs to
     * others until create has seen that it is empty; then the container's process is known. Until then a process of ours ends by
     * itself. The cgroup itself is removed only if it is one of {@code cgroupsMade}.
     */
    public boolean ownsCgroup() {
        return !cgroup.isEmpty() && (pid != 0 || cgroupsMade.contains(cgroup));
    }

    /** {@return whether hooks follow its start} */
    public boolean hasPoststart() {
        return hooks.contains("poststart");
    }

    /** {@return whether hooks follow its removal} */
    public boolean hasPoststop() {
        return hooks.contains("poststop");
    }

    /** {@return whether who makes the container, and when, is known only when it is made} */
    boolean isOfLater() {
        return creator == 0;
    }

    /** {@return the text around two numbers: before the pid, between pid and start time, and after} */
    String[] parts() {
        var rest = new StringBuilder(named());
        line(rest, "created", created);
        line(rest, "creator", Long.toString(creator));
        line(rest, "creator-start", Long.toString(creatorStart));
        return new String[] {PID, START_TIME, rest.append(rest()).toString()};
    }

    /**
     * {@return the text around six numbers: before the pid, its start time, the seconds since 1970 and the nanoseconds of when it was
     * created, its creator, and that one's start time, and after}
     */
    String[] partsOfLater() {
        return new String[] {PID, START_TIME, named() + CREATED_AT, " ", "\ncreator ", "\ncreator-start ", rest()};
    }

    private String named() {
        var text = new StringBuilder();
        line(text, "oci-version", ociVersion);
        line(text, "id", id);
        line(text, "bundle", bundle);
        line(text, "rootfs", rootfs);
        return text.toString();
    }

    private String rest() {
        var rest = new StringBuilder();
        line(rest, "cgroup-mount", mountPoint);
        line(rest, "cgroup", cgroup);
        for (var made : cgroupsMade) line(rest, "cgroup-made", made);
        if (!unit.isEmpty()) line(rest, "unit", unit);
        line(rest, "own-pids", Boolean.toString(ownPids));
        line(rest, "pid-file", pidFile);
        for (var kind : hooks) line(rest, "hooks", kind);
        for (var group : resctrlGroups) line(rest, "resctrl-group", group);
        annotations.forEach((key, value) -> line(rest, "annotation", escaped(key).replace(" ", "\\s") + " " + escaped(value)));
        words.forEach((cell, attempt) -> line(rest, "cell", cell + " " + escaped(attempt)));
        return rest.append(END).toString();
    }

    /** {@return the whole text of a container whose process is known} */
    public String text() {
        var parts = parts();
        return parts[0] + pid + parts[1] + startTime + parts[2];
    }

    private static void line(StringBuilder to, String key, String value) {
        boolean nested = key.equals("annotation") || key.equals("cell");
        to.append('\n').append(key).append(' ').append(nested ? value : escaped(value));
    }

    private static String escaped(String value) {
        return value.indexOf('\\') < 0 && value.indexOf('\n') < 0 ? value : value.replace("\\", "\\\\").replace("\n", "\\n");
    }

    private static String unescaped(String value) {
        if (value.indexOf('\\') < 0) return value;
        var out = new StringBuilder();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c != '\\' || i + 1 == value.length()) {
                out.append(c);
                continue;
            }
            c = value.charAt(++i);
            out.append(c == 'n' ? '\n' : c == 's' ? ' ' : c);
        }
        return out.toString();
    }

    /** @throws StateException if this is no such text */
    public static ContainerRecord parse(String text) {
        Map<String, String> single = new LinkedHashMap<>();
        List<String> made = new ArrayList<>();
        List<String> hooks = new ArrayList<>();
        List<String> groups = new ArrayList<>();
        Map<String, String> annotations = new LinkedHashMap<>();
        Map<Long, String> words = new LinkedHashMap<>();
        if (!text.endsWith(END)) throw new StateException("the record ends in the middle");
        for (var line : text.split("\n")) {
            int space = line.indexOf(' ');
            if (space < 0) throw new StateException("the record has a line without a value");
            String key = line.substring(0, space);
            String value = line.substring(space + 1);
            switch (key) {
                case "cgroup-made" -> made.add(unescaped(value));
                case "hooks" -> hooks.add(unescaped(value));
                case "resctrl-group" -> groups.add(unescaped(value));
                case "annotation" -> annotations.put(unescaped(first(value)), unescaped(second(value)));
                case "cell" -> words.put(number(first(value)), unescaped(second(value)));
                default -> single.put(key, unescaped(value));
            }
        }
        return new ContainerRecord(number(of(single, "pid")), number(of(single, "start-time")), of(single, "oci-version"), of(single, "id"),
                of(single, "bundle"), of(single, "rootfs"), created(single), number(of(single, "creator")),
                number(of(single, "creator-start")), of(single, "cgroup-mount"), of(single, "cgroup"), made,
                truth(of(single, "own-pids")), of(single, "pid-file"), hooks,
                annotations, words, groups, single.getOrDefault("unit", ""));
    }

    private static String created(Map<String, String> single) {
        var at = single.get("created-at");
        return at == null ? of(single, "created") : Rfc3339.utc(number(first(at)), (int) number(second(at)));
    }

    private static String of(Map<String, String> single, String key) {
        var value = single.get(key);
        if (value == null) throw new StateException("the record has no " + key);
        return value;
    }

    private static String first(String value) {
        int space = value.indexOf(' ');
        return space < 0 ? value : value.substring(0, space);
    }

    private static String second(String value) {
        int space = value.indexOf(' ');
        return space < 0 ? "" : value.substring(space + 1);
    }

    private static boolean truth(String word) {
        if (!word.equals("true") && !word.equals("false")) throw new StateException("the record has \"" + word + "\" where true or false should be");
        return word.equals("true");
    }

    private static long number(String digits) {
        try {
            long number = Long.parseLong(digits.strip());
            if (number >= 0) return number;
        } catch (NumberFormatException e) {
            throw new StateException("the record has \"" + digits + "\" where a number should be", e);
        }
        throw new StateException("the record has the number " + digits + ", which is below 0");
    }
}
