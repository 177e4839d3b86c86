package jrunc.lifecycle;

import jrunc.linux.StateException;
import jrunc.plan.Command;
import jrunc.plan.Global;

/** The operations, carried out by this process. */
public final class LocalOperations implements Operations {
    private final Global global;
    private final Caller caller;
    private final Output out;

    /**
     * @param global what was asked for before the command's name
     * @param out    where what was asked for goes
     */
    public LocalOperations(Global global, Caller caller, Output out) {
        this.global = global;
        this.caller = caller;
        this.out = out;
    }

    @Override
    public int create(Command.Create command) {
        throw notYet("create");
    }

    @Override
    public int run(Command.Run command) {
        throw notYet("run");
    }

    @Override
    public int start(Command.Start command) {
        throw notYet("start");
    }

    @Override
    public int state(Command.State command) {
        throw notYet("state");
    }

    @Override
    public int kill(Command.Kill command) {
        throw notYet("kill");
    }

    @Override
    public int delete(Command.Delete command) {
        throw notYet("delete");
    }

    @Override
    public int list(Command.ListContainers command) {
        throw notYet("list");
    }

    @Override
    public int spec(Command.Spec command) {
        throw notYet("spec");
    }

    @Override
    public int explain(Command.Explain command) {
        throw notYet("explain");
    }

    private static StateException notYet(String command) {
        return new StateException(command + ": not there yet");
    }
}
