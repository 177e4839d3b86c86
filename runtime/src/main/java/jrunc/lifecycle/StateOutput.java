package jrunc.lifecycle;

import java.util.List;
import java.util.Map;
import jrunc.config.JsonWriter;

/**
 * How {@code state} and {@code list} show containers: in runc's shapes, blank for blank, but for the line end after
 * {@code state} and for {@code < > &}, which stand as they are.
 */
public final class StateOutput {
    private static final String[] HEADINGS = {"ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER"};
    private static final int NARROWEST_COLUMN = 12;
    private static final int GAP = 3;
    private static final String PID = "\"pid\": ";
    private static final String STATUS = "\"status\": \"";

    private StateOutput() {}

    /** {@return a JSON object, one member per line, two spaces deep} */
    public static String state(ContainerState container) {
        var json = new JsonWriter("  ");
        write(container, json);
        return json.toString() + '\n';
    }

    /** {@return the same in three pieces: what stands before the pid, what between that and the status, and what after that} */
    static List<String> pieces(ContainerState container) {
        var text = state(container);
        int pid = text.indexOf(PID) + PID.length(); // nothing before it may have quotes in it
        int between = text.indexOf(',', pid);
        int status = text.indexOf(STATUS) + STATUS.length();
        return List.of(text.substring(0, pid), text.substring(between, status), text.substring(status + container.status().length()));
    }

    /** {@return a JSON array in one line; of no containers an empty one, where runc says null} */
    public static String json(List<ContainerState> containers) {
        var json = new JsonWriter("").beginArray();
        for (var container : containers) write(container, json);
        return json.endArray().toString() + '\n';
    }

    /** {@return one id per line} */
    public static String ids(List<ContainerState> containers) {
        var text = new StringBuilder();
        for (var container : containers) text.append(container.id()).append('\n');
        return text.toString();
    }

    /** {@return a table with headings; columns are as wide as their widest cell and a gap, at least {@value #NARROWEST_COLUMN}} */
    public static String table(List<ContainerState> containers) {
        var rows = new String[containers.size() + 1][];
        rows[0] = HEADINGS;
        for (int i = 1; i < rows.length; i++) rows[i] = row(containers.get(i - 1));
        var text = new StringBuilder();
        for (var row : rows) {
            for (int column = 0; column < row.length - 1; column++) {
                text.append(row[column]).repeat(' ', width(rows, column) - length(row[column]));
            }
            text.append(row[row.length - 1]).append('\n');
        }
        return text.toString();
    }

    private static String[] row(ContainerState of) {
        return new String[] {of.id(), Integer.toString(of.pid()), of.status(), of.bundle(), of.created(), of.owner()};
    }

    private static int width(String[][] rows, int column) {
        int width = NARROWEST_COLUMN;
        for (var row : rows) width = Math.max(width, length(row[column]) + GAP);
        return width;
    }

    private static int length(String cell) {
        return cell.codePointCount(0, cell.length());
    }

    private static void write(ContainerState of, JsonWriter json) {
        json.beginObject();
        json.key("ociVersion").value(of.ociVersion());
        json.key("id").value(of.id());
        json.key("pid").value(of.pid());
        json.key("status").value(of.status());
        json.key("bundle").value(of.bundle());
        json.key("rootfs").value(of.rootfs());
        json.key("created").value(of.created());
        if (!of.annotations().isEmpty()) annotations(of.annotations(), json);
        json.key("owner").value(of.owner());
        json.endObject();
    }

    private static void annotations(Map<String, String> annotations, JsonWriter json) {
        json.key("annotations").beginObject();
        for (var annotation : annotations.entrySet()) json.key(annotation.getKey()).value(annotation.getValue());
        json.endObject();
    }
}
