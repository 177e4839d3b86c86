package jrunc.lifecycle;

import java.util.Optional;
import jrunc.host.CgroupFiles;
import jrunc.host.ProcessFile;
import jrunc.linux.FailureCode;
import jrunc.linux.StateException;
import jrunc.plan.ContainerRecord;
import jrunc.plan.Handover;
import jrunc.plan.OutOfMemory;

/** Whether a container never came to its program because the kernel killed its process for want of memory, which looks like a start otherwise. */
final class LostToMemory {
    /** The name that the kernel gives a process whose program is the sealed memory. */
    private static final String MACHINE = "memfd:jrunc";

    private LostToMemory() {}

    /**
     * {@return that a container which has just been started was killed before it was its program} Seen as long as its parent has not reaped it;
     * that it has not ended yet says nothing, for a process lets go of its descriptors before that.
     */
    static Optional<StateException> atStart(ContainerRecord record) {
        if (record.cgroup().isEmpty()) return Optional.empty();
        String name = ProcessFile.name(record.pid());
        boolean isMachine = name.equals(Handover.WAITING) || name.equals(MACHINE);
        return isMachine ? before(record, "") : Optional.empty();
    }

    /** {@return that a container which has stopped without a start was killed so} */
    static Optional<StateException> before(ContainerRecord record, String said) {
        if (record.cgroup().isEmpty()) return Optional.empty();
        var cgroup = new CgroupFiles(record.mountPoint() + record.cgroup());
        return OutOfMemory.words(cgroup.text("memory.max").orElse(""), cgroup.text("memory.peak").orElse(""), cgroup.text("memory.events").orElse(""))
                .map(words -> new StateException(FailureCode.OUT_OF_MEMORY, said + words));
    }
}
