package dev.mnc.jobs.runs;

import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.store.ParallelTasks;
import dev.mnc.jobs.store.StoredFile;
import dev.mnc.schemas.RunRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.hadoop.conf.Configuration;

/**
 * The published runs of a table that are fit to be used. One that is damaged must not stop a night: it is told of in a
 * warning and left out, so that its images are work again.
 *
 * <p>What is looked at costs no reading of data: record, manifest, and whether all data files are there with their lengths. A
 * file that has rotted inside is found when it is read; then {@link #leaveOutRotten} finds which one it was.
 */
public final class IntactRuns {

    private static final int AT_ONCE = 16;

    private final PublishedRuns runs;
    private final Configuration configuration;
    private final Consumer<String> warn;
    private final Set<String> damaged = ConcurrentHashMap.newKeySet();
    private final Set<String> seen = ConcurrentHashMap.newKeySet();

    /** @param warn told of each damaged run, once */
    public IntactRuns(PublishedRuns runs, Consumer<String> warn, Configuration configuration) {
        this.runs = runs;
        this.warn = warn;
        this.configuration = configuration;
    }

    /**
     * Returns the runs, the newest first.
     *
     * @param wanted which of them to look at
     */
    public List<RunRecord> of(Predicate<RunRecord> wanted) {
        PublishedRuns.Contents contents = runs.contents();
        contents.damaged().forEach((runId, what) -> leaveOut(runId, new RunDamage(runs.uri(), runId, what)));
        List<RunRecord> some = contents.records().stream().filter(wanted).toList();
        forEach(some, run -> {
            if (seen.add(run.runId())) {
                check(run);
            }
        });
        return some.stream().filter(run -> !damaged.contains(run.runId())).toList();
    }

    /**
     * Reads all files of images of these runs, to be called after reading some of them has failed.
     *
     * @return whether a file is damaged; its run is left out from now on
     */
    public boolean leaveOutRotten(List<RunRecord> some) {
        int before = damaged.size();
        forEach(some, run -> {
            for (PublishedFile file : runs.publishedFiles(run, "images")) {
                Optional<String> fault = DataFileCheck.fault(file, configuration);
                if (fault.isPresent()) {
                    leaveOut(run.runId(), file.damage(fault.get()));
                    return;
                }
            }
        });
        return damaged.size() > before;
    }

    private void check(RunRecord run) throws IOException {
        Map<String, Long> lengths = new HashMap<>();
        try {
            for (String part : List.of("images", "instances")) {
                List<PublishedFile> files = runs.publishedFiles(run, part);
                if (!files.isEmpty()) {
                    RunFolder folder = new RunFolder(runs.uri(), run.runId());
                    for (StoredFile file : StoredFile.below(folder.data(part), configuration)) {
                        lengths.put(folder.dataPath(part) + "/" + file.path(), file.bytes());
                    }
                }
                for (PublishedFile file : files) {
                    Long bytes = lengths.get(file.file().path());
                    Optional<String> fault = bytes == null ? Optional.of("is missing") : file.ofLength(bytes);
                    if (fault.isPresent()) {
                        leaveOut(run.runId(), file.damage(fault.get()));
                        return;
                    }
                }
            }
        } catch (OperatorException e) { // about the list of the files
            if (damaged.add(run.runId())) {
                warn.accept(e.getMessage() + "; its images are work again");
            }
        }
    }

    private void leaveOut(String runId, RunDamage damage) {
        if (damaged.add(runId)) {
            warn.accept(damage.warning());
        }
    }

    private void forEach(List<RunRecord> some, ParallelTasks.Task<RunRecord> task) {
        if (some.isEmpty()) {
            return;
        }
        try {
            ParallelTasks.forEach(Math.min(AT_ONCE, some.size()), some.iterator(), task);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look at the runs of " + runs.uri(), e);
        }
    }
}
