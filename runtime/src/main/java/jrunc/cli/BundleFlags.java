package jrunc.cli;

import java.util.ArrayList;
import java.util.List;
import jrunc.linux.UsageException;
import jrunc.plan.BundleRequest;
import jrunc.plan.BundleRequest.LayerLimits;
import jrunc.plan.Command;

/** What {@code bundle} was given: which of its four things is meant, and with what. */
final class BundleFlags {
    private static final String INSPECT = "inspect";

    private BundleFlags() {}

    static Command of(Arguments given, String directory) {
        List<String> words = new ArrayList<>(given.words());
        var store = given.value(Option.STORE).map(path -> AbsolutePath.of(directory, path));
        var platform = given.value(Option.PLATFORM);
        boolean plain = given.has(Option.PLAIN_HTTP);
        var exported = given.value(Option.EXPORT);
        var committed = given.value(Option.COMMIT);
        if (exported.isPresent() || committed.isPresent()) {
            if (exported.isPresent() && committed.isPresent()) throw new UsageException("bundle: --export and --commit are two commands");
            only(given, words, 1, exported.isPresent() ? "--export ID FILE" : "--commit ID LAYOUT");
            if (committed.isPresent()) return new Command.Bundle(new BundleRequest.Commit(ContainerId.checked(committed.get()), words.getFirst()));
            return new Command.Bundle(new BundleRequest.Export(ContainerId.checked(exported.get()), AbsolutePath.of(directory, words.getFirst())));
        }
        var source = given.value(Option.FROM);
        if (words.getFirst().equals(INSPECT)) {
            words.removeFirst();
            source.ifPresent(words::addFirst);
            if (words.size() != 1) throw new UsageException("usage: jrunc bundle inspect SOURCE");
            return new Command.Bundle(new BundleRequest.Inspect(words.getFirst(), store, platform, plain, limits(given)));
        }
        source.ifPresent(words::addFirst);
        if (words.size() < 2) throw new UsageException("usage: jrunc bundle [flags] SOURCE DIR [PROGRAM...]");
        return new Command.Bundle(new BundleRequest.Make(words.get(0), AbsolutePath.of(directory, words.get(1)), words.subList(2, words.size()), store,
                platform, plain, given.has(Option.TTY), limits(given)));
    }

    private static LayerLimits limits(Arguments given) {
        var usual = LayerLimits.DEFAULT;
        var size = given.value(Option.MAX_LAYER_SIZE);
        var entries = given.value(Option.MAX_LAYER_ENTRIES);
        return new LayerLimits(size.isEmpty() ? usual.bytes() : positive(Option.MAX_LAYER_SIZE, size.get(), Size.bytes(size.get()), "a size such as 500m"),
                entries.isEmpty() ? usual.entries() : positive(Option.MAX_LAYER_ENTRIES, entries.get(), number(entries.get()), "a whole number from 1 on"));
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private static long positive(Option option, String text, long number, String wanted) {
        if (number <= 0) throw new UsageException("invalid value \"" + text + "\" for " + option.dashed() + "; " + wanted);
        return number;
    }

    private static void only(Arguments given, List<String> words, int count, String usage) {
        boolean more = words.size() != count;
        for (var option : List.of(Option.FROM, Option.STORE, Option.PLATFORM, Option.MAX_LAYER_SIZE, Option.MAX_LAYER_ENTRIES)) more |= given.value(option).isPresent();
        if (more || given.has(Option.TTY) || given.has(Option.PLAIN_HTTP)) throw new UsageException("usage: jrunc bundle " + usage);
    }
}
