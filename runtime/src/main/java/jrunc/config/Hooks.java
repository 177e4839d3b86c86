package jrunc.config;

import java.util.List;
import java.util.OptionalLong;

/**
 * <a href="https://github.com/opencontainers/runtime-spec/blob/v1.3.0/config.md#posix-platform-hooks">config.md, POSIX-platform
 * Hooks</a>: programs to run at six moments of a container's life, each list in order.
 */
public record Hooks(List<Hook> prestart, List<Hook> createRuntime, List<Hook> createContainer, List<Hook> startContainer,
        List<Hook> poststart, List<Hook> poststop) {
    /** No hook at all. */
    public static final Hooks NONE = new Hooks(null, null, null, null, null, null);

    public Hooks {
        prestart = Absent.toEmpty(prestart);
        createRuntime = Absent.toEmpty(createRuntime);
        createContainer = Absent.toEmpty(createContainer);
        startContainer = Absent.toEmpty(startContainer);
        poststart = Absent.toEmpty(poststart);
        poststop = Absent.toEmpty(poststop);
    }

    /** {@return whether there is none; told without comparing records, which costs a new JVM more than all the rest of a check} */
    public boolean isEmpty() {
        return prestart.isEmpty() && createRuntime.isEmpty() && createContainer.isEmpty() && startContainer.isEmpty()
                && poststart.isEmpty() && poststop.isEmpty();
    }

    /**
     * One program.
     *
     * @param args as for execv: the first is the name the program sees; empty means just its path
     * @param timeout in seconds; absent means that it may take as long as it likes
     */
    public record Hook(String path, List<String> args, List<String> env, OptionalLong timeout) {
        public Hook {
            args = Absent.toEmpty(args);
            env = Absent.toEmpty(env);
        }
    }
}
