package jrunc.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import jrunc.tape.Call;
import jrunc.tape.Cell;
import jrunc.tape.Listing;
import jrunc.tape.Operand;
import jrunc.tape.Tape;

/** A tape under the eyes of a rule: where values come from, and which branches a cell is in. Cells are counted from 0. */
record Tracks(Tape tape) {
    int size() {
        return tape.cells().size();
    }

    Cell cell(int index) {
        return tape.cells().get(index);
    }

    int indexOf(Cell cell) {
        for (int i = 0; i < size(); i++) {
            if (cell(i) == cell) return i;
        }
        throw new IllegalArgumentException("of another tape: " + cell.attempt());
    }

    /** {@return how a failed rule names the cell} */
    String at(int index) {
        return index < 0 ? "no cell" : cell(index).attempt() + ": " + (index + 1) + "  " + Listing.line(cell(index), index + 1);
    }

    int first(Predicate<Cell> wanted) {
        for (int i = 0; i < size(); i++) {
            if (wanted.test(cell(i))) return i;
        }
        return -1;
    }

    int last(Predicate<Cell> wanted) {
        for (int i = size() - 1; i >= 0; i--) {
            if (wanted.test(cell(i))) return i;
        }
        return -1;
    }

    /** {@return the cells whose result decides whether this one is played} */
    List<Integer> branchesAround(int index) {
        List<Integer> branches = new ArrayList<>();
        for (int i = 0; i < index; i++) {
            if (cell(i).on() != null && index <= i + cell(i).skip()) branches.add(i);
        }
        return branches;
    }

    /** {@return the nearest cell before {@code index} whose result goes to {@code target}, or -1} */
    int giver(Operand target, int index) {
        for (int i = index - 1; i >= 0; i--) {
            if (target.equals(cell(i).result())) return i;
        }
        return -1;
    }

    /** {@return the calls that may have given the value: for a slot the last, for a word every earlier one} */
    List<Cell> givers(Operand value, int index) {
        List<Cell> givers = new ArrayList<>();
        for (int i = index - 1; i >= 0; i--) {
            if (!value.equals(cell(i).result())) continue;
            if (cell(i).call() != Call.Own.ADD) givers.add(cell(i));
            else if (!(cell(i).operands().getFirst() instanceof Operand.Imm)) givers.addAll(givers(cell(i).operands().getFirst(), i));
            if (value instanceof Operand.Slot) break;
        }
        return givers;
    }

    /** {@return word {@code i} of a struct: known at once, or set by the last cell before} */
    long number(Operand struct, int word, int before) {
        if (struct instanceof Operand.Words(var words)) return ((Operand.Imm) words.get(word)).value();
        int giver = giver(((Operand.Address) struct).block().word(word), before);
        return giver < 0 ? 0 : ((Operand.Imm) cell(giver).operands().getFirst()).value();
    }
}
