package dev.mnc.jobs.corpus;

/** The images of a listing: in memory, or in files where there are more than memory is meant to hold. */
public sealed interface ListedImages permits PackedImages, SpilledImages {

    /** Returns the number of images. */
    long count();

    /** Returns the sum of their sizes, bytes. */
    long bytes();

    /** Returns the digest of the images, hex: the sum, modulo 2²⁵⁶, of the sha256 over id, address, size and version of each. */
    String digest();
}
