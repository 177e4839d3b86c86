package jrunc.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OptionsTest {
    @Test
    void empty_words_mean_everything() {
        var options = options("scenarios=", "contenders=", "crun=", "crun-flags=", "write=");
        assertTrue(options.wants("run") && options.wants("micro") && options.wantsContender("runc"));
        assertTrue(options.write().isEmpty() && options.crun().isEmpty());
    }

    @Test
    void lists_have_commas_and_command_lines_have_blanks() {
        var options = options("scenarios=run,list", "contenders=jrunc,java hello", "crun=/ld.so --library-path /lib /crun");
        assertTrue(options.wants("list") && !options.wants("life"));
        assertTrue(options.wantsContender("java hello"));
        assertFalse(options.wantsContender("crun"));
        assertEquals(List.of("/ld.so", "--library-path", "/lib", "/crun"), options.crun());
    }

    @Test
    void a_scenario_that_nobody_knows_is_refused_by_name() {
        var refused = assertThrows(IllegalArgumentException.class, () -> options("scenarios=run,fly"));
        assertTrue(refused.getMessage().startsWith("no scenario fly; there are [run, life, parallel, cold, mounts, list,"), refused.getMessage());
    }

    private static Options options(String... words) {
        var all = new ArrayList<>(List.of("image=i", "config=c", "seccomp=s", "out=o", "rounds=3"));
        all.addAll(List.of(words));
        return Options.parse(all.toArray(String[]::new));
    }
}
