package jrunc.image;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** An image whose layers are any bytes: what is pulled is not unpacked here. */
record FakeImage(byte[] config, List<byte[]> layers, byte[] manifest) {
    /** {@return an image with layers of those sizes, the same each time} */
    static FakeImage of(int... sizes) {
        var layers = new ArrayList<byte[]>();
        for (int size : sizes) {
            var layer = new byte[size];
            new Random(size).nextBytes(layer);
            layers.add(layer);
        }
        var config = "{\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]}}".getBytes(StandardCharsets.UTF_8);
        return new FakeImage(config, layers, manifest(config, layers).getBytes(StandardCharsets.UTF_8));
    }

    static String manifest(byte[] config, List<byte[]> layers) {
        var text = new StringBuilder("{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.MANIFEST + "\",\"config\":" + descriptor(MediaType.CONFIG, config) + ",\"layers\":[");
        for (int i = 0; i < layers.size(); i++) text.append(i == 0 ? "" : ",").append(descriptor(MediaType.LAYER_GZIP, layers.get(i)));
        return text.append("]}").toString();
    }

    static String descriptor(String type, byte[] bytes) {
        return "{\"mediaType\":\"" + type + "\",\"digest\":\"" + Digest.of(bytes) + "\",\"size\":" + bytes.length + "}";
    }

    /** {@return an index with one manifest for each platform, {@code os/architecture}} */
    static byte[] index(String type, List<String> platforms, List<byte[]> manifests) {
        var text = new StringBuilder("{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.INDEX + "\",\"manifests\":[");
        for (int i = 0; i < platforms.size(); i++) {
            var platform = platforms.get(i).split("/");
            var one = descriptor(type, manifests.get(i));
            text.append(i == 0 ? "" : ",").append(one, 0, one.length() - 1).append(",\"platform\":{\"os\":\"" + platform[0] + "\",\"architecture\":\"" + platform[1] + "\"}}");
        }
        return text.append("]}").toString().getBytes(StandardCharsets.UTF_8);
    }

    Digest digest() {
        return Digest.of(manifest);
    }

    Digest layer(int index) {
        return Digest.of(layers.get(index));
    }

    /** {@return the blobs' and the manifest's sizes together} */
    long size() {
        return config.length + manifest.length + layers.stream().mapToLong(l -> l.length).sum();
    }

    /** Puts it there under {@code name:tag} and its digest. */
    void into(FakeRegistry registry, String name, String tag) {
        registry.content("/v2/" + name + "/manifests/" + tag, manifest, "Content-Type: " + MediaType.MANIFEST, "Docker-Content-Digest: " + digest());
        registry.content("/v2/" + name + "/manifests/" + digest(), manifest, "Content-Type: " + MediaType.MANIFEST);
        registry.content(blob(name, Digest.of(config)), config);
        for (var layer : layers) registry.content(blob(name, Digest.of(layer)), layer);
    }

    static String blob(String name, Digest digest) {
        return "/v2/" + name + "/blobs/" + digest;
    }
}
