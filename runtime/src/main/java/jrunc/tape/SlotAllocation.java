package jrunc.tape;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Gives each result that a later cell uses a slot, and gives a slot again once its last user has played: a tape of
 * thousands of mounts needs no more than one of ten. The order of the tape is enough, but for cells that are played again: what
 * was given before them and is used in them is needed until their last turn is over.
 */
final class SlotAllocation {
    private final List<Recorder.Result> results;
    private final int[] lastUse;

    /** @param loops first and last cell of each */
    SlotAllocation(List<Recorder.Result> results, List<int[]> loops) {
        this.results = results;
        lastUse = new int[results.size()];
        Arrays.fill(lastUse, -1);
        for (var user : results) {
            for (var operand : user.operands) {
                if (operand instanceof Recorder.Result used) lastUse[used.index] = lastUse(used.index, user.index, loops);
            }
        }
    }

    private int lastUse(int given, int used, List<int[]> loops) {
        int last = Math.max(lastUse[given], used);
        for (var loop : loops) {
            if (given < loop[0] && used >= loop[0] && used <= loop[1]) last = Math.max(last, loop[1]);
        }
        return last;
    }

    /** {@return how many slots there are then, the reserved ones included} */
    int assign() {
        int slots = Tape.RESERVED_SLOTS;
        var free = new ArrayDeque<Integer>();
        List<List<Integer>> ending = new ArrayList<>(Collections.nCopies(results.size() + 1, null));
        for (var result : results) {
            var ended = ending.get(result.index);
            if (ended != null) free.addAll(ended);
            int last = lastUse[result.index];
            if (last < 0 || !result.needsSlot()) continue;
            int slot = free.isEmpty() ? slots++ : free.pop();
            result.assign(new Operand.Slot(slot));
            if (ending.get(last + 1) == null) ending.set(last + 1, new ArrayList<>());
            ending.get(last + 1).add(slot);
        }
        return slots;
    }
}
