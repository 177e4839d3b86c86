package jrunc.cli;

import java.util.List;
import java.util.Optional;
import jrunc.lifecycle.Caller;
import jrunc.lifecycle.ExecException;
import jrunc.linux.Signal;
import jrunc.linux.UsageException;
import jrunc.plan.Command;
import jrunc.plan.Command.ListFormat;
import jrunc.plan.Global;
import jrunc.plan.Ties;

/**
 * A command line being read: the flags before the command's name first, because they say where a failure of the rest is
 * recorded, then the rest.
 */
final class CommandLine {
    private static final long LEAST_MEMORY = 16L << 20;

    private final String[] argv;
    private final Caller caller;
    private final Arguments before;
    private final Global global;

    /** Reads the flags before the command's name. */
    CommandLine(String[] argv, Caller caller) {
        this.argv = argv;
        this.caller = caller;
        ReadableText.check(argv);
        this.before = Arguments.untilWord(argv, 0, Verb.Flags.GLOBAL, null);
        this.global = GlobalFlags.of(before, caller);
    }

    Global global() {
        return global;
    }

    /** Reads the rest. */
    Request request() {
        if (before.has(Option.HELP)) return new Request.Print(Help.all());
        if (before.has(Option.VERSION)) return new Request.Print(Version.text());
        if (before.next() == argv.length) throw new UsageException("no command given; see jrunc --help");
        var verb = known(argv[before.next()]);
        return verb == Verb.EXPLAIN ? explain(before.next() + 1) : request(verb, before.next() + 1);
    }

    private Request request(Verb verb, int from) {
        var given = verb.endsFlagsAtWord() ? Arguments.thenWords(argv, from, verb.options(), verb) : Arguments.untilEnd(argv, from, verb.options(), verb);
        if (given.has(Option.HELP)) return new Request.Print(Help.of(verb));
        count(verb, given.words().size());
        if (verb == Verb.COMPLETION) return new Request.Print(Completion.of(given.words().getFirst()));
        if (verb == Verb.SERVE) return serve(given);
        if (verb != Verb.HELP) return new Request.Perform(command(verb, given));
        return new Request.Print(given.words().isEmpty() ? Help.all() : Help.of(known(given.words().getFirst())));
    }

    private Request explain(int from) {
        var given = Arguments.untilWord(argv, from, Verb.EXPLAIN.options(), Verb.EXPLAIN);
        if (given.has(Option.HELP)) return new Request.Print(Help.of(Verb.EXPLAIN));
        count(Verb.EXPLAIN, argv.length - given.next());
        var verb = known(argv[given.next()]);
        switch (verb) {
            case CREATE, RUN, START, EXEC, KILL, DELETE, PAUSE, RESUME, UPDATE, BUNDLE -> { }
            default -> throw new UsageException("explain " + verb.word() + ": it changes nothing");
        }
        var explained = request(verb, given.next() + 1);
        return explained instanceof Request.Perform perform ? new Request.Perform(new Command.Explain(perform.command())) : explained;
    }

    private Command command(Verb verb, Arguments given) {
        return switch (verb) {
            case CREATE -> create(given, ties(false, given));
            case RUN -> new Command.Run(create(given, ties(!given.has(Option.DETACH), given)), given.has(Option.KEEP));
            case START -> new Command.Start(id(given), caller.variable("NOTIFY_SOCKET"));
            case EXEC -> exec(given);
            case STATE -> new Command.State(id(given));
            case KILL -> new Command.Kill(id(given), signal(given.words()), given.has(Option.ALL), given.has(Option.AWAIT));
            case PAUSE -> new Command.Pause(id(given));
            case RESUME -> new Command.Resume(id(given));
            case PS -> new Command.Ps(id(given), listFormat(given), given.words().subList(1, given.words().size()));
            case EVENTS -> new Command.Events(id(given), interval(given), given.has(Option.STATS));
            case BUNDLE -> BundleFlags.of(given, caller.directory());
            case GC -> new Command.Gc(given.has(Option.DRY_RUN));
            case UPDATE -> UpdateFlags.of(id(given), given, caller.directory());
            case DELETE -> new Command.Delete(id(given), given.has(Option.FORCE));
            case LIST -> new Command.ListContainers(listFormat(given), given.has(Option.QUIET));
            case SPEC -> new Command.Spec(path(given, Option.BUNDLE).orElse(caller.directory()), given.has(Option.ROOTLESS_SPEC));
            case VALIDATE -> new Command.Validate(bundle(given), given.has(Option.STRICT));
            case FEATURES -> new Command.Features(Version.annotations());
            case CHECKPOINT, RESTORE -> throw new UsageException(verb.word() + ": this jrunc cannot do it yet; use another runtime for containers that need it");
            case COMPILE -> compile(given);
            case EXPLAIN,
                 COMPLETION,
                 SERVE,
                 HELP ->
                throw new IllegalArgumentException(verb.word() + " is not a command to perform");
        };
    }

    private String bundle(Arguments given) {
        if (given.words().isEmpty()) return path(given, Option.BUNDLE).orElse(caller.directory());
        return AbsolutePath.of(caller.directory(), given.words().getFirst());
    }

    private Ties ties(boolean foreground, Arguments given) {
        return new Ties(foreground, foreground && !given.has(Option.NO_SUBREAPER), listenFds(), caller.variable("NOTIFY_SOCKET"));
    }

    /** What systemd has handed over to another process of that environment is not for this one; so is what is no number. */
    private int listenFds() {
        var count = caller.variable("LISTEN_FDS");
        if (count.isEmpty() || !caller.variable("LISTEN_PID").equals(Optional.of(Long.toString(caller.pid())))) return 0;
        try {
            return Math.max(0, Integer.parseInt(count.get()));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** As runc answers: 1 for a flag that there is not, 255 for a value that is none. */
    private Command exec(Arguments given) {
        String id = id(given);
        try {
            return ExecFlags.of(id, given, caller.directory());
        } catch (UsageException e) {
            throw new ExecException(e);
        }
    }

    private Command.Create create(Arguments given, Ties ties) {
        return create(id(given), path(given, Option.BUNDLE).orElse(caller.directory()), given, ties);
    }

    private Command.Create create(String id, String bundle, Arguments given, Ties ties) {
        return new Command.Create(id, bundle, path(given, Option.PID_FILE),
                path(given, Option.CONSOLE_SOCKET), path(given, Option.PIDFD_SOCKET), preserveFds(given) + ties.listenFds(), given.has(Option.NO_PIVOT),
                given.has(Option.NO_NEW_KEYRING), given.has(Option.OVERLAY), ties);
    }

    /** What the caller's environment hands over is this command's, and not that of the program that it writes. */
    private Command compile(Arguments given) {
        var output = path(given, Option.OUTPUT);
        if (output.isEmpty()) throw new UsageException("compile: needs " + Option.OUTPUT.dashed() + ", the file to write");
        var bundle = path(given, Option.BUNDLE).orElse(caller.directory());
        var id = given.words().isEmpty() ? ContainerId.from(bundle) : id(given);
        var ties = new Ties(true, !given.has(Option.NO_SUBREAPER), 0, Optional.empty());
        return new Command.Compile(create(id, bundle, given, ties), output.get());
    }

    private Optional<String> path(Arguments given, Option option) {
        var path = given.value(option);
        return path.isEmpty() ? path : Optional.of(AbsolutePath.of(caller.directory(), path.get()));
    }

    private static String id(Arguments given) {
        return ContainerId.checked(given.words().getFirst());
    }

    private static Signal signal(List<String> words) {
        return words.size() == 1 ? Signal.SIGTERM : Signal.named(words.get(1), true);
    }

    static int preserveFds(Arguments given) {
        var number = given.value(Option.PRESERVE_FDS).orElse("0");
        try {
            int count = Integer.parseInt(number);
            if (count >= 0) return count;
        } catch (NumberFormatException e) {
            // said below, as for a negative number
        }
        throw new UsageException("invalid value \"" + number + "\" for --preserve-fds; a whole number from 0 on");
    }

    private static Request serve(Arguments given) {
        long idle = Interval.nanoseconds(given.value(Option.IDLE).orElse("10m"));
        if (idle <= 0) throw new UsageException("invalid value \"" + given.value(Option.IDLE).orElse("") + "\" for --idle; a duration such as 90s or 1h");
        long memory = Size.bytes(given.value(Option.MAX_MEMORY).orElse("64m"));
        if (memory < LEAST_MEMORY) throw new UsageException("invalid value \"" + given.value(Option.MAX_MEMORY).orElse("") + "\" for --max-memory; a size of 16m or more");
        return new Request.Serve(idle, memory);
    }

    private static long interval(Arguments given) {
        var text = given.value(Option.INTERVAL).orElse("5s");
        long nanoseconds = Interval.nanoseconds(text);
        if (nanoseconds == 0 || nanoseconds < 0 && text.startsWith("-")) throw new UsageException("duration interval must be greater than 0");
        if (nanoseconds < 0) throw new UsageException("invalid value \"" + text + "\" for --interval; a duration such as 5s, 1m30s or 500ms");
        return nanoseconds;
    }

    private static ListFormat listFormat(Arguments given) {
        var word = given.value(Option.FORMAT).orElse("table");
        return switch (word) {
            case "table" -> ListFormat.TABLE;
            case "json" -> ListFormat.JSON;
            default -> throw new UsageException("invalid format option: " + word + "; table or json");
        };
    }

    private static Verb known(String word) {
        var verb = Verb.named(word);
        if (verb == null) throw new UsageException("unknown command \"" + word + "\"; see jrunc --help");
        return verb;
    }

    /** In runc's words, for whoever looks for them. */
    private static void count(Verb verb, int count) {
        if (count >= verb.least() && count <= verb.most()) return;
        var bound = verb.least() == verb.most() ? "exactly " + verb.least()
                : count < verb.least() ? "a minimum of " + verb.least() : "a maximum of " + verb.most();
        throw new UsageException('"' + verb.word() + "\" requires " + bound + " argument(s); usage: " + verb.usage());
    }
}
