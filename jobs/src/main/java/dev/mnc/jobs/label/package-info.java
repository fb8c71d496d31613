/**
 * The labelling job ({@code mnc label}): from a corpus to a published run of the label table.
 *
 * <p>Read in this order:
 *
 * <ol>
 *   <li>{@code LabelCommand}, {@code ModelOption}, {@code LabelRequest}, {@code LabelConfig}: what a user says;
 *   <li>{@code LabelImages}: the job from listing to publishing;
 *   <li>{@code dev.mnc.jobs.label.work}: which images of the listing are work; {@code WaveQueue}, {@code WaveSizes} and
 *       {@code WaveDivision}: how they are cut into waves and partitions;
 *   <li>{@code WaveRunner}: the waves as Spark jobs, on the driver; {@code LabelPartition}: a task, on an executor,
 *       which takes outcomes from the executor's {@code ModelHost};
 *   <li>{@code ModelFolder}, {@code CheckedModel}, {@code SavedModelSource}: where the model comes from, and that it
 *       may be loaded; {@code ModelHostPlugin}: how
 *       executors start it before their first task and report to the driver; {@code Progress}: the line made of the
 *       reports; {@code ExecutorWatch}: which executors come and go;
 *   <li>{@code PartitionAttempt}, {@code TaskMessage}, {@code DriverLine}, {@code CrashLog}: which image an executor died
 *       of; {@code TaskFailures}: what a run stopped of;
 *   <li>{@code RunTotals}, {@code DeviceUtilisation}, {@code RecordWriter}, {@code LabelSummary}: what is counted and
 *       said at the end.
 * </ol>
 */
@NullMarked
package dev.mnc.jobs.label;

import org.jspecify.annotations.NullMarked;
