package jrunc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The design's table of packages, held against the constant pools of all classes: what is not named there is not used. */
class ArchitectureTest {
    private static final Path CLASSES = Path.of("target/classes");
    private static final Pattern OURS = Pattern.compile("\\bjrunc/([a-z]+)/[A-Z]");

    private static final Map<String, Set<String>> MAY_USE = Map.ofEntries(
            Map.entry("cli",       Set.of("image", "dbus", "lifecycle", "plan", "seccomp", "tape", "machine", "host", "kernel", "config", "linux")),
            Map.entry("lifecycle", Set.of("image", "dbus", "plan", "machine", "tape", "kernel", "config", "host", "linux")),
            Map.entry("image",     Set.of("plan", "kernel", "config", "host", "linux")),
            Map.entry("plan",      Set.of("dbus", "tape", "seccomp", "config", "host", "linux")),
            Map.entry("seccomp",   Set.of("config", "linux")),
            Map.entry("dbus",      Set.of("linux")),
            Map.entry("tape",      Set.of("linux")),
            Map.entry("machine",   Set.of("tape", "kernel", "linux")),
            Map.entry("host",      Set.of("kernel", "linux")),
            Map.entry("kernel",    Set.of("linux")),
            Map.entry("config",    Set.of("linux")),
            Map.entry("linux",     Set.of()));

    private static final Set<String> PURE = Set.of("plan", "dbus", "seccomp", "tape", "config", "linux");

    /** Types and members by which a class could act on, or learn from, anything but its arguments. */
    private static final Pattern IMPURE = Pattern.compile(String.join("|",
            "java/lang/foreign/.*", "java/nio/file/(?!Path\\b|Path$|InvalidPathException|Paths).*", "java/nio/channels/.*",
            "java/io/(File|RandomAccess|Print|Console).*", "java/net/.*", "java/lang/Process.*", "java/lang/Runtime(\\..*)?",
            "java/lang/Thread.*", "java/util/concurrent/.*", "java/util/(Random|Date|Timer).*", "java/security/SecureRandom.*",
            "java/time/.*\\.now", "java/time/Clock.*", "java/util/UUID\\.randomUUID",
            "java/lang/System\\.(getenv|currentTimeMillis|nanoTime|load.*|exit|in|out|err|setProperty)", "java/lang/Math\\.random"));

    /** Reading one file is what {@code config} is for. */
    private static final Pattern READS_A_FILE = Pattern.compile("java/(io/File(InputStream|NotFoundException)|nio/file/(Files|NoSuchFileException|"
            + "OpenOption|StandardOpenOption|AccessDeniedException|FileSystemException)).*|java/nio/channels/.*");

    private record Compiled(String name, String packageName, ClassModel model) {}

    private static List<Compiled> classes() throws IOException {
        try (var files = Files.walk(CLASSES)) {
            var classes = new ArrayList<Compiled>();
            for (var file : files.filter(f -> f.toString().endsWith(".class") && !f.endsWith("module-info.class")).toList()) {
                var model = ClassFile.of().parse(file);
                var name = model.thisClass().asInternalName();
                classes.add(new Compiled(name, name.split("/")[1], model));
            }
            assertTrue(classes.size() > 50, "few classes in " + CLASSES.toAbsolutePath());
            return classes;
        }
    }

    private static List<String> violations(Predicate<Compiled> where, Pattern forbidden, Predicate<String> allowed) throws IOException {
        var found = new TreeSet<String>();
        for (var compiled : classes()) {
            if (!where.test(compiled)) continue;
            for (var used : used(compiled.model)) {
                if (forbidden.matcher(used).matches() && !allowed.test(used)) found.add(compiled.name + " uses " + used);
            }
        }
        return List.copyOf(found);
    }

    /** {@return types, and members as {@code type.member}} */
    private static Set<String> used(ClassModel model) {
        var used = new TreeSet<String>();
        for (var entry : model.constantPool()) {
            switch (entry) {
                case ClassEntry type -> used.add(type.asInternalName());
                case MemberRefEntry member -> used.add(member.owner().asInternalName() + "." + member.name().stringValue());
                default -> {}
            }
        }
        return used;
    }

    @Test void every_package_looks_only_downwards() throws IOException {
        var found = new TreeSet<String>();
        for (var compiled : classes()) {
            var mayUse = MAY_USE.get(compiled.packageName);
            assertTrue(mayUse != null, "the design has no package " + compiled.packageName);
            for (var entry : compiled.model.constantPool()) {
                if (!(entry instanceof Utf8Entry text)) continue;
                OURS.matcher(text.stringValue()).results().map(MatchResult::group).map(g -> g.split("/")[1])
                        .filter(used -> !used.equals(compiled.packageName) && !mayUse.contains(used))
                        .forEach(used -> found.add(compiled.name + " uses " + used + ": " + text.stringValue()));
            }
        }
        assertEquals(List.of(), List.copyOf(found));
    }

    @Test void pure_packages_can_neither_act_nor_look() throws IOException {
        assertEquals(List.of(), violations(c -> PURE.contains(c.packageName) && !c.packageName.equals("config"), IMPURE, _ -> false));
    }

    @Test void config_is_pure_but_for_reading_one_file() throws IOException {
        assertEquals(List.of(), violations(c -> c.packageName.equals("config"), IMPURE, used -> READS_A_FILE.matcher(used).matches()));
        var readers = violations(c -> c.packageName.equals("config"), READS_A_FILE, _ -> false).stream().map(v -> v.split("[ $]")[0]).distinct().toList();
        assertTrue(readers.size() <= 1, () -> "more than one class reads: " + readers);
    }

    @Test void tar_streams_are_read_and_written_purely() throws IOException {
        Predicate<Compiled> tar = c -> c.name.matches("jrunc/image/(Tar|Pax|Sparse|ByteText|Digest|Verified).*");
        assertTrue(classes().stream().filter(tar).count() > 5);
        assertEquals(List.of(), violations(tar, IMPURE, _ -> false));
    }

    @Test void what_an_image_says_is_read_and_converted_purely() throws IOException {
        Predicate<Compiled> said = c -> c.name.matches("jrunc/image/(Image(Json|Config|ConfigJson|User|Annotations|Names)|Conversion|Platform|Index|Manifest|Descriptor|MediaType)(\\$.*)?");
        assertTrue(classes().stream().filter(said).count() > 10);
        assertEquals(List.of(), violations(said, IMPURE, _ -> false));
    }

    @Test void only_kernel_links_to_C() throws IOException {
        var linker = Pattern.compile("java/lang/foreign/(Linker|SymbolLookup)\\b.*");
        assertEquals(List.of(), violations(c -> !c.packageName.equals("kernel"), linker, _ -> false));
        assertTrue(!violations(c -> c.packageName.equals("kernel"), linker, _ -> false).isEmpty(), "the test sees nothing");
    }

    @Test void nobody_loads_native_code() throws IOException {
        var load = Pattern.compile("java/lang/(System|Runtime)\\.load(Library)?");
        assertEquals(List.of(), violations(_ -> true, load, _ -> false));
    }

    /** And only to read: it prints what the host's own ps says. What the JDK cannot decompress goes through the host's zstd. */
    @Test void only_ps_and_zstd_are_programs_that_the_jvm_starts() throws IOException {
        var start = Pattern.compile("java/lang/ProcessBuilder.*|java/lang/Runtime\\.exec");
        var starters = violations(_ -> true, start, _ -> false).stream().map(v -> v.split(" ")[0]).distinct().toList();
        assertEquals(List.of("jrunc/image/Zstd", "jrunc/lifecycle/ProcessList"), starters);
    }

    @Test void machine_code_is_called_by_the_springboard_only() throws IOException {
        var code = Pattern.compile("jrunc/kernel/(Trap\\.code|Memory\\.executable)");
        var callers = violations(_ -> true, code, _ -> false).stream().map(v -> v.split(" ")[0]).distinct().toList();
        assertEquals(List.of("jrunc/machine/Springboard"), callers);
    }

    @Test void the_springboard_is_used_by_the_trap_player_and_carries_the_machine_only() throws IOException {
        var springboard = Pattern.compile("jrunc/machine/Springboard");
        var users = violations(c -> !c.name.equals("jrunc/machine/Springboard"), springboard, _ -> false).stream()
                .map(v -> v.split(" ")[0]).toList();
        assertEquals(List.of("jrunc/machine/TapeMachine", "jrunc/machine/TrapPlayer"), users);
    }
}
