package jrunc.lifecycle;

import java.util.Optional;
import jrunc.host.HostReader;
import jrunc.host.Texts;
import jrunc.kernel.FrontLine;
import jrunc.kernel.FrontPipe;

/** Who calls jrunc, and from where: what the command line and {@code spec --rootless} must know of the process they are in. */
public interface Caller {
    /** {@return the working directory, absolute} */
    String directory();

    /** {@return the environment variable, unless it is missing or empty} */
    Optional<String> variable(String name);

    /** {@return the effective user id} */
    long uid();

    /** {@return the effective group id} */
    long gid();

    /** {@return the process that the caller has started, be it this one or the front} */
    long pid();

    /** {@return the directory of /proc that describes that process, or this one where both are in the same place} */
    default String process() {
        return HostReader.SELF;
    }

    /** {@return how files of /proc are read for it} */
    default Texts texts() {
        return HostReader.FILES;
    }

    /** {@return the way to the front that plays for that process, if there is one} */
    default Optional<FrontLine> front() {
        return FrontPipe.line();
    }

    /** {@return whether the user ids here are not those of the machine's first user namespace} */
    boolean inUserNamespace();
}
