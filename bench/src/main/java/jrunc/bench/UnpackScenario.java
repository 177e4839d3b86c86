package jrunc.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** {@code bundle} of a large layer, beside tar: one turn unpacks it in each way, for none of the other runtimes does that. */
final class UnpackScenario implements Scenario {
    private static final Path SOURCE = Path.of("/usr");
    static final String TAR = "/usr/bin/tar";
    static final String BY_TAR = "tar -xzf";
    static final String OF_ARCHIVE = "jrunc bundle FILE.tar.gz";
    static final String OF_LAYOUT = "jrunc bundle LAYOUT";
    static final Metric TIME = new Metric("unpack", Metric.Unit.MILLISECONDS);
    static final Metric PEAK = new Metric("peak of unpack", Metric.Unit.KIB);

    private Optional<Layer> layer = Optional.empty();

    @Override
    public String name() {
        return "unpack";
    }

    @Override
    public String meaning() {
        return "up to 20,000 files of the host's /usr, compressed as `gzip -6` does, unpacked into a new directory on a tmpfs, as an archive and as the one layer of an image, whose"
                + " diffID is verified, with the archive in the page cache; and the most memory that was resident in it, for tar without that of its gzip";
    }

    @Override
    public int oneIn() {
        return 10;
    }

    @Override
    public Optional<String> obstacle() {
        return Files.isExecutable(Path.of(TAR)) ? Optional.empty() : Optional.of("no program " + TAR);
    }

    @Override
    public boolean takes(Contender contender) {
        return contender.name().equals(Field.PLAIN);
    }

    @Override
    public void turn(Contender contender, int round, Stand stand) throws IOException, InterruptedException {
        if (layer.isEmpty()) layer = Optional.of(Layer.of(SOURCE, Files.createDirectory(stand.scratch().resolve("layer"))));
        if (round == 0) stand.samples().note(layer.get().words());
        var jrunc = (Contender.Runtime) contender;
        var to = stand.state().resolve("unpacked"); // not on a disk, for which all would only wait
        var store = to.resolve("store").toString();
        var bundle = to.resolve("bundle").toString();
        var ways = new ArrayList<>(List.of(
                new Contender.Program(BY_TAR, List.of(TAR, "-xzf", layer.get().archive().toString(), "-C", to.toString())),
                new Contender.Program(OF_ARCHIVE, jrunc.command("bundle", "--store", store, layer.get().archive().toString(), bundle)),
                new Contender.Program(OF_LAYOUT, jrunc.command("bundle", "--store", store, layer.get().layout().toString(), bundle))));
        Collections.rotate(ways, round);
        for (var way : ways) {
            Files.createDirectory(to);
            try {
                var lap = stand.stopwatch().time(way.command());
                stand.samples().add(TIME, way.name(), lap.milliseconds());
                stand.samples().add(PEAK, way.name(), lap.peak());
            } finally {
                Scratch.remove(to);
            }
        }
    }

    @Override
    public void clear() throws IOException {
        if (layer.isPresent()) Scratch.remove(layer.get().archive().getParent());
        layer = Optional.empty();
    }
}
