package jrunc.image;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import jrunc.config.Process;

/**
 * Which ids the user of an image has, by its own /etc/passwd and /etc/group: {@code user}, {@code user:group}, each a name or a
 * number.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.0/conversion.md#configuser">conversion.md, Config.User</a>
 */
public final class ImageUser {
    private static final long MOST = 0xFFFFFFFEL;

    private final String spec;
    private final List<String[]> users;
    private final List<String[]> groups;

    private ImageUser(String spec, String passwd, String group) {
        this.spec = spec;
        users = rows(passwd, 4);
        groups = rows(group, 3);
    }

    /**
     * {@return the ids} Numbers are taken as they are, and get no further groups unless the image knows them; the group of a number
     * that the image does not know is 0.
     *
     * @param spec   empty for root
     * @param passwd all of the image's /etc/passwd; empty if it has none
     * @param group  likewise
     * @throws InvalidImageException if a name is not there
     */
    public static Process.User of(String spec, String passwd, String group) {
        return new ImageUser(spec, passwd, group).found();
    }

    private Process.User found() {
        int colon = spec.indexOf(':');
        String user = colon < 0 ? spec : spec.substring(0, colon);
        String group = colon < 0 ? "" : spec.substring(colon + 1);
        long number = user.isEmpty() ? 0 : number(user);
        String[] row = row(users, user.isEmpty() ? "0" : user, number);
        if (row == null && number < 0) throw missing("user", user, "/etc/passwd");
        long uid = row == null ? number : id(row[2], "/etc/passwd");
        if (!group.isEmpty()) return new Process.User(uid, groupId(group), OptionalLong.empty(), List.of());
        long gid = row == null ? 0 : id(row[3], "/etc/passwd");
        return new Process.User(uid, gid, OptionalLong.empty(), number >= 0 ? List.of() : memberships(row[0], gid));
    }

    private long groupId(String group) {
        long number = number(group);
        if (number >= 0) return number;
        String[] row = row(groups, group, number);
        if (row == null) throw missing("group", group, "/etc/group");
        return id(row[2], "/etc/group");
    }

    /** {@return the row of this name, else of this number} A name of digits only is a number, as for every runtime. */
    private static String[] row(List<String[]> rows, String name, long number) {
        for (var row : rows) {
            if (number < 0 ? row[0].equals(name) : number(row[2]) == number) return row;
        }
        return null;
    }

    /** {@return the own group first, as login has it: a process that changes its group does not lose it, then, where it denies something} */
    private List<Long> memberships(String name, long gid) {
        List<Long> found = new ArrayList<>(List.of(gid));
        for (var row : groups) {
            if (row.length < 4) continue;
            boolean member = false;
            for (var each : row[3].split(",")) member |= each.equals(name);
            long id = member ? id(row[2], "/etc/group") : gid;
            if (!found.contains(id)) found.add(id);
        }
        return found;
    }

    /** {@return the lines that have {@code least} fields; others are comments, or broken, and nobody's} */
    private static List<String[]> rows(String text, int least) {
        List<String[]> rows = new ArrayList<>();
        for (var line : text.split("\n")) {
            var fields = line.strip().split(":", -1);
            if (fields.length >= least && !fields[0].isEmpty() && fields[0].charAt(0) != '#') rows.add(fields);
        }
        return rows;
    }

    private long id(String field, String file) {
        long number = number(field);
        if (number >= 0 && number <= MOST) return number;
        throw new InvalidImageException("user " + spec, "its " + file + " has an id that is none");
    }

    /** {@return the number, or -1 if it is none} Those above what fits are left for {@code create} to refuse. */
    private static long number(String text) {
        if (text.isEmpty() || text.length() > 10) return -1;
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') return -1;
        }
        return Long.parseLong(text);
    }

    private InvalidImageException missing(String kind, String name, String file) {
        return new InvalidImageException("user " + spec, "no " + kind + " \"" + name + "\" in the image's " + file);
    }
}
