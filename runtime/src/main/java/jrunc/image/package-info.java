/**
 * From an image to directories: an image is a stack of tar streams and some JSON. {@link jrunc.image.TarReader} and {@link
 * jrunc.image.TarWriter} are the streams (pure: bytes in, entries out, and back), the {@link jrunc.image.LayerStore} keeps each
 * layer once, unpacked as overlayfs wants to see it. {@link jrunc.image.RegistryPull} fetches an image from a registry into an OCI
 * layout in the store, from where it is taken as from any other.
 *
 * <p>{@link jrunc.image.Sources} finds out what a command line names, {@link jrunc.image.Layout} reads OCI's form of images, {@link
 * jrunc.image.Conversion} makes a container's config of an image's (pure, as all that reads JSON here), {@link jrunc.image.BundleMaker} puts it
 * together; {@link jrunc.image.ContainerTree} goes the other way, from a container's layers to an archive or to one more layer. {@link
 * jrunc.image.Pruning} removes what no bundle needs any more.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.0/layer.md">image-spec, layer.md</a>
 */
package jrunc.image;
