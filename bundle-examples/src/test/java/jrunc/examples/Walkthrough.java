package jrunc.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a README says to type and what must come of it: in each {@code console} block a prompt and a command, lines after
 * {@code >} that go on with it, then what it prints. {@code ...} stands for any text in a line, alone for any lines.
 */
final class Walkthrough {
    private static final String ANY = "...";

    /** One command, and what is to be seen then. */
    record Step(String prompt, String command, List<String> expected, int line) {
        boolean isMetBy(List<String> printed) {
            return linesMatch(expected, 0, printed, 0);
        }
    }

    private Walkthrough() {}

    static List<Step> of(Path readme, List<String> prompts) throws IOException {
        var steps = new ArrayList<Step>();
        boolean inside = false;
        int number = 0;
        for (var line : Files.readAllLines(readme)) {
            number++;
            if (line.startsWith("```")) {
                inside = line.equals("```console");
                continue;
            }
            if (!inside) continue;
            var prompt = prompts.stream().filter(line::startsWith).findFirst();
            if (prompt.isPresent()) {
                steps.add(new Step(prompt.get(), line.substring(prompt.get().length()), new ArrayList<>(), number));
            } else if (line.startsWith("> ")) {
                var begun = steps.removeLast();
                steps.add(new Step(begun.prompt(), begun.command() + "\n" + line.substring(2), begun.expected(), begun.line()));
            } else {
                steps.getLast().expected().add(line.stripTrailing());
            }
        }
        return steps;
    }

    private static boolean linesMatch(List<String> expected, int at, List<String> printed, int from) {
        if (at == expected.size()) return from == printed.size();
        if (expected.get(at).equals(ANY)) {
            for (int next = from; next <= printed.size(); next++) {
                if (linesMatch(expected, at + 1, printed, next)) return true;
            }
            return false;
        }
        return from < printed.size() && lineMatches(expected.get(at), printed.get(from)) && linesMatch(expected, at + 1, printed, from + 1);
    }

    private static boolean lineMatches(String expected, String printed) {
        int gap = expected.indexOf(ANY);
        if (gap < 0) return printed.equals(expected);
        if (!printed.startsWith(expected.substring(0, gap))) return false;
        var rest = expected.substring(gap + ANY.length());
        for (int from = gap; from <= printed.length(); from++) {
            if (lineMatches(rest, printed.substring(from))) return true;
        }
        return false;
    }
}
