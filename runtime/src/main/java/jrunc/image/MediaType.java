package jrunc.image;

/**
 * What a blob of an image is, in OCI's words and in docker's, which mean the same files.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.0/media-types.md">media-types.md</a>
 */
public final class MediaType {
    public static final String INDEX = "application/vnd.oci.image.index.v1+json";
    public static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    public static final String CONFIG = "application/vnd.oci.image.config.v1+json";
    public static final String LAYER = "application/vnd.oci.image.layer.v1.tar";
    public static final String LAYER_GZIP = LAYER + "+gzip";
    public static final String DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";
    public static final String DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
    public static final String DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json";

    private static final String FOREIGN = "application/vnd.oci.image.layer.nondistributable.";
    private static final String DOCKER_FOREIGN = "application/vnd.docker.image.rootfs.foreign.";
    private static final String DOCKER_MANIFEST_1 = "application/vnd.docker.distribution.manifest.v1";

    private MediaType() {}

    /** {@return whether it is a list of manifests} */
    public static boolean isIndex(String type) {
        return type.equals(INDEX) || type.equals(DOCKER_LIST);
    }

    /** {@return whether it is the manifest of one image} */
    public static boolean isManifest(String type) {
        return type.equals(MANIFEST) || type.equals(DOCKER_MANIFEST);
    }

    /** {@return whether it is the config of an image, and not of something else that registries keep} */
    public static boolean isConfig(String type) {
        return type.equals(CONFIG) || type.equals(DOCKER_CONFIG);
    }

    /** {@return whether it is a layer: a tar, compressed or not; the bytes themselves say how} */
    public static boolean isLayer(String type) {
        return type.startsWith("application/vnd.oci.image.layer.") || type.startsWith("application/vnd.docker.image.rootfs.");
    }

    /** {@return whether it is a layer that lies not in registries, but where its maker gives it out} */
    public static boolean isForeign(String type) {
        return type.startsWith(FOREIGN) || type.startsWith(DOCKER_FOREIGN);
    }

    /** {@return whether it is the manifest of before 2016, which has no config and no digests of what is unpacked} */
    public static boolean isOutdated(String type) {
        return type.startsWith(DOCKER_MANIFEST_1);
    }
}
