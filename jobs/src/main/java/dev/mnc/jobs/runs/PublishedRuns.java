package dev.mnc.jobs.runs;

import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.store.Store;
import dev.mnc.schemas.RunRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.conf.Configuration;

/**
 * The published runs of a label table: the records in the folder {@code runs}, and the files they name. Of a run with
 * several versions of its record the newest counts, also where it is damaged. Reading them loads no class of Spark's.
 */
public final class PublishedRuns {

    private static final String JSON = ".json";
    private static final String RETRACTED = ".retracted";

    private final String uri;
    private final Configuration configuration;
    private final Map<String, List<RunRecord.DataFile>> known = new ConcurrentHashMap<>();

    /** @param uri of the table, which need not exist */
    public PublishedRuns(String uri, Configuration configuration) {
        this.uri = RunFolder.trimmed(uri);
        this.configuration = configuration;
    }

    public String uri() {
        return uri;
    }

    /**
     * The runs that a folder of runs holds.
     *
     * @param records of the published runs, the newest first, without those that were retracted
     * @param damaged what is wrong with a record, by the name of its run
     * @param retracted names of runs that were taken out of sight
     * @param versions the newest version of each record, by the name of its run, see {@link RunFolder#record(int)}
     */
    public record Contents(
            List<RunRecord> records,
            SortedMap<String, String> damaged,
            List<String> retracted,
            SortedMap<String, Integer> versions) {}

    /** Returns all there is. */
    public Contents contents() {
        List<RunRecord> records = new ArrayList<>();
        SortedMap<String, String> damaged = new TreeMap<>();
        List<String> retracted = new ArrayList<>();
        SortedMap<String, Integer> versions;
        try {
            Set<String> names = new LinkedHashSet<>(Store.names(RunFolder.below(uri, "runs"), configuration));
            versions = RunFolder.newestRecords(List.copyOf(names));
            for (Map.Entry<String, Integer> run : versions.entrySet()) {
                String runId = run.getKey();
                if (names.contains(runId + RETRACTED)) {
                    retracted.add(runId);
                    continue;
                }
                RunFolder folder = new RunFolder(uri, runId);
                String file = folder.record(run.getValue());
                if (!names.contains(runId + JSON)) {
                    damaged.put(runId, folder.record() + " is missing");
                    continue;
                }
                try {
                    records.add(RunRecord.fromJson(Store.text(file, configuration), file));
                } catch (IllegalArgumentException e) {
                    damaged.put(runId, String.valueOf(e.getMessage()));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list the runs of " + uri, e);
        }
        // Runs without a number are older than those with one.
        records.sort(Comparator.comparingLong(RunRecord::number)
                .thenComparing(record -> record.timing().finishedAt())
                .thenComparing(RunRecord::runId)
                .reversed());
        return new Contents(records, damaged, retracted, versions);
    }

    /**
     * Returns the published runs, the newest first; none if the table does not exist.
     *
     * @throws OperatorException if a record is damaged
     */
    public List<RunRecord> published() {
        Contents contents = contents();
        if (!contents.damaged().isEmpty()) {
            String runId = contents.damaged().firstKey();
            throw new RunDamage(uri, runId, String.valueOf(contents.damaged().get(runId))).error();
        }
        return contents.records();
    }

    /**
     * Returns the newest published run.
     *
     * @throws OperatorException if there is none
     */
    public RunRecord newest() {
        return published().stream().findFirst().orElseThrow(this::none);
    }

    private OperatorException none() {
        return OperatorException.environment(
                "no run is published in the table " + uri, "mnc label --images ... --table " + uri);
    }

    /**
     * Returns a published run by its id.
     *
     * @throws OperatorException if there is none of that id
     */
    public RunRecord run(String runId) {
        List<RunRecord> all = published();
        return all.stream()
                .filter(record -> record.runId().equals(runId))
                .findFirst()
                .orElseThrow(() -> OperatorException.usage(
                        "the table " + uri + " has no published run " + runId,
                        "published are: "
                                + String.join(
                                        ", ", all.stream().map(RunRecord::runId).toList())));
    }

    /**
     * Returns the runs with the model of the newest run, the newest first. A nightly run holds only what was new that
     * night, so the current labels of an image are its newest row in these runs, whatever their settings.
     *
     * @throws OperatorException if there is none
     */
    public List<RunRecord> current() {
        List<RunRecord> all = published();
        if (all.isEmpty()) {
            throw none();
        }
        return all.stream()
                .filter(run -> run.modelDigest().equals(all.get(0).modelDigest()))
                .toList();
    }

    /** Returns a run's data files, their paths below the table. */
    public List<RunRecord.DataFile> dataFiles(RunRecord run) {
        String list = run.manifest() == null ? run.runId() : run.manifest().path();
        return known.computeIfAbsent(list, absent -> DataFiles.of(uri, run, configuration));
    }

    /** Returns the files of a part of a run with what is known of them. */
    public List<PublishedFile> publishedFiles(RunRecord run, String part) {
        return dataFiles(run).stream()
                .filter(file -> file.path().startsWith(part + "/"))
                .map(file -> new PublishedFile(uri, run.runId(), file))
                .toList();
    }

    /**
     * Returns the uris of the files of a run. Other files in the same folders were never published.
     *
     * @param part {@code instances} or {@code images}
     */
    public List<String> files(RunRecord run, String part) {
        return publishedFiles(run, part).stream().map(PublishedFile::uri).toList();
    }

    /**
     * Returns the record of a retracted run.
     *
     * @throws IllegalArgumentException if it is damaged
     */
    public RunRecord retracted(String runId) throws IOException {
        List<String> names = Store.names(RunFolder.below(uri, "runs"), configuration);
        int version = RunFolder.newestRecords(names).getOrDefault(runId, 0);
        String file = new RunFolder(uri, runId).record(version);
        return RunRecord.fromJson(Store.text(file, configuration), file);
    }

    /**
     * Publishes other data files of a run, which hold the same rows, as the next version of its record. Readers that have read
     * the version before go on with its files.
     *
     * @param version that the run has now
     * @param files all data files of the run
     * @param writer names this process's writing, which no other has
     * @return the record, or nothing if another process has published this version already
     */
    public Optional<RunRecord> replaceFiles(RunRecord run, int version, List<RunRecord.DataFile> files, UUID writer)
            throws IOException {
        RunFolder folder = new RunFolder(uri, run.runId());
        RunRecord.Manifest manifest =
                DataFiles.store(uri, folder.manifestPath(writer.toString()), files, configuration);
        RunRecord record = run.withManifest(manifest);
        try {
            Store.createOwn(
                    folder.record(version + 1), record.toJson().getBytes(StandardCharsets.UTF_8), configuration);
            return Optional.of(record);
        } catch (FileAlreadyExistsException e) {
            return Optional.empty();
        }
    }

    /**
     * Takes a run out of sight of all readers, whose images are work again. Nothing of it is deleted.
     *
     * @return whether it was in sight
     * @throws OperatorException if no run of this name is published
     */
    public boolean retract(String runId) throws IOException {
        requirePublished(runId);
        try {
            Store.create(
                    new RunFolder(uri, runId).retraction(),
                    ("retracted at " + Instant.now() + "\n").getBytes(StandardCharsets.UTF_8),
                    configuration);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        }
    }

    /**
     * Brings a retracted run back into sight.
     *
     * @return whether it was out of sight
     * @throws OperatorException if no run of this name is published
     */
    public boolean restore(String runId) throws IOException {
        List<String> names = requirePublished(runId);
        Store.delete(new RunFolder(uri, runId).retraction(), configuration);
        return names.contains(runId + RETRACTED);
    }

    private List<String> requirePublished(String runId) throws IOException {
        List<String> names = Store.names(RunFolder.below(uri, "runs"), configuration);
        if (!names.contains(runId + JSON)) {
            throw OperatorException.usage(
                    "the table " + uri + " has no published run " + runId, "see them: mnc status --table " + uri);
        }
        return names;
    }
}
