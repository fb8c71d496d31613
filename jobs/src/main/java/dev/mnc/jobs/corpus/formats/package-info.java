/**
 * The file formats of images in numbers and of lists of images: tar ({@code TarShard}), Parquet ({@code ParquetTable}
 * for lists, {@code ParquetCells} for images), CSV and JSON lines ({@code TextRows}).
 */
@NullMarked
package dev.mnc.jobs.corpus.formats;

import org.jspecify.annotations.NullMarked;
