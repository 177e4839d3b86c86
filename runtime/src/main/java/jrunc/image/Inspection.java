package jrunc.image;

import java.util.List;
import java.util.Optional;
import jrunc.config.JsonWriter;

/** What a source is made of, as text for a person: which images, which layers, how they came about, how they are run. */
public final class Inspection {
    private static final int LABEL = 14;
    private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB"};

    private final StringBuilder text = new StringBuilder();

    private Inspection() {}

    /**
     * {@return the text}
     *
     * @param source   as written
     * @param platform {@code os/arch}; nothing for this host's
     */
    public static String of(String source, Optional<String> platform, Sources sources) {
        var inspection = new Inspection();
        if (source.equals(BundleMaker.SCRATCH)) return "scratch: nothing at all\n";
        try (var opened = sources.openToDescribe(source, BundleMaker.platform(platform))) {
            inspection.text.append(oneLine(source)).append(": ").append(opened.form()).append("\n");
            if (opened instanceof Source.OfImage image) inspection.image(image);
        }
        return inspection.text.toString();
    }

    private void images(List<Source.Listed> images) {
        text.append("images\n");
        for (var image : images) {
            text.append("  ").append(image.names().isEmpty() ? "(no name)" : String.join(", ", image.names()));
            if (!image.about().isEmpty()) text.append("  ").append(image.about());
            text.append('\n');
        }
    }

    private void image(Source.OfImage source) {
        var image = source.image();
        if (!source.listed().isEmpty()) images(source.listed());
        if (image.manifest().isPresent()) row("manifest", image.manifest().get().digest() + "  " + image.manifest().get().mediaType());
        row("config", Digest.of(image.json()).toString());
        var config = image.config();
        row("platform", config.platform().toString());
        row("created", config.created());
        row("author", config.author());
        layers(image.layers());
        history(config, image.layers());
        run(config.run());
    }

    private void layers(List<Image.Layer> layers) {
        long sum = 0;
        for (var layer : layers) sum += layer.size();
        row("layers", layers.size() + ", " + size(sum) + ", lowest first");
        for (int i = 0; i < layers.size(); i++) {
            var layer = layers.get(i);
            text.append("  ").append(i + 1).append(i < 9 ? "  " : " ").append(size(layer.size()));
            if (layer.digest().isPresent()) text.append("  ").append(layer.digest().get()).append("  ").append(layer.mediaType());
            text.append("\n     unpacked ").append(layer.diffId()).append('\n');
        }
    }

    /** One line a step, lowest first, with the number of the layer that it made. */
    private void history(ImageConfig config, List<Image.Layer> layers) {
        if (config.history().isEmpty()) return;
        text.append("history\n");
        int layer = 0;
        for (var step : config.history()) {
            boolean hasLayer = !step.emptyLayer() && layer < layers.size();
            if (hasLayer) layer++;
            text.append("  ").append(hasLayer ? Integer.toString(layer) : "-").append(hasLayer && layer > 9 ? " " : "  ");
            text.append(step.created().orElse("")).append("  ").append(oneLine(step.createdBy().orElse("")));
            if (step.comment().isPresent()) text.append("  # ").append(oneLine(step.comment().get()));
            text.append('\n');
        }
    }

    private void run(ImageConfig.Run run) {
        row("entrypoint", list(run.entrypoint()));
        row("cmd", list(run.cmd()));
        row("user", run.user());
        row("directory", run.workingDir());
        row("stop signal", run.stopSignal());
        row("ports", list(run.exposedPorts()));
        row("volumes", list(run.volumes()));
        lines("environment", run.env());
        if (!run.labels().isEmpty()) text.append("labels\n");
        for (var label : run.labels().entrySet()) text.append("  ").append(oneLine(label.getKey() + "=" + label.getValue())).append('\n');
    }

    private void lines(String label, List<String> lines) {
        if (lines.isEmpty()) return;
        text.append(label).append('\n');
        for (var line : lines) text.append("  ").append(oneLine(line)).append('\n');
    }

    private void row(String label, Optional<String> value) {
        if (value.isPresent()) row(label, value.get());
    }

    private void row(String label, String value) {
        text.append(label).repeat(' ', LABEL - label.length()).append(oneLine(value)).append('\n');
    }

    private static Optional<String> list(List<String> words) {
        if (words.isEmpty()) return Optional.empty();
        var json = new JsonWriter("");
        json.beginArray();
        for (var word : words) json.value(word);
        return Optional.of(json.endArray().toString());
    }

    /** {@return the text without what a terminal would take for orders: an image says what it likes} */
    private static String oneLine(String said) {
        var line = new StringBuilder();
        for (int i = 0; i < said.length(); i++) {
            char c = said.charAt(i);
            line.append(c == '\n' || c == '\t' ? ' ' : Character.isISOControl(c) || c == '\u2028' || c == '\u2029' ? '?' : c);
        }
        return line.toString();
    }

    /** {@return {@code 3.2 MB}, in powers of 1000 as docker has it} */
    static String size(long bytes) {
        long value = bytes * 10;
        int unit = 0;
        while (value >= 10_000 && unit + 1 < UNITS.length) {
            value = (value + 500) / 1000;
            unit++;
        }
        return unit == 0 ? bytes + " B" : value / 10 + "." + value % 10 + ' ' + UNITS[unit];
    }
}
