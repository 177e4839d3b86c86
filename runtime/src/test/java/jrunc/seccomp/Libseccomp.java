package jrunc.seccomp;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jrunc.config.Seccomp;

/** Debian's libseccomp, by way of its Python module: what other runtimes hand to the kernel. */
final class Libseccomp implements AutoCloseable {
    private static final Path PYTHON = Path.of("/usr/bin/python3");
    private final Path script;
    private final Process process;
    private final Writer requests;
    private final BufferedReader answers;

    /** A program, and the names in the profile that the library did not know and left out. */
    record Made(byte[] program, List<String> unknown) {}

    private Libseccomp(Path script) throws IOException {
        this.script = script;
        process = new ProcessBuilder(PYTHON.toString(), script.toString()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        requests = process.outputWriter();
        answers = process.inputReader();
    }

    /** {@return whether the module is installed: Debian's package python3-seccomp} */
    static boolean isThere() {
        if (!Files.isExecutable(PYTHON)) return false;
        try {
            var asked = new ProcessBuilder(PYTHON.toString(), "-c", "import seccomp").redirectError(ProcessBuilder.Redirect.DISCARD).start();
            return asked.waitFor() == 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    static Libseccomp start() {
        try (var source = Libseccomp.class.getResourceAsStream("libseccomp.py")) {
            var script = Files.createTempFile("libseccomp", ".py");
            Files.write(script, source.readAllBytes());
            return new Libseccomp(script);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return what runc would hand over, without what it puts before it; nothing if the library refuses the profile} */
    Optional<Made> make(Seccomp profile, boolean tree) {
        var fallback = Reference.action(profile.defaultAction(), (int) profile.defaultErrnoRet().orElse(1));
        var text = new StringBuilder("filter ").append(fallback).append(tree ? " 2" : " 1");
        for (var architecture : profile.architectures()) text.append(' ').append(architecture.substring("SCMP_ARCH_".length()).toLowerCase(java.util.Locale.ROOT));
        text.append('\n');
        for (var syscall : profile.syscalls()) {
            int verdict = Reference.action(syscall.action(), (int) syscall.errnoRet().orElse(1));
            if (verdict == fallback) continue;
            boolean twice = syscall.args().stream().map(Seccomp.Arg::index).distinct().count() < syscall.args().size();
            for (var name : syscall.names()) {
                if (!twice) rule(verdict, name, syscall.args(), text);
                else for (var arg : syscall.args()) rule(verdict, name, List.of(arg), text);
            }
        }
        var answer = ask(text.append("end\n").toString());
        if (answer.startsWith("error")) return Optional.empty();
        var words = answer.split(" ", -1);
        return Optional.of(new Made(HexFormat.of().parseHex(words[0]), words[1].isEmpty() ? List.of() : List.of(words[1].split(","))));
    }

    private static void rule(int verdict, String name, List<Seccomp.Arg> args, StringBuilder text) {
        text.append("rule ").append(verdict).append(' ').append(name);
        for (var arg : args) {
            text.append(' ').append(arg.index()).append(' ').append(arg.op().substring("SCMP_CMP_".length())).append(' ')
                    .append(Long.toUnsignedString(arg.value())).append(' ').append(Long.toUnsignedString(arg.valueTwo()));
        }
        text.append('\n');
    }

    /** {@return the numbers below {@code limit} that the library knows} */
    Map<String, Integer> names(String architecture, int limit) {
        Map<String, Integer> names = new HashMap<>();
        for (var word : new ArrayList<>(List.of(ask("names " + architecture + " " + limit + "\n").split(" ")))) {
            names.put(word.substring(0, word.indexOf('=')), Integer.valueOf(word.substring(word.indexOf('=') + 1)));
        }
        return names;
    }

    private String ask(String request) {
        try {
            requests.write(request);
            requests.flush();
            var answer = answers.readLine();
            if (answer == null) throw new IllegalStateException("libseccomp.py has ended");
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override public void close() {
        try {
            requests.close();
            process.waitFor();
            Files.delete(script);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
