package jrunc.image;

import jrunc.config.JsonWriter;

/** A manifest as JSON, in OCI's words, also where docker's were read. */
final class OciManifest {
    private static final String DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar";

    private OciManifest() {}

    static byte[] of(Manifest manifest) {
        var json = new JsonWriter("").beginObject().key("schemaVersion").value(2).key("mediaType").value(MediaType.MANIFEST).key("config");
        descriptor(json, MediaType.CONFIG, manifest.config());
        json.key("layers").beginArray();
        for (var layer : manifest.layers()) descriptor(json, layerType(layer.mediaType()), layer);
        return json.endArray().endObject().utf8();
    }

    /** {@code .gzip} and the like come after a dot there, after a plus here. */
    private static String layerType(String type) {
        if (!type.startsWith(DOCKER_LAYER)) return type;
        return type.length() == DOCKER_LAYER.length() ? MediaType.LAYER : MediaType.LAYER + '+' + type.substring(DOCKER_LAYER.length() + 1);
    }

    private static void descriptor(JsonWriter json, String type, Descriptor blob) {
        json.beginObject().key("mediaType").value(type).key("digest").value(blob.digest().toString()).key("size").value(blob.size()).endObject();
    }
}
