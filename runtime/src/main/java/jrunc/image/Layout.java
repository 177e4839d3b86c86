package jrunc.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jrunc.linux.StateException;
import jrunc.linux.UsageException;

/**
 * An OCI image layout: {@code oci-layout}, {@code index.json}, and under {@code blobs} each blob by its digest.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.0/image-layout.md">image-layout.md</a>
 */
public final class Layout {
    /** The file that makes a directory a layout. */
    public static final String MARK = "oci-layout";
    /** What that file says. */
    static final String VERSION = "{\"imageLayoutVersion\":\"1.0.0\"}";
    /** The file that lists the images. */
    public static final String INDEX = "index.json";
    /** How long an index, a manifest or a config may be, in bytes, as registries have it. */
    public static final int MOST_JSON = 4 << 20;

    private static final int DEEPEST = 4;

    private final ImageFiles files;

    private Layout(ImageFiles files) {
        this.files = files;
    }

    /** {@return the layout in this directory} */
    public static Layout at(Path folder) {
        return of(new FolderFiles(folder));
    }

    static Layout of(ImageFiles files) {
        if (!files.has(MARK)) throw new InvalidImageException(files.name(), "no file " + MARK + "; it is no OCI image layout");
        return new Layout(files);
    }

    /** {@return where a blob lies in a layout} */
    public static String path(Digest digest) {
        return "blobs/" + digest.algorithm() + '/' + digest.hex();
    }

    /** {@return what index.json lists} */
    public Index index() {
        return ImageJson.index(bytes(files.blob(INDEX), files.size(INDEX)), files.name() + '/' + INDEX);
    }

    /** {@return whether the blob is there; its bytes are not looked at} */
    public boolean has(Digest digest) {
        return files.has(path(digest));
    }

    /**
     * {@return the JSON of an index, manifest or config, whose digest and size are as the descriptor says}
     *
     * @throws InvalidImageException if they are not, or if it is too long
     */
    public byte[] json(Descriptor descriptor) {
        return bytes(blob(descriptor), descriptor.size());
    }

    /** {@return the JSON of this digest} */
    byte[] json(Digest digest) {
        return json(new Descriptor("", digest, files.size(path(digest))));
    }

    /** {@return the blob; whoever reads it to its end knows that digest and size are as the descriptor says} */
    public Blob blob(Descriptor descriptor) {
        return new Verified(files.blob(path(descriptor.digest())), descriptor);
    }

    private record Verified(Blob blob, Descriptor descriptor) implements Blob {
        @Override public String name() {
            return blob.name();
        }

        @Override public InputStream open() throws IOException {
            return new VerifiedStream(blob.open(), name(), descriptor.digest(), descriptor.size());
        }
    }

    private static byte[] bytes(Blob blob, long size) {
        if (size > MOST_JSON) throw new InvalidImageException(blob.name(), size + " bytes are too many for JSON of an image; at most " + MOST_JSON);
        try (var stream = blob.open()) {
            return stream.readAllBytes();
        } catch (IOException e) {
            throw new StateException("read " + blob.name() + ": " + e.getMessage(), e);
        }
    }

    /**
     * {@return the descriptor of the manifest that a name means}
     *
     * @param wanted nothing for the only image
     * @throws UsageException that lists the choices, if there is none or more than one
     */
    public Descriptor find(Optional<String> wanted, Platform platform) {
        var all = named();
        var matching = ImageNames.matching(all, wanted);
        List<Descriptor> descriptors = new ArrayList<>();
        List<String> names = null;
        for (var each : matching) {
            boolean another = names != null && !names.equals(each.names());
            if (another && !each.thing().digest().equals(descriptors.getFirst().digest())) throw ImageNames.undecided(files.name(), all, wanted);
            names = each.names();
            descriptors.add(each.thing());
        }
        if (descriptors.isEmpty() && wanted.isPresent()) throw ImageNames.undecided(files.name(), all, wanted);
        return manifest(descriptors, platform, 0);
    }

    /** {@return all that index.json lists, for a person} */
    List<Source.Listed> listed() {
        List<Source.Listed> listed = new ArrayList<>();
        for (var each : named()) {
            var platform = each.thing().platform();
            listed.add(new Source.Listed(each.names(), each.thing().digest() + (platform.isPresent() ? "  " + platform.get() : "")));
        }
        return listed;
    }

    /** {@return each descriptor of index.json with all its names} */
    private List<ImageNames.Named<Descriptor>> named() {
        List<ImageNames.Named<Descriptor>> all = new ArrayList<>();
        for (var descriptor : index().manifests()) {
            List<String> names = new ArrayList<>();
            for (var key : List.of(Descriptor.FULL_NAME, Descriptor.REF_NAME)) {
                var name = descriptor.annotations().get(key);
                if (name != null && !names.contains(name)) names.add(name);
            }
            all.add(new ImageNames.Named<>(names, descriptor));
        }
        return all;
    }

    /** {@return the one of these for {@code platform}, looked for in nested indexes, too} */
    private Descriptor manifest(List<Descriptor> descriptors, Platform platform, int depth) {
        if (depth == DEEPEST) throw new InvalidImageException(files.name(), "indexes in indexes, more than " + DEEPEST + " deep");
        var chosen = platform.choose(descriptors);
        if (chosen.isEmpty()) throw new UsageException(files.name() + ": no image for " + platform + "; there is: " + platforms(descriptors));
        var descriptor = chosen.get();
        String type = descriptor.mediaType();
        if (type.isEmpty()) type = ImageJson.mediaType(json(descriptor), descriptor.digest().toString());
        if (MediaType.isIndex(type)) return manifest(ImageJson.index(json(descriptor), "index " + descriptor.digest()).manifests(), platform, depth + 1);
        if (MediaType.isManifest(type)) return descriptor;
        throw new InvalidImageException("manifest " + descriptor.digest(), "of the type " + type + ", which is none of an image");
    }

    private static String platforms(List<Descriptor> descriptors) {
        var list = new StringBuilder();
        for (var each : descriptors) {
            if (each.platform().isPresent()) list.append(list.isEmpty() ? "" : ", ").append(each.platform().get());
        }
        return list.isEmpty() ? "nothing" : list.toString();
    }

    /** {@return the manifest} */
    public Manifest manifest(Descriptor descriptor) {
        return ImageJson.manifest(json(descriptor), "manifest " + descriptor.digest());
    }

    /** {@return the image that the manifest describes} */
    Image image(Descriptor descriptor) {
        var manifest = manifest(descriptor);
        String name = "image " + descriptor.digest();
        String type = manifest.config().mediaType();
        if (!type.isEmpty() && !MediaType.isConfig(type)) throw new InvalidImageException(name, "its config is " + type + ", so it is no image of a container");
        var json = json(manifest.config());
        var config = ImageConfigJson.read(json, "config " + manifest.config().digest());
        Image.checkLayers(name, config, manifest.layers().size());
        List<Image.Layer> layers = new ArrayList<>();
        for (int i = 0; i < manifest.layers().size(); i++) {
            var layer = manifest.layers().get(i);
            if (!MediaType.isLayer(layer.mediaType())) throw new InvalidImageException("layer " + layer.digest(), "of the type " + layer.mediaType() + ", which is none of a layer");
            layers.add(new Image.Layer(layer.mediaType(), Optional.of(layer.digest()), config.diffIds().get(i), layer.size(), new Late(files, layer)));
        }
        return new Image(name, Optional.of(descriptor), json, config, layers);
    }

    /**
     * A layer's blob, looked for only when it is unpacked: who has the layer already need not have the blob. What is in it has a digest, too, the
     * diffID, which the config says, whose digest the manifest says. So that of the blob itself is calculated only if the diffID was wrong: one digest
     * of all bytes is enough, and takes as long as to decompress them.
     */
    private record Late(ImageFiles files, Descriptor descriptor) implements Blob {
        @Override public String name() {
            return path(descriptor.digest()) + " in " + files.name();
        }

        @Override public InputStream open() throws IOException {
            var blob = files.blob(path(descriptor.digest()));
            long size = files.size(path(descriptor.digest()));
            if (size != descriptor.size()) throw new InvalidImageException(name(), size + " bytes, and it should have " + descriptor.size());
            return blob.open();
        }

        @Override public void verify() throws IOException {
            try (var all = new Verified(files.blob(path(descriptor.digest())), descriptor).open()) {
                all.transferTo(OutputStream.nullOutputStream());
            }
        }
    }
}
