package jrunc.plan;

import java.util.List;
import jrunc.linux.Arch;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;
import jrunc.tape.Tape;

/** The tape that stands before one which was recorded earlier, and fails unless all that it was recorded from is as it was. It changes nothing. */
public final class Unchanged {
    /** A file of /proc comes in pages. */
    static final int MOST_READS = 4096;

    private Unchanged() {}

    /** {@return the tape} */
    public static Tape of(Arch arch, List<Premise> premises) {
        var tape = new Recorder(arch);
        tape.section("what was recorded before");
        var opened = expect(premises, tape);
        tape.cleanUp(t -> t.attempt("close what the look has opened", u -> u.close(opened)));
        return tape.finish();
    }

    /** Fails unless all of it is so; {@return the words of what is open then} */
    static Operand[] expect(List<Premise> premises, Recorder tape) {
        int longest = 8;
        for (var premise : premises) longest = Math.max(longest, premise.reads());
        var file = tape.variable(-1);
        var root = tape.variable(-1);
        var room = new Premise.Room(tape.block(longest).address(), file, root, tape.variable(0), tape.variable(0), tape.variable(0));
        for (var premise : premises) tape.attempt("see that nothing has changed", t -> premise.expect(t, room));
        return new Operand[] {file, root};
    }
}
