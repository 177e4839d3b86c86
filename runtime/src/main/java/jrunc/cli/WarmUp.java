package jrunc.cli;

import java.io.OutputStream;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import jrunc.kernel.FrontEnded;
import jrunc.kernel.FrontLine;
import jrunc.kernel.Trap;
import jrunc.lifecycle.Forms;
import jrunc.lifecycle.FrontProcess;
import jrunc.lifecycle.LocalOperations;
import jrunc.linux.Sys;

/**
 * Records again and again what nobody plays, so that the JVM has compiled what fronts are going to ask for before they ask. It gives way to
 * every front that comes meanwhile, and changes nothing.
 */
final class WarmUp implements Runnable {
    /** Many methods are called once for each command: after so many the JVM's first compiler has had them all, and its second those that take longest. */
    private static final int ROUNDS = 800;
    private static final int IDLE_PRIORITY = 19;
    private static final int PRIO_PROCESS = 0;
    private static final long MILLISECOND = 1_000_000;
    private static final String ID = "warm-up";

    private final Path bundle;
    private final FrontProcess.Place place;
    private final AtomicInteger busy;

    /**
     * @param bundle that is never run
     * @param place where the server is
     * @param busy   how many fronts are waiting
     */
    WarmUp(Path bundle, FrontProcess.Place place, AtomicInteger busy) {
        this.place = place;
        this.bundle = bundle;
        this.busy = busy;
    }

    @Override
    public void run() {
        Trap.call(Sys.SETPRIORITY, PRIO_PROCESS, 0, IDLE_PRIORITY); // of this thread
        var forms = new Forms();
        FrontLine nobody = (_, _, _) -> {
            throw new FrontEnded();
        };
        for (int i = 0; i < ROUNDS; i++) {
            while (busy.get() > 0) LockSupport.parkNanos(MILLISECOND);
            var known = i % 2 == 0 ? forms : new Forms();
            var main = new Main(FrontProcess.own(nobody, place), OutputStream.nullOutputStream(), OutputStream.nullOutputStream(),
                    (global, caller, out, warnings) -> new LocalOperations(global, caller, out, warnings, known));
            main.served(new String[] {i % 3 == 0 ? "create" : "run", "--bundle", bundle.toString(), ID});
        }
    }
}
