package jrunc.seccomp;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Optional;
import jrunc.config.InvalidConfigException;
import jrunc.config.Seccomp;
import jrunc.linux.Arch;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Random profiles and calls: the filter's verdict is that of the profile read rule by rule, and that of libseccomp's filter. */
class FilterPropertiesTest {
    private static Libseccomp libseccomp;
    private static int compared;

    @BeforeContainer static void startLibseccomp() {
        if (Libseccomp.isThere()) libseccomp = Libseccomp.start();
    }

    @AfterContainer static void endLibseccomp() {
        if (libseccomp == null) return;
        libseccomp.close();
        assertTrue(compared > 200, "libseccomp took only " + compared + " profiles");
    }

    @Property(tries = 300, shrinking = ShrinkingMode.OFF) void a_filter_says_what_its_profile_says(@ForAll long seed) {
        var random = new RandomProfiles(seed);
        var profile = random.profile();
        for (var processor : Arch.values()) {
            var program = program(profile, processor);
            if (program.isEmpty()) continue; // it is too long
            var machine = new BpfMachine(program.get());
            var reference = new Reference(profile, processor);
            for (int i = 0; i < 100; i++) FilterTest.same(reference, machine, random.call(profile));
        }
    }

    @Property(tries = 400, shrinking = ShrinkingMode.OFF) void a_filter_says_what_libseccomp_says(@ForAll long seed) {
        assumeTrue(libseccomp != null, "needs Debian's python3-seccomp");
        var random = new RandomProfiles(seed);
        var profile = random.plainProfile();
        var made = libseccomp.make(profile, seed % 2 == 0);
        if (made.isEmpty()) return; // it refuses some
        compared++;
        var known = FilterTest.without(profile, made.get().unknown());
        var program = program(known, Arch.X86_64);
        if (program.isEmpty()) return;
        var ours = new BpfMachine(program.get());
        var theirs = new BpfMachine(made.get().program());
        var reference = new Reference(known, Arch.X86_64);
        for (int i = 0; i < 200; i++) FilterTest.same(reference, theirs, ours, random.call(known));
    }

    private static Optional<byte[]> program(Seccomp profile, Arch processor) {
        try {
            return Optional.of(Filter.of(profile, processor).program());
        } catch (InvalidConfigException e) {
            return Optional.empty();
        }
    }
}
