package jrunc.kernel;

/** The front has ended, as it was told to once all has gone well: nobody is left to do anything for. */
public final class FrontEnded extends RuntimeException {
    private static final long serialVersionUID = 1;

    public FrontEnded() {
        super("the front has ended", null, false, false);
    }
}
