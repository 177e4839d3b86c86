package jrunc.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jrunc.linux.UsageException;
import jrunc.plan.BundleRequest;
import jrunc.plan.BundleRequest.LayerLimits;
import jrunc.plan.Command;

/** What {@code bundle} was given: which of its things is meant, and with what. */
final class BundleFlags {
    private static final String INSPECT = "inspect";
    /** What is about making a bundle, and nothing else. */
    private static final List<Option> OF_IMAGES = List.of(Option.FROM, Option.PLATFORM, Option.PLAIN_HTTP, Option.TTY, Option.MAX_LAYER_SIZE, Option.MAX_LAYER_ENTRIES);
    private static final String USAGE = "usage: jrunc bundle [flags] SOURCE DIR [PROGRAM...]";

    private BundleFlags() {}

    static Command of(Arguments given, String directory) {
        List<String> words = new ArrayList<>(given.words());
        var store = given.value(Option.STORE).map(path -> AbsolutePath.of(directory, path));
        var platform = given.value(Option.PLATFORM);
        boolean plain = given.has(Option.PLAIN_HTTP);
        var exported = given.value(Option.EXPORT);
        var committed = given.value(Option.COMMIT);
        if (exported.isPresent() || committed.isPresent()) {
            if (given.has(Option.PRUNE) || given.value(Option.REMOVE).isPresent()) throw new UsageException("bundle: --export, --commit, --prune and --remove are commands of their own");
            if (exported.isPresent() && committed.isPresent()) throw new UsageException("bundle: --export and --commit are two commands");
            only(given, words, 1, exported.isPresent() ? "--export ID FILE" : "--commit ID LAYOUT");
            if (committed.isPresent()) return new Command.Bundle(new BundleRequest.Commit(ContainerId.checked(committed.get()), words.getFirst()));
            return new Command.Bundle(new BundleRequest.Export(ContainerId.checked(exported.get()), AbsolutePath.of(directory, words.getFirst())));
        }
        if (given.has(Option.PRUNE) || given.value(Option.REMOVE).isPresent()) return removal(given, directory, store);
        if (given.has(Option.DRY_RUN)) throw new UsageException("bundle: --dry-run is for --prune");
        var source = given.value(Option.FROM);
        if (words.isEmpty()) throw new UsageException(USAGE);
        if (words.getFirst().equals(INSPECT)) {
            words.removeFirst();
            source.ifPresent(words::addFirst);
            if (words.size() != 1) throw new UsageException("usage: jrunc bundle inspect SOURCE");
            return new Command.Bundle(new BundleRequest.Inspect(words.getFirst(), store, platform, plain, limits(given)));
        }
        source.ifPresent(words::addFirst);
        if (words.size() < 2) throw new UsageException(USAGE);
        return new Command.Bundle(new BundleRequest.Make(words.get(0), AbsolutePath.of(directory, words.get(1)), words.subList(2, words.size()), store,
                platform, plain, given.has(Option.TTY), limits(given)));
    }

    private static Command removal(Arguments given, String directory, Optional<String> store) {
        var removed = given.value(Option.REMOVE);
        boolean alone = given.words().isEmpty() && removed.isPresent() != given.has(Option.PRUNE);
        for (var option : OF_IMAGES) alone &= given.value(option).isEmpty() && !given.has(option);
        if (!alone || removed.isPresent() && (store.isPresent() || given.has(Option.DRY_RUN))) {
            throw new UsageException("usage: jrunc bundle " + (given.has(Option.PRUNE) ? "--prune [--dry-run] [--store DIR]" : "--remove DIR"));
        }
        if (removed.isPresent()) return new Command.Bundle(new BundleRequest.Remove(AbsolutePath.of(directory, removed.get())));
        return new Command.Bundle(new BundleRequest.Prune(store, given.has(Option.DRY_RUN)));
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
        boolean more = words.size() != count || given.value(Option.STORE).isPresent() || given.has(Option.DRY_RUN);
        for (var option : OF_IMAGES) more |= given.value(option).isPresent() || given.has(option);
        if (more) throw new UsageException("usage: jrunc bundle " + usage);
    }
}
