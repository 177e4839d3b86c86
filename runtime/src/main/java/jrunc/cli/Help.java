package jrunc.cli;

/** Help texts, made from the same tables that command lines are read by. */
final class Help {
    private static final int WIDTH = 10;

    private Help() {}

    /** {@return what jrunc is, its commands and the flags that go before them} */
    static String all() {
        var text = new StringBuilder("jrunc runs OCI containers.\n\nUsage: jrunc [global flags] COMMAND [flags] [ARG...]\n\nCommands:\n");
        for (var verb : Verb.values()) {
            text.append("  ").append(verb.word()).repeat(' ', WIDTH - verb.word().length()).append("  ").append(verb.purpose()).append('\n');
        }
        text.append("\nGlobal flags:\n");
        for (var option : Verb.Flags.GLOBAL) text.append(option.helpLine());
        return text.append("\nSee jrunc COMMAND --help for a command's own flags.\n").toString();
    }

    /** {@return what a command does and which flags it takes} */
    static String of(Verb verb) {
        var text = new StringBuilder("Usage: ").append(verb.usage()).append("\n\n").append(verb.explanation()).append("\n\nFlags:\n");
        for (var option : verb.options()) text.append(option.helpLine());
        return text.toString();
    }
}
