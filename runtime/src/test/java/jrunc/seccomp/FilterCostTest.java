package jrunc.seccomp;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jrunc.linux.Arch;
import org.junit.jupiter.api.Test;

/** How many instructions a call costs under docker's default profile, beside libseccomp's programs for the same profile. */
class FilterCostTest {
    private static final Path TABLE = Path.of("target", "seccomp-cost.md");
    private static final List<String> COLUMNS = List.of("read", "write", "futex", "openat", "clone3", "reboot", "socket");

    @Test void a_call_costs_no_more_than_with_the_tree_of_libseccomp() throws IOException {
        assumeTrue(Libseccomp.isThere(), "needs Debian's python3-seccomp");
        try (var libseccomp = Libseccomp.start()) {
            var profile = FilterTest.docker();
            var chain = libseccomp.make(profile, false).orElseThrow();
            var same = FilterTest.without(profile, chain.unknown());
            var ours = new BpfMachine(Filter.of(same, Arch.X86_64).program());
            var tree = new BpfMachine(libseccomp.make(profile, true).orElseThrow().program());
            var text = new StringBuilder("| program | size |");
            for (var name : COLUMNS) text.append(' ').append(name).append(" |");
            text.append("\n|---|").append("---:|".repeat(COLUMNS.size() + 1)).append('\n');
            row("jrunc", ours, text);
            row("libseccomp, binary tree (runc)", tree, text);
            row("libseccomp, one after the other (crun)", new BpfMachine(chain.program()), text);
            Files.writeString(TABLE, text);
            for (var name : COLUMNS) assertTrue(cost(ours, name) <= cost(tree, name), () -> name + " costs more\n" + text);
            assertTrue(ours.size() <= tree.size(), text::toString);
        }
    }

    private static void row(String what, BpfMachine program, StringBuilder text) {
        text.append("| ").append(what).append(" | ").append(program.size()).append(" |");
        for (var name : COLUMNS) text.append(' ').append(cost(program, name)).append(" |");
        text.append('\n');
    }

    private static int cost(BpfMachine program, String name) {
        program.verdict(new Call(Call.X64, Integer.parseInt(Reference.TABLE.get(name).get("x64")), 1));
        return program.executed();
    }
}
