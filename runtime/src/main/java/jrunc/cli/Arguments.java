package jrunc.cli;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jrunc.linux.UsageException;

/**
 * One stretch of a command line, flags told from words, as Go's flag package does, because engines rely on it: {@code -flag}
 * and {@code --flag} are the same, a value follows after {@code =} or as the next argument, a lone {@code -} is a word and
 * {@code --} ends the flags. The last of several values counts, unless the flag is one to repeat.
 */
final class Arguments {
    private final Map<Option, String> values = new EnumMap<>(Option.class);
    /** Each flag that was given, and its value at the same place of {@link #inOrder}. */
    private final List<Option> given = new ArrayList<>();
    private final List<String> inOrder = new ArrayList<>();
    private final List<String> words = new ArrayList<>();
    private final String[] argv;
    private final List<Option> known;
    private final Verb verb;
    private int next;
    private boolean flagsEnded;

    private Arguments(String[] argv, int from, List<Option> known, Verb verb) {
        this.argv = argv;
        this.next = from;
        this.known = known;
        this.verb = verb;
    }

    /**
     * Reads flags only up to the first word; {@link #next()} is that word's index then.
     *
     * @param verb whose flags they are, null for those before the command's name
     */
    static Arguments untilWord(String[] argv, int from, List<Option> known, Verb verb) {
        var arguments = new Arguments(argv, from, known, verb);
        boolean isFlag = true;
        while (isFlag && arguments.next < argv.length) isFlag = arguments.readFlag();
        return arguments;
    }

    /** Reads flags up to the first word, and takes all from there on for words. */
    static Arguments thenWords(String[] argv, int from, List<Option> known, Verb verb) {
        var arguments = untilWord(argv, from, known, verb);
        while (arguments.next < argv.length) arguments.words.add(argv[arguments.next++]);
        return arguments;
    }

    /** Reads to the end, words before, between and after flags. */
    static Arguments untilEnd(String[] argv, int from, List<Option> known, Verb verb) {
        var arguments = new Arguments(argv, from, known, verb);
        while (arguments.next < argv.length) {
            boolean isWord = arguments.flagsEnded || !arguments.readFlag();
            if (isWord && arguments.next < argv.length) arguments.words.add(argv[arguments.next++]);
        }
        return arguments;
    }

    /** {@return the index of the first argument that was not read} */
    int next() {
        return next;
    }

    List<String> words() {
        return words;
    }

    /** {@return whether a flag without a value was given, and not as {@code --flag=false}} */
    boolean has(Option option) {
        return "true".equals(values.get(option));
    }

    /** {@return the value, if one was given; {@code --flag=} counts as none, as for runc} */
    Optional<String> value(Option option) {
        var value = values.get(option);
        return value == null || value.isEmpty() ? Optional.empty() : Optional.of(value);
    }

    /** {@return every value that a flag was given, in order, empty ones too} */
    List<String> values(Option option) {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < given.size(); i++) {
            if (given.get(i) == option) all.add(inOrder.get(i));
        }
        return all;
    }

    /** {@return whether {@code --flag=} or {@code --flag ""} was given} */
    boolean isGivenEmpty(Option option) {
        return "".equals(values.get(option));
    }

    private boolean readFlag() {
        var argument = argv[next];
        if (argument.length() < 2 || argument.charAt(0) != '-') return false;
        next++;
        if (argument.equals("--")) {
            flagsEnded = true;
            return false;
        }
        int equals = argument.indexOf('=');
        int dashes = argument.charAt(1) == '-' ? 2 : 1;
        var option = named(argument.substring(dashes, equals < 0 ? argument.length() : equals));
        var attached = equals < 0 ? null : argument.substring(equals + 1);
        var value = option.takesValue() ? valueOf(option, attached) : truth(option, attached);
        values.put(option, value);
        given.add(option);
        inOrder.add(value);
        return true;
    }

    private Option named(String written) {
        for (var option : known) {
            if (option.isWritten(written)) return option;
        }
        for (var option : Verb.Flags.GLOBAL) {
            if (option.isWritten(written)) {
                throw new UsageException("flag provided but not defined: " + option.dashed() + "; it goes before the command's name");
            }
        }
        throw new UsageException("flag provided but not defined: -" + written + "; see " + help());
    }

    private String valueOf(Option option, String attached) {
        if (attached != null) return attached;
        if (next == argv.length) throw new UsageException("flag needs an argument: " + option.dashed() + "; see " + help());
        return argv[next++];
    }

    /** What to type to see the flags; made only for a failure, because the first concatenation costs a fresh JVM 10 ms. */
    private String help() {
        return verb == null ? "jrunc --help" : "jrunc " + verb.word() + " --help";
    }

    private static String truth(Option option, String attached) {
        if (attached == null) return "true";
        return switch (attached) {
            case "true", "TRUE", "True", "t", "T", "1" -> "true";
            case "false", "FALSE", "False", "f", "F", "0" -> "false";
            default -> throw new UsageException("invalid boolean value \"" + attached + "\" for " + option.dashed() + "; true or false");
        };
    }
}
