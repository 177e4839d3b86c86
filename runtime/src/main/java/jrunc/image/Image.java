package jrunc.image;

import java.util.List;
import java.util.Optional;

/**
 * One image, ready to be unpacked, whatever form it came in.
 *
 * @param name     what it is called in messages
 * @param manifest its manifest's, where it has one
 * @param json     the config as it is in the image
 * @param layers   lowest first
 */
record Image(String name, Optional<Descriptor> manifest, byte[] json, ImageConfig config, List<Layer> layers) {
    Image {
        layers = List.copyOf(layers);
    }

    /**
     * One of its layers.
     *
     * @param mediaType as the manifest has it; empty where there is none
     * @param digest    of the blob; nothing where only that of the plain tar is known
     * @param size      of the blob in bytes
     */
    record Layer(String mediaType, Optional<Digest> digest, Digest diffId, long size, Blob blob) {}

    /** @throws InvalidImageException if config and manifest do not speak of the same layers */
    static void checkLayers(String name, ImageConfig config, int layers) {
        int unpacked = config.diffIds().size();
        if (unpacked != layers) throw new InvalidImageException(name, "its config has " + unpacked + " diff_ids, its manifest " + layers + " layers");
    }
}
