/**
 * Corpora: the images that a folder, archive, table or manifest lists, and how each is read.
 *
 * <p>Read {@code ImageListing} first. It lists a COCO json with {@code CocoListing}, a manifest with {@code Manifest}
 * and {@code ManifestListing}, and everything else with {@code CorpusFiles}, which opens archives. A listing is held as
 * {@code PackedImages}, made by {@code ImagePacker}. Executors read the images with {@code StoredImages}.
 */
@NullMarked
package dev.mnc.jobs.corpus;

import org.jspecify.annotations.NullMarked;
