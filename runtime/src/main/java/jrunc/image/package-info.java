/**
 * From an image to directories: an image is a stack of tar streams and some JSON. {@link jrunc.image.TarReader} and {@link
 * jrunc.image.TarWriter} are the streams (pure: bytes in, entries out, and back), the {@link jrunc.image.LayerStore} keeps each
 * layer once, unpacked as overlayfs wants to see it. {@link jrunc.image.RegistryPull} fetches an image from a registry into an OCI
 * layout in the store, from where it is taken as from any other.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.0/layer.md">image-spec, layer.md</a>
 */
package jrunc.image;
