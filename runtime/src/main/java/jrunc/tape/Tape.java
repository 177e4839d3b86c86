package jrunc.tape;

import java.util.List;
import jrunc.linux.Arch;
import jrunc.linux.Errno;
import jrunc.linux.Hints;

/**
 * A recorded row of calls. Cells are counted from 1, as people do; a report names them so, and 0 is no cell.
 *
 * @param cells   played in order; the last is {@link Call.Own#END}
 * @param cleanUp the index in {@code cells} where playing goes on after a failure, or the last cell if there is nothing
 *                to clean up; a tape that goes well ends before it comes here
 * @param slots   how many result slots it needs; the first {@link #RESERVED_SLOTS} have a fixed meaning
 */
public record Tape(Arch arch, List<Cell> cells, int cleanUp, int slots, List<Block> blocks) {

    /** Slot 0: the descriptor that a report is written to, or -1. The machine reads it when a cell fails. */
    public static final Operand.Slot REPORT_FD = new Operand.Slot(0);
    /** Slot 1: the cell that failed, counted from 1; 0 while all is well. Slots 1 and 2 are the report's bytes. */
    public static final Operand.Slot FAILED_CELL = new Operand.Slot(1);
    /** Slot 2: what the kernel answered to it. */
    public static final Operand.Slot FAILED_RESULT = new Operand.Slot(2);
    /** Slot 3: the address of the cell to go on with after a failure, or 0 to end at once. */
    public static final Operand.Slot CLEAN_UP = new Operand.Slot(3);
    /** How many slots are reserved; the last of them takes results that nobody asks for. */
    public static final int RESERVED_SLOTS = 5;

    public Tape {
        cells = List.copyOf(cells);
        blocks = List.copyOf(blocks);
    }

    /** {@return the cell with this number, counted from 1} */
    public Cell cell(long number) {
        return cells.get((int) number - 1);
    }

    /** {@return the number of the cell, counted from 1, at which the tape stops on its way; 0 if it does not} */
    public int pause() {
        for (int i = 0; i < cleanUp - 1; i++) {
            if (cells.get(i).call() == Call.Own.END) return i + 1;
        }
        return 0;
    }

    /** {@return the one line that a person reads when {@code report} came back} */
    public String words(Report report) {
        var cell = cell(report.cell());
        String hint = cell.call() instanceof Call.Kernel(var sys) ? Hints.of(sys, Errno.of(report.result())) : "";
        return cell.attempt() + ": " + Errno.shown(report.result()) + hint;
    }

    /** {@return the whole tape as {@link Listing} shows it} */
    @Override public String toString() {
        return Listing.of(this);
    }
}
