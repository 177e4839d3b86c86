package jrunc.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import jrunc.linux.Arch;
import jrunc.tape.Tape;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** A tape has one meaning, whoever plays it. */
class PlayersTest {
    @Provide Arbitrary<Tape> harmlessTapes() {
        return HarmlessTapes.of(Arch.host());
    }

    @Provide Arbitrary<Tape> harmlessTapesForAarch64() {
        return HarmlessTapes.of(Arch.AARCH64);
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE) void the_trap_player_and_the_java_player_agree(@ForAll("harmlessTapes") Tape tape) {
        assertEquals(JavaPlayer.play(tape), JavaPlayer.of(tape, TrapPlayer.play(tape)));
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE) void the_machine_and_the_java_player_agree(@ForAll("harmlessTapes") Tape tape) {
        assertEquals(JavaPlayer.play(tape), JavaPlayer.of(tape, NativeMachine.play(tape)));
    }

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE) void the_front_and_the_java_player_agree(@ForAll("harmlessTapes") Tape tape) {
        assertEquals(JavaPlayer.play(tape), JavaPlayer.of(tape, FrontOfTapes.play(tape)));
    }

    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE) void the_front_of_aarch64_and_the_java_player_agree(@ForAll("harmlessTapesForAarch64") Tape tape) {
        assumeTrue(Arch.host() == Arch.AARCH64 || Files.exists(NativeMachine.QEMU), "qemu-aarch64 of the package qemu-user is missing");
        assertEquals(JavaPlayer.play(tape), JavaPlayer.of(tape, FrontOfTapes.play(tape)));
    }

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE) void the_machine_of_aarch64_and_the_java_player_agree(@ForAll("harmlessTapesForAarch64") Tape tape) {
        assumeTrue(Arch.host() == Arch.AARCH64 || Files.exists(NativeMachine.QEMU), "qemu-aarch64 of the package qemu-user is missing");
        assertEquals(JavaPlayer.play(tape), JavaPlayer.of(tape, NativeMachine.play(tape)));
    }
}
