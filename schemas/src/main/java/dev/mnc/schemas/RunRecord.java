package dev.mnc.schemas;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The record of one run of the nightly job: its input, its outcome, and the versions and settings it used. Written last
 * and only if absent, it publishes the run. Its JSON is in snake_case and described by {@code run-record.schema.json}.
 *
 * @param runId names the run and its directories; letters, digits, {@code .}, {@code _} and {@code -}
 * @param number of the run among all of its table, from 1, in the order in which they began; 0 in records written before
 *     runs were numbered, which are older than all others
 * @param codeVersion of mnc-spark
 * @param modelDigest sha256 over the model's files, hex
 * @param configDigest sha256 over the settings that labels depend on, hex
 * @param config every setting of the job, by its full key
 * @param model that labelled; null in records written before it was named
 * @param input the images listed
 * @param outcome the images labelled and failed
 * @param files all data files, by path below the table; null where {@code manifest} names them
 * @param manifest the file that names all data files; null in records written before there was one
 * @param timing start, end and time by stage
 * @param versions of the software, by name
 * @param devices of the executors that labelled; null in records written before they were named
 */
public record RunRecord(
        String runId,

        @JsonInclude(JsonInclude.Include.NON_DEFAULT) long number,

        String codeVersion,
        String modelDigest,
        String configDigest,
        Map<String, String> config,

        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Model model,

        Input input,
        Outcome outcome,

        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<DataFile> files,

        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Manifest manifest,

        Timing timing,
        Map<String, String> versions,

        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<Device> devices) {

    public RunRecord {
        requireNonNull(runId, "runId");
        requireNonNull(codeVersion, "codeVersion");
        requireNonNull(modelDigest, "modelDigest");
        requireNonNull(configDigest, "configDigest");
        config = Map.copyOf(config);
        requireNonNull(input, "input");
        requireNonNull(outcome, "outcome");
        files = files == null ? null : List.copyOf(files);
        if ((files == null) == (manifest == null)) {
            throw new IllegalArgumentException("a record has either files or a manifest of them");
        }
        requireNonNull(timing, "timing");
        versions = Map.copyOf(versions);
        devices = devices == null ? null : List.copyOf(devices);
    }

    /**
     * The model of the run.
     *
     * @param name that its makers gave it, or of its folder
     * @param uri where the operator said it is
     * @param categories that it knows
     */
    public record Model(String name, String uri, List<Category> categories) implements Serializable {

        public Model {
            requireNonNull(name, "name");
            requireNonNull(uri, "uri");
            categories = List.copyOf(categories);
        }
    }

    /**
     * The input of the run.
     *
     * @param uri of the listed folder, object-store prefix, archive, COCO json or manifest
     * @param manifestDigest digest of the listing, hex: the sum, modulo 2²⁵⁶, of the sha256 over id, address, size and version of
     *     each image, separated by tabs and ended by a line feed; in records without a number it is one sha256 over all of them
     *     in plan order
     * @param listed images listed
     * @param planned of these, images that were work
     * @param bytes total size of the planned images
     * @param gone images of the table's current rows that the listing does not have; null in records written before they were counted
     */
    public record Input(
            String uri,
            String manifestDigest,
            long listed,
            long planned,
            long bytes,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Long gone) {}

    /**
     * The outcome of the run.
     *
     * @param ok images labelled, with or without instances
     * @param failed images that could not be labelled; {@code ok + failed} is the number planned
     * @param instances total number of instances found
     * @param errors the failed ones by stage and reason, the most frequent first
     */
    public record Outcome(long ok, long failed, long instances, List<ErrorCount> errors) {

        public Outcome {
            errors = List.copyOf(errors);
        }
    }

    /**
     * The number of images that failed for one reason.
     *
     * @param stage {@code read}, {@code decode}, {@code detect} or {@code crash}
     * @param reason for people; that of the first sample where numbers in it differ
     * @param images number of images
     * @param samples names of a few
     */
    public record ErrorCount(String stage, String reason, long images, List<String> samples) {

        public ErrorCount {
            samples = List.copyOf(samples);
        }
    }

    /**
     * A file of the run.
     *
     * @param path below the table, with {@code /} between parts
     * @param bytes length of the file
     * @param rows in the file
     * @param sha256 over the file, hex; null for files of runs that were written before it was taken
     */
    public record DataFile(
            String path,
            long bytes,
            long rows,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String sha256) implements Serializable {

        public DataFile {
            requireNonNull(path, "path");
        }
    }

    /**
     * The file that names all data files of the run: Parquet with the columns {@code path}, {@code bytes}, {@code rows} and
     * {@code sha256}.
     *
     * @param path below the table
     * @param bytes length of the file
     * @param sha256 over the file, hex
     * @param files that it names
     * @param fileBytes total length of those files
     * @param images rows of images in them
     * @param instances rows of instances in them
     */
    public record Manifest(
            String path, long bytes, String sha256, long files, long fileBytes, long images, long instances) {

        public Manifest {
            requireNonNull(path, "path");
            requireNonNull(sha256, "sha256");
        }
    }

    /**
     * The pace of the run between two commits.
     *
     * @param at when the wave was committed, ISO-8601, UTC
     * @param images of the wave
     * @param imagesPerSecond since the commit before
     * @param deviceBusy share of that time in which a device was busy, averaged over devices, in [0, 1]
     * @param waits share of that time for which the devices waited, by what for
     */
    public record Pace(String at, long images, double imagesPerSecond, double deviceBusy, Map<String, Double> waits) {

        public Pace {
            requireNonNull(at, "at");
            waits = Map.copyOf(waits);
        }
    }

    /**
     * The start and end of the run, and its time by stage.
     *
     * @param startedAt ISO-8601, UTC
     * @param finishedAt ISO-8601, UTC; for people: the order of runs is that of their numbers
     * @param seconds between the two
     * @param imagesPerSecond of the process that finished the run: its images over the seconds it spent labelling
     * @param taskSeconds time of all images together, by stage
     * @param efficiency of the devices in the process that finished the run; null where it labelled nothing, and in records
     *     written before it was measured
     * @param processes that worked on the run one after the other; null in records written before they were counted
     * @param series the pace over the run's time, at most 64 entries; null in records written before it was noted
     */
    public record Timing(
            String startedAt,
            String finishedAt,
            double seconds,
            double imagesPerSecond,
            Map<String, Double> taskSeconds,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Efficiency efficiency,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Integer processes,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            List<Pace> series) {

        public Timing {
            taskSeconds = Map.copyOf(taskSeconds);
            series = series == null ? null : List.copyOf(series);
        }
    }

    /**
     * The utilisation of the devices. {@code deviceBusyJob} and the losses add up to 1.
     *
     * @param devices number of devices, one for each executor
     * @param modelImagesPerSecond of the model alone, measured on each executor before its first image, added up
     * @param imagesPerSecond achieved, from the start of the run to its publication
     * @param deviceBusyJob share of that time in which a device was busy, averaged over devices, in [0, 1]
     * @param deviceBusySteady the same between each device's first and last batch
     * @param loss share of the time in which a device was idle, by what it waited for: {@code list}, {@code start},
     *     {@code read}, {@code decode}, {@code batch}, {@code vote}, {@code write}, {@code task}, {@code dispatch},
     *     {@code drain} and {@code commit}
     */
    public record Efficiency(
            int devices,
            double modelImagesPerSecond,
            double imagesPerSecond,
            double deviceBusyJob,
            double deviceBusySteady,
            Map<String, Double> loss) {

        public Efficiency {
            loss = Map.copyOf(loss);
        }
    }

    /**
     * The device of an executor.
     *
     * @param executor Spark's id of the executor
     * @param host the machine, as Spark names it
     * @param address of the GPU as Spark assigned it; empty where Spark assigned none
     * @param kind {@code cpu}, {@code gpu}, or {@code fake} for a processor in place of a made-up GPU
     */
    public record Device(String executor, String host, String address, String kind) {}

    /** Returns this record with other data files, which hold the same rows. */
    public RunRecord withManifest(Manifest other) {
        return new RunRecord(
                runId,
                number,
                codeVersion,
                modelDigest,
                configDigest,
                config,
                model,
                input,
                outcome,
                null,
                other,
                timing,
                versions,
                devices);
    }

    /** Returns the record as JSON text. */
    public String toJson() {
        return RecordJson.write(this);
    }

    /**
     * Reads a record that {@link #toJson} wrote.
     *
     * @param source name of the text in messages
     * @throws IllegalArgumentException if the text is no run record
     */
    public static RunRecord fromJson(String json, String source) {
        return RecordJson.read(json, RunRecord.class, "run record", source);
    }
}
