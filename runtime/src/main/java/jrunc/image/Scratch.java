package jrunc.image;

import java.nio.file.Path;

/**
 * Room for what must be decompressed to be read.
 *
 * @param directory made when it is needed
 * @param limit     most bytes
 */
record Scratch(Path directory, long limit) {}
