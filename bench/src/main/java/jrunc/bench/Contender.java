package jrunc.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Who takes part. */
sealed interface Contender {
    /** {@return what the reports call it} */
    String name();

    /**
     * An OCI runtime.
     *
     * @param program what comes before a command's own words: the program and the global flags
     * @param state   the root of its state, its own
     * @param served  whether a server may answer it: such a contender is asked only while one is there, the others only while none is
     */
    record Runtime(String name, List<String> program, Path state, boolean served) implements Contender {
        public Runtime {
            program = List.copyOf(program);
        }

        /** {@return the command line} */
        List<String> command(String... words) {
            var command = new ArrayList<>(program);
            command.addAll(List.of("--root", state.toString()));
            command.addAll(List.of(words));
            return command;
        }

        /** {@return the same as a step} */
        Course.Step step(String... words) {
            return new Course.Step.Run(command(words));
        }
    }

    /** A program that does by itself what {@code run} does, or that runs no container and is there to compare with. */
    record Program(String name, List<String> command) implements Contender {
        public Program {
            command = List.copyOf(command);
        }
    }
}
