package dev.mnc.schemas;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;

/**
 * The commit of a wave: consecutive images of a run's plan, all of which have a row in these files. What no commit names does
 * not count, wherever it lies.
 *
 * @param runId names the run
 * @param entry position among the run's commits, from 0
 * @param owner of the claim under which the wave was labelled
 * @param first position of the wave's first image in the plan, from 0
 * @param images of the wave, at least 1
 * @param firstUri address of the first image
 * @param lastUri address of the last image
 * @param files of the wave
 * @param outcome of the wave's images
 * @param taskSeconds time of all its images together, by stage
 * @param pace of the run since the commit before
 * @param devices of the executors that labelled
 */
public record WaveRecord(
        String runId,
        int entry,
        String owner,
        long first,
        long images,
        String firstUri,
        String lastUri,
        List<RunRecord.DataFile> files,
        RunRecord.Outcome outcome,
        Map<String, Double> taskSeconds,
        RunRecord.Pace pace,
        List<RunRecord.Device> devices) {

    public WaveRecord {
        requireNonNull(runId, "runId");
        requireNonNull(owner, "owner");
        requireNonNull(firstUri, "firstUri");
        requireNonNull(lastUri, "lastUri");
        files = List.copyOf(files);
        requireNonNull(outcome, "outcome");
        taskSeconds = Map.copyOf(taskSeconds);
        requireNonNull(pace, "pace");
        devices = List.copyOf(devices);
    }

    /** Returns the position behind the wave's last image. */
    public long end() {
        return first + images;
    }

    /** Returns the commit as JSON text. */
    public String toJson() {
        return RecordJson.write(this);
    }

    /**
     * Reads a commit that {@link #toJson} wrote.
     *
     * @param source name of the text in messages
     * @throws IllegalArgumentException if the text is none
     */
    public static WaveRecord fromJson(String json, String source) {
        return RecordJson.read(json, WaveRecord.class, "commit of a wave", source);
    }
}
