package dev.mnc.jobs.table;

import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.store.Store;
import dev.mnc.schemas.RunRecord;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * The published runs of a label table: the records in the folder {@code runs}, and the files they name. Reading them
 * loads no class of Spark's.
 */
public final class PublishedRuns {

    private final String uri;
    private final Configuration configuration;

    /** @param uri of the table, which need not exist */
    public PublishedRuns(String uri, Configuration configuration) {
        this.uri = uri.length() > 1 && uri.endsWith("/") ? uri.substring(0, uri.length() - 1) : uri;
        this.configuration = configuration;
    }

    String uri() {
        return uri;
    }

    /** Returns the published runs, the newest first; none if the table does not exist. */
    public List<RunRecord> published() {
        try {
            List<RunRecord> records = new ArrayList<>();
            for (String name : names()) {
                if (name.endsWith(".json") && !name.startsWith(".")) {
                    String file = below("runs/" + name);
                    try (InputStream in = Store.open(file, configuration)) {
                        records.add(RunRecord.fromJson(new String(in.readAllBytes(), StandardCharsets.UTF_8), file));
                    }
                }
            }
            records.sort(
                    Comparator.comparing((RunRecord record) -> record.timing().finishedAt())
                            .thenComparing(RunRecord::runId)
                            .reversed());
            return records;
        } catch (FileNotFoundException | NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list the runs of " + uri, e);
        }
    }

    private List<String> names() throws IOException {
        String folder = below("runs");
        List<String> names = new ArrayList<>();
        if (Store.isLocal(folder)) {
            try (Stream<java.nio.file.Path> files = Files.list(Store.local(folder))) {
                files.forEach(file -> names.add(String.valueOf(file.getFileName())));
            }
        } else {
            Path path = Store.hadoop(folder);
            for (FileStatus file : path.getFileSystem(configuration).listStatus(path)) {
                names.add(file.getPath().getName());
            }
        }
        return names;
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
     * Returns the runs with the model and settings of the newest run, the newest first. A nightly run holds only what
     * was new that night, so the current labels of an image are its newest row in these runs.
     *
     * @throws OperatorException if there is none
     */
    public List<RunRecord> current() {
        List<RunRecord> all = published();
        if (all.isEmpty()) {
            throw none();
        }
        return all.stream()
                .filter(run -> run.modelDigest().equals(all.get(0).modelDigest())
                        && run.configDigest().equals(all.get(0).configDigest()))
                .toList();
    }

    /**
     * Returns the uris of the files that a run's record names. Other files in the same folders were never published.
     *
     * @param part {@code instances} or {@code images}
     */
    public List<String> files(RunRecord run, String part) {
        return run.files().stream()
                .map(RunRecord.DataFile::path)
                .filter(path -> path.startsWith(part + "/"))
                .map(this::below)
                .toList();
    }

    private String below(String path) {
        return (uri.equals("/") ? "" : uri) + "/" + path;
    }
}
