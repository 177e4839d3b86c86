package jrunc.machine;

import jrunc.tape.Chain;
import jrunc.tape.Form;
import jrunc.tape.Image;
import jrunc.tape.KeptForm;
import jrunc.tape.Operand;
import jrunc.tape.Tape;

/**
 * Tapes that are all that is left to do if they go well.
 *
 * @param of   whose word a front exits with then
 * @param exit that word
 */
public record LastPlay(Chain chain, Image of, Operand exit) {
    /** Where a front puts a {@link KeptForm}, behind its head. */
    public static final long ADDRESS = FrontMachine.TAPE_ADDRESS;

    /** {@return the same behind a tape that only looks} */
    public LastPlay after(Tape look) {
        return new LastPlay(chain.after(new Image(look)), of, exit);
    }

    /** {@return what a front gets to play} */
    public Form.Filled filled() {
        chain.at(FrontMachine.TAPE_ADDRESS);
        return Form.Filled.of(chain, of.address(exit));
    }
}
