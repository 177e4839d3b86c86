package jrunc.bench;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Something that is measured in rounds, in each of which every contender has one turn. */
sealed interface Scenario
        permits RunScenario, LifeScenario, ParallelScenario, ColdScenario, MountsScenario, ListScenario, MemoryScenario, LeastMemoryScenario, FilterScenario,
        UnpackScenario {
    /** All of them, in the order in which they are measured. */
    static List<Scenario> all() {
        return List.of(new RunScenario(), new LifeScenario(), new ParallelScenario(10), new ParallelScenario(50), new ColdScenario(),
                new MountsScenario(0), new MountsScenario(50), new MountsScenario(500), new MountsScenario(5000),
                new ListScenario(10), new ListScenario(100), new ListScenario(1000), new MemoryScenario(), new LeastMemoryScenario(), new FilterScenario(),
                new UnpackScenario());
    }

    /** {@return by what word it is asked for} */
    String name();

    /** {@return the same and how much of it} */
    default String label() {
        return name();
    }

    /** {@return what is done in it, in a sentence for the reports} */
    String meaning();

    /** {@return one round of it is measured for so many of the rounds that were asked for} */
    default int oneIn() {
        return 1;
    }

    /** {@return rounds before it counts} */
    default int warmUps() {
        return 1;
    }

    /** {@return why it cannot be measured here, if it cannot} */
    default Optional<String> obstacle() {
        return Optional.empty();
    }

    /** {@return whether this contender can take part} */
    default boolean takes(Contender contender) {
        return contender instanceof Contender.Runtime;
    }

    /** One turn. It leaves no container behind, also when it fails. */
    void turn(Contender contender, int round, Stand stand) throws IOException, InterruptedException;

    /** Removes what turns have kept for each other, after the last. */
    default void clear() throws IOException, InterruptedException {}

    /** Removes a container of a turn that has failed. */
    static void remove(Contender.Runtime runtime, String id, Stand stand) throws IOException, InterruptedException {
        stand.stopwatch().output(runtime.command("delete", "--force", id));
    }
}
