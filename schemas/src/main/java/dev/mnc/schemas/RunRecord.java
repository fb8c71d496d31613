package dev.mnc.schemas;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The record of one run of the nightly job: its input, its outcome, and the versions and settings it used. Written last
 * and only if absent, it publishes the run. Its JSON is in snake_case and described by {@code run-record.schema.json}.
 *
 * @param runId names the run and its directories; letters, digits, {@code .}, {@code _} and {@code -}
 * @param codeVersion of mnc-spark
 * @param modelDigest sha256 over the model's files, hex
 * @param configDigest sha256 over the settings that labels depend on, hex
 * @param config every setting of the job, by its full key
 * @param input the images listed
 * @param outcome the images labelled and failed
 * @param files all data files, by path below the table
 * @param timing start, end and time by stage
 * @param versions of the software, by name
 * @param devices of the executors that labelled; null in records written before they were named
 */
public record RunRecord(
        String runId,
        String codeVersion,
        String modelDigest,
        String configDigest,
        Map<String, String> config,
        Input input,
        Outcome outcome,
        List<DataFile> files,
        Timing timing,
        Map<String, String> versions,

        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<Device> devices) {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    public RunRecord {
        requireNonNull(runId, "runId");
        requireNonNull(codeVersion, "codeVersion");
        requireNonNull(modelDigest, "modelDigest");
        requireNonNull(configDigest, "configDigest");
        config = Map.copyOf(config);
        requireNonNull(input, "input");
        requireNonNull(outcome, "outcome");
        files = List.copyOf(files);
        requireNonNull(timing, "timing");
        versions = Map.copyOf(versions);
        devices = devices == null ? null : List.copyOf(devices);
    }

    /**
     * The input of the run.
     *
     * @param uri of the listed folder, object-store prefix, archive, COCO json or manifest
     * @param manifestDigest sha256 over id, uri, size and version of every listed image in plan order, hex
     * @param listed images listed
     * @param planned of these, images that no earlier run with the same model and settings holds
     * @param bytes total size of the planned images
     */
    public record Input(String uri, String manifestDigest, long listed, long planned, long bytes) {}

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
     * @param stage {@code read}, {@code decode} or {@code detect}
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
     */
    public record DataFile(String path, long bytes, long rows) {}

    /**
     * The start and end of the run, and its time by stage.
     *
     * @param startedAt ISO-8601, UTC
     * @param finishedAt ISO-8601, UTC; readers take the run with the latest as the newest
     * @param seconds between the two
     * @param imagesPerSecond planned images over the seconds spent labelling
     * @param taskSeconds time of all images together, by stage
     * @param efficiency of the devices; null in records written before it was measured
     */
    public record Timing(
            String startedAt,
            String finishedAt,
            double seconds,
            double imagesPerSecond,
            Map<String, Double> taskSeconds,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Efficiency efficiency) {

        public Timing {
            taskSeconds = Map.copyOf(taskSeconds);
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

    /** Returns the record as JSON text. */
    public String toJson() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write the record of run " + runId + " as JSON", e);
        }
    }

    /**
     * Reads a record that {@link #toJson} wrote.
     *
     * @param source name of the text in messages
     * @throws IllegalArgumentException if the text is no run record
     */
    public static RunRecord fromJson(String json, String source) {
        try {
            return JSON.readValue(json, RunRecord.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(source + " is no run record: " + e.getOriginalMessage(), e);
        }
    }
}
