/**
 * Files in whatever file system: local folders through java.nio, object stores through Hadoop.
 *
 * <p>{@code Store} opens and creates files by uri, {@code FileWalk} lists them, {@code StoredInput} reads parts of one,
 * {@code S3Objects} reads whole objects of a bucket.
 */
@NullMarked
package dev.mnc.jobs.store;

import org.jspecify.annotations.NullMarked;
