package jrunc.lifecycle;

import java.util.List;
import jrunc.kernel.FrontPipe;
import jrunc.linux.Arch;
import jrunc.machine.Front;
import jrunc.plan.FrontServed;
import jrunc.plan.FrontTape;
import jrunc.plan.Global;

/**
 * What the build puts into the front: the tape of the commands that take no JVM.
 *
 * @param forms the directory where a server keeps forms
 */
public record CarriedTape(Arch arch, String forms) implements Front.Carrying {
    /** The argument by which a front tells its JVM that it is there. */
    public static final String ARGUMENT = "-D" + FrontPipe.PROPERTY;

    /** With the directory of root's server. */
    public CarriedTape(Arch arch) {
        this(arch, FrontServed.FORMS);
    }

    @Override
    public int pageSize() {
        return FrontTape.PAGE;
    }

    @Override
    public int answerSize() {
        return FrontTape.ANSWER;
    }

    @Override
    public Front.Carried at(long page, long answer, long form) {
        var recorded = FrontTape.of(arch, page, answer, form, forms);
        var asked = recorded.asked();
        return new Front.Carried(recorded.tape(), Global.DEFAULT_ROOT, List.of("start", "kill", "state", "delete"), List.of("create", "exec", "run"),
                recorded.socket(), recorded.root(), recorded.id(), recorded.verb(), recorded.force(), recorded.signal(), recorded.told(), answer, FrontTape.ANSWER,
                ARGUMENT, ARGUMENT + "=" + FrontPipe.TOLD,
                new Front.Filling(asked.command(), asked.commandSize(), asked.number(), asked.ofOne(), asked.texts()));
    }
}
