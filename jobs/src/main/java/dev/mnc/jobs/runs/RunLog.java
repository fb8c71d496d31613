package dev.mnc.jobs.runs;

import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.store.Store;
import dev.mnc.schemas.WaveRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.IntFunction;
import org.apache.hadoop.conf.Configuration;

/**
 * The commits of a run in their order. Each is an object created only if absent under the number after the last one known;
 * so whoever adds one knows all before it, and its images are in none of them.
 */
public final class RunLog {

    private final RunFolder folder;
    private final Configuration configuration;
    private final List<WaveRecord> entries = new ArrayList<>();
    private final NavigableMap<Long, Long> ends = new TreeMap<>();

    private RunLog(RunFolder folder, Configuration configuration) {
        this.folder = folder;
        this.configuration = configuration;
    }

    /**
     * Reads the commits of a run.
     *
     * @throws OperatorException if one is damaged
     */
    static RunLog read(RunFolder folder, Configuration configuration) throws IOException {
        RunLog log = new RunLog(folder, configuration);
        List<String> names = Store.names(folder.state(), configuration);
        while (names.contains(RunFolder.waveName(log.entries.size()))) {
            log.take(log.entry(log.entries.size()));
        }
        return log;
    }

    private WaveRecord entry(int number) throws IOException {
        String uri = folder.state(RunFolder.waveName(number));
        try {
            return WaveRecord.fromJson(Store.text(uri, configuration), uri);
        } catch (IllegalArgumentException e) {
            throw OperatorException.environment(
                    String.valueOf(e.getMessage()),
                    "the run " + folder.runId() + " cannot go on: delete the folder " + folder.state()
                            + ", and its images are work again");
        }
    }

    private void take(WaveRecord entry) {
        Map.Entry<Long, Long> before = ends.floorEntry(entry.first());
        Long after = ends.ceilingKey(entry.first());
        if ((before != null && before.getValue() > entry.first()) || (after != null && after < entry.end())) {
            throw new IllegalStateException(
                    "commit " + entry.entry() + " of run " + folder.runId() + " has images of another commit");
        }
        entries.add(entry);
        ends.put(entry.first(), entry.end());
    }

    /**
     * Adds a commit.
     *
     * @param made the commit, by its number
     * @throws OperatorException if another process has added one meanwhile, which then owns the run
     */
    public synchronized WaveRecord append(IntFunction<WaveRecord> made) throws IOException {
        WaveRecord entry = made.apply(entries.size());
        String uri = folder.state(RunFolder.waveName(entry.entry()));
        try {
            Store.createOwn(uri, entry.toJson().getBytes(StandardCharsets.UTF_8), configuration);
        } catch (FileAlreadyExistsException e) {
            throw OperatorException.conflict(
                    "run " + folder.runId() + " in " + folder.table() + " was taken over by another process",
                    "nothing is lost and nothing to do: the other process goes on");
        }
        take(entry);
        return entry;
    }

    /** Returns the commits so far. */
    public synchronized List<WaveRecord> entries() {
        return List.copyOf(entries);
    }

    /** Returns the number of images committed. */
    public synchronized long images() {
        return entries.stream().mapToLong(WaveRecord::images).sum();
    }

    /** Returns whether an image is committed, by its position in the plan. */
    public synchronized boolean holds(long position) {
        Map.Entry<Long, Long> before = ends.floorEntry(position);
        return before != null && before.getValue() > position;
    }

    /** Returns whether all images of a range of positions are committed. */
    public synchronized boolean holdsAll(long from, long to) {
        long position = from;
        while (position < to) {
            Map.Entry<Long, Long> before = ends.floorEntry(position);
            if (before == null || before.getValue() <= position) {
                return false;
            }
            position = before.getValue();
        }
        return true;
    }
}
