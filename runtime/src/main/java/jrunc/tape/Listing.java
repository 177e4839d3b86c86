package jrunc.tape;

import java.util.ArrayList;
import java.util.List;
import jrunc.linux.Errno;

/** A tape as people read it: close to strace, each group of cells under its section and attempt. */
public final class Listing {
    private Listing() {}

    /** {@return the whole tape; each line ends with a newline} */
    public static String of(Tape tape) {
        var out = new StringBuilder();
        String heading = null;
        int width = Integer.toString(tape.cells().size()).length();
        for (int i = 0; i < tape.cells().size(); i++) {
            var cell = tape.cells().get(i);
            String here = cell.attempt().isEmpty() ? cell.section() : cell.section() + ": " + cell.attempt();
            if (i == tape.cleanUp() && i < tape.cells().size() - 1) out.append("# after a failure only\n");
            if (!here.equals(heading) && (cell.call() != Call.Own.END || !cell.attempt().isEmpty())) out.append("# ").append(here).append('\n');
            heading = here;
            out.append(" ".repeat(width - Integer.toString(i + 1).length())).append(i + 1).append("  ").append(line(cell, i + 1)).append('\n');
        }
        return out.toString();
    }

    /** {@return one cell: the call, where its result goes, and what follows from it} */
    public static String line(Cell cell, int number) {
        var out = new StringBuilder(cell.call().word()).append('(');
        for (int i = 0; i < cell.operands().size(); i++) {
            out.append(i == 0 ? "" : ", ").append(cell.operands().get(i).shown());
        }
        out.append(')');
        if (cell.result() != null) out.append(" = ").append(cell.result().shown());
        List<String> then = consequences(cell, number);
        if (!then.isEmpty()) out.append("    ").append(String.join(", ", then));
        return out.toString();
    }

    private static List<String> consequences(Cell cell, int number) {
        List<String> then = new ArrayList<>();
        if (cell.forgiveAll()) then.add("forgive all");
        else if (!cell.forgiven().isEmpty())
            then.add("forgive " + String.join(" ", cell.forgiven().stream().map(Errno::name).toList()));
        if (cell.tries() > 1) then.add("try " + cell.tries());
        if (cell.on() != null) {
            String cells = cell.skip() == 1 ? "" + (number + 1) : (number + 1) + "-" + (number + cell.skip());
            then.add("on " + cell.on().shown() + (cell.skip() == 0 ? " go on" : " do " + cells));
        }
        return then;
    }
}
