package jrunc.cli;

import java.util.List;
import jrunc.linux.UsageException;

/** What makes a shell complete jrunc's commands, flags and container ids: made from the tables that command lines are read by. */
final class Completion {
    private Completion() {}

    /** {@return the script for a shell} */
    static String of(String shell) {
        return switch (shell) {
            case "bash" -> bash();
            case "zsh" -> "autoload -U +X bashcompinit && bashcompinit\n" + bash();
            case "fish" -> fish();
            default -> throw new UsageException("completion: no such shell: " + shell + "; bash, zsh or fish");
        };
    }

    private static String bash() {
        var text = new StringBuilder("_jrunc() {\n    local word=${COMP_WORDS[COMP_CWORD]} command= i\n    COMPREPLY=()\n"
                + "    for ((i = 1; i < COMP_CWORD; i++)); do\n        case ${COMP_WORDS[i]} in\n        ");
        text.append(valued(Verb.Flags.GLOBAL)).append(") ((i++)) ;;\n        -*) ;;\n        *) command=${COMP_WORDS[i]}; break ;;\n        esac\n    done\n"
                + "    local flags=\"").append(flags(Verb.Flags.GLOBAL)).append("\" words=\"");
        for (var verb : Verb.values()) {
            text.append(verb.word()).append(' ');
        }
        text.append("\"\n    case $command in\n");
        for (var verb : Verb.values()) {
            text.append("    ").append(verb.word()).append(") flags=\"").append(flags(verb.options())).append("\" words=").append(words(verb)).append(" ;;\n");
        }
        return text.append("    esac\n    case $word in\n    -*) COMPREPLY=($(compgen -W \"$flags\" -- \"$word\")) ;;\n"
                + "    *) COMPREPLY=($(compgen -W \"$words\" -- \"$word\")) ;;\n    esac\n}\ncomplete -o default -F _jrunc jrunc\n").toString();
    }

    /** What follows a command: ids where it takes one that is there. */
    private static String words(Verb verb) {
        return verb.takesContainer() ? "\"$(jrunc list -q 2>/dev/null)\"" : "";
    }

    /** Those whose value is the next word, as a pattern of the shell's case. */
    private static String valued(List<Option> options) {
        var text = new StringBuilder();
        for (var option : options) {
            if (option.takesValue()) text.append(text.isEmpty() ? "" : "|").append(option.dashed());
        }
        return text.toString();
    }

    private static String flags(List<Option> options) {
        var text = new StringBuilder();
        for (var option : options) text.append(text.isEmpty() ? "" : " ").append(option.dashed());
        return text.toString();
    }

    private static String fish() {
        var text = new StringBuilder("complete -c jrunc -f\n");
        for (var option : Verb.Flags.GLOBAL) text.append(fish("__fish_use_subcommand", option));
        for (var verb : Verb.values()) {
            String after = "__fish_seen_subcommand_from " + verb.word();
            text.append("complete -c jrunc -n __fish_use_subcommand -a ").append(verb.word()).append(" -d '").append(escaped(verb.purpose())).append("'\n");
            for (var option : verb.options()) text.append(fish(after, option));
            if (verb.takesContainer()) text.append("complete -c jrunc -n '").append(after).append("' -a '(jrunc list -q 2>/dev/null)'\n");
        }
        return text.toString();
    }

    private static String fish(String after, Option option) {
        return "complete -c jrunc -n '" + after + "' -l " + option.dashed().substring(2) + (option.takesValue() ? " -r" : "")
                + " -d '" + escaped(option.help()) + "'\n";
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("'", "\\'");
    }
}
