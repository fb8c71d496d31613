/**
 * The label table: two Parquet tables of labels, and the objects that publish a run of labelling in them.
 *
 * <pre>
 *   &lt;table&gt;/instances/run=&lt;run-id&gt;/wave=&lt;nnnn&gt;/part-*.zstd.parquet   one row for each instance
 *   &lt;table&gt;/images/run=&lt;run-id&gt;/wave=&lt;nnnn&gt;/part-*.zstd.parquet      one row for each image
 *   &lt;table&gt;/runs/&lt;run-id&gt;.claim                                       the name is taken; the run is not published
 *   &lt;table&gt;/runs/&lt;run-id&gt;.json                                        the run is published; names all its files
 * </pre>
 *
 * <p>A compaction puts the rows of small files into {@code wave=compacted-<uuid>} beside the waves, see {@code PublishedRuns}.
 *
 * <p>A run is published in four steps. It claims its name by creating the claim, which fails if the object exists. Its
 * tasks write files below folders that no other run writes to. Each wave's files are committed, which makes them
 * complete objects, yet no reader takes them. At last the run's record is created, which again fails if it exists; the
 * record lists the files, and readers take the files that records list and no others. So two runs never mix, and a run
 * that is killed at any moment is never seen.
 *
 * <p>To understand this, read in this order: {@code LabelColumns} (the rows), {@code RunClaim} (claiming and
 * publishing), {@code PublishedRuns} (how readers find runs and files), {@code LabelTable} (the same as Spark data
 * sets). How files are written is in {@code TableParts}, {@code TablePart}, {@code PartFile} for a task and {@code
 * PartCommit} for a wave.
 */
@NullMarked
package dev.mnc.jobs.table;

import org.jspecify.annotations.NullMarked;
