package jrunc.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import jrunc.linux.AtFlag;
import jrunc.linux.Errno;
import jrunc.linux.Sys;
import jrunc.machine.Elf;
import jrunc.plan.Create;
import jrunc.tape.Block;
import jrunc.tape.Call;
import jrunc.tape.Cell;
import jrunc.tape.On;
import jrunc.tape.Operand;
import jrunc.tape.Tape;

/**
 * The floor that no runtime can get below: a static program that makes the system calls of {@code run} itself and no others. Its cells
 * are taken from jrunc's own two tapes: those that make the cgroup and clone, then in the child those that set the container up and
 * exec; then a wait, and the cgroup is removed. Left out is what a runtime does for itself: state, fifos, the machine in sealed memory, the words
 * that the two sides exchange.
 */
final class Floor {
    private static final Set<String> SECTIONS = Set.of("config-linux.md, Control groups", "config-linux.md, Allowed Device list");
    private static final String CLONE = "clone the container's process";
    private static final Set<String> HANDSHAKE = Set.of("take over from the runtime", "tell the runtime that the container is ready",
            "wait until the runtime has recorded the container", "close what only create needed", "wait for start");
    private static final int EXIT_STATUS = 0xFFFFFFFF;
    private static final int TRIES = 255;
    private static final long MILLISECOND = 1_000_000;

    private final Tape outside;
    private final Tape inside;
    private final Create.Recorded create;
    private final String cgroup;
    private final List<Cell> cells = new ArrayList<>();
    private final List<Block> blocks;
    /** The number of the first block of the inside tape. */
    private final int shift;

    private Floor(Recording recording) {
        inside = recording.inside();
        create = recording.outside(inside);
        outside = create.tape();
        cgroup = recording.place().map(place -> recording.host().cgroups().orElseThrow().mountPoint() + place.path()).orElse("");
        blocks = new ArrayList<>(outside.blocks());
        shift = blocks.size();
        for (var block : inside.blocks()) blocks.add(moved(block));
    }

    /** {@return the ELF file; it exits with 0 if the container's program did} */
    static byte[] of(Recording recording) {
        return Elf.of(tape(recording));
    }

    /** {@return what is on it} */
    static Tape tape(Recording recording) {
        return new Floor(recording).tape();
    }

    private Tape tape() {
        var child = inside();
        int end = outside.cells().size();
        for (int i = 0; i < Math.min(end, outside.cleanUp()); i++) {
            var cell = outside.cells().get(i);
            if (SECTIONS.contains(cell.section()) || cell.attempt().equals(CLONE) && !isClone(cell)) cells.add(cell);
            if (!isClone(cell)) continue;
            cells.add(skipping(cell, child.size()));
            cells.addAll(child); // what comes after them the kernel does for the parent in the meantime
        }
        await();
        cells.add(cell(Call.Own.END, List.of()));
        int cleanUp = cells.size();
        if (!cgroup.isEmpty()) cells.add(removal(null, 0));
        cells.add(cell(Call.Own.END, List.of()));
        return new Tape(outside.arch(), cells, cleanUp, Math.max(outside.slots(), inside.slots()), blocks);
    }

    private static boolean isClone(Cell cell) {
        return cell.call() instanceof Call.Kernel kernel && kernel.sys() == Sys.CLONE3;
    }

    /** The cells of the container's process; it has the slots for itself, for nothing that comes before the clone is looked at after it. */
    private List<Cell> inside() {
        var child = new ArrayList<Cell>();
        for (int i = 0; i < inside.cleanUp(); i++) {
            var cell = inside.cells().get(i);
            if (HANDSHAKE.contains(cell.attempt()) || cell.call() == Call.Own.END) continue;
            var result = cell.result() == null ? null : moved(cell.result());
            child.add(new Cell(cell.call(), cell.operands().stream().map(this::moved).toList(), result, cell.on(), cell.skip(), cell.forgiven(),
                    cell.forgiveAll(), cell.tries(), cell.section(), cell.attempt()));
        }
        return child;
    }

    private void await() {
        var status = create.answer().word(0);
        cells.add(cell(new Call.Kernel(Sys.WAIT4), List.of(Operand.imm(-1), create.answer().address(), Operand.imm(0), Operand.NULL)));
        cells.add(cell(Call.Own.COMPARE, List.of(status, Operand.imm(Integer.toUnsignedLong(EXIT_STATUS)), Operand.imm(0), Operand.imm(Errno.ECHILD.number()))));
        if (cgroup.isEmpty()) return;
        cells.add(removal(new On.Value(-Errno.EBUSY.number()), 2));
        cells.add(cell(new Call.Kernel(Sys.NANOSLEEP), List.of(Operand.words(Operand.imm(0), Operand.imm(MILLISECOND)), Operand.NULL)));
        cells.add(removal(null, 0));
    }

    /** Who has just been waited for may still be counted as being there. */
    private Cell removal(On on, int skip) {
        return new Cell(new Call.Kernel(Sys.UNLINKAT), List.of(Operand.imm(AtFlag.AT_FDCWD), Operand.text(cgroup), Operand.flags(AtFlag.AT_REMOVEDIR)),
                null, on, skip, List.of(Errno.ENOENT), false, TRIES, "the floor", "remove the cgroup");
    }

    private static Cell cell(Call call, List<Operand> operands) {
        return new Cell(call, operands, null, null, 0, List.of(), false, TRIES, "the floor", "wait");
    }

    private static Cell skipping(Cell cell, int cells) {
        return new Cell(cell.call(), cell.operands(), cell.result(), cell.on(), cells, cell.forgiven(), cell.forgiveAll(), cell.tries(), cell.section(),
                cell.attempt());
    }

    private Block moved(Block block) {
        return new Block(block.id() + shift, block.initial(), block.caption());
    }

    private Operand moved(Operand operand) {
        if (operand instanceof Operand.Word(var block, int offset)) return new Operand.Word(moved(block), offset);
        if (operand instanceof Operand.Address(var block, int offset)) return new Operand.Address(moved(block), offset);
        if (operand instanceof Operand.Words words) return new Operand.Words(words.words().stream().map(this::moved).toList());
        return operand;
    }
}
