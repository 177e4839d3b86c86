package jrunc.lifecycle;

import java.util.List;

/** How {@code state} and {@code list} show containers: runc's shapes, byte for byte but for the line end after {@code state}. */
public final class StateOutput {
    private static final String[] HEADINGS = {"ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER"};
    private static final int NARROWEST_COLUMN = 12;
    private static final int GAP = 3;

    private StateOutput() {}

    /** {@return a JSON object, one member per line, two spaces deep} */
    public static String state(ContainerState container) {
        return members(container, "\n  ", "\n    ", ": ", "\n") + '\n';
    }

    /** {@return a JSON array in one line; of no containers an empty one, where runc says null} */
    public static String json(List<ContainerState> containers) {
        var text = new StringBuilder("[");
        for (var container : containers) {
            if (text.length() > 1) text.append(',');
            text.append(members(container, "", "", ":", ""));
        }
        return text.append("]\n").toString();
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

    private static String members(ContainerState of, String line, String deeper, String colon, String end) {
        var text = new StringBuilder("{");
        member(text, line, "ociVersion", colon, of.ociVersion());
        member(text.append(','), line, "id", colon, of.id());
        text.append(',').append(line).append("\"pid\"").append(colon).append(of.pid());
        member(text.append(','), line, "status", colon, of.status());
        member(text.append(','), line, "bundle", colon, of.bundle());
        member(text.append(','), line, "rootfs", colon, of.rootfs());
        member(text.append(','), line, "created", colon, of.created());
        if (!of.annotations().isEmpty()) annotations(text.append(','), of, line, deeper, colon);
        member(text.append(','), line, "owner", colon, of.owner());
        return text.append(end).append('}').toString();
    }

    private static void annotations(StringBuilder text, ContainerState of, String line, String deeper, String colon) {
        text.append(line).append("\"annotations\"").append(colon).append('{');
        boolean isFirst = true;
        for (var annotation : of.annotations().entrySet()) {
            member(isFirst ? text : text.append(','), deeper, annotation.getKey(), colon, annotation.getValue());
            isFirst = false;
        }
        text.append(line).append('}');
    }

    private static void member(StringBuilder text, String line, String name, String colon, String value) {
        JsonQuotes.quote(text.append(line), name);
        JsonQuotes.quote(text.append(colon), value);
    }
}
