package dev.mnc.jobs.maintenance;

import dev.mnc.jobs.failure.ErrorMessages;
import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.parquet.CopiedRows;
import dev.mnc.jobs.runs.DataFileCheck;
import dev.mnc.jobs.runs.PublishedFile;
import dev.mnc.jobs.runs.PublishedRuns;
import dev.mnc.jobs.runs.RunDamage;
import dev.mnc.jobs.runs.RunFolder;
import dev.mnc.jobs.store.Store;
import dev.mnc.jobs.table.LabelColumns;
import dev.mnc.schemas.RunRecord;
import dev.mnc.schemas.RunRecord.DataFile;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.io.InputFile;

/**
 * The compaction of one run: rows of files that are too small for readers and stores go to few large ones, in their order, and
 * are published as the next version of the run's record. Until then nobody sees the new files, and after that the old ones stay
 * for whoever has begun to read them. A run with any damage in what would be copied is left as it is.
 */
final class RunCompaction {

    /** Files smaller than this are brought together. */
    static final long SMALL_BYTES = 64 << 20;

    /** The fewest row groups of a file that is large enough. */
    private static final int ROW_GROUPS = 4;

    private static final String IMAGES = "images";
    private static final String INSTANCES = "instances";

    private final PublishedRuns runs;
    private final RunRecord run;
    private final int version;
    private final long smallBytes;
    private final Configuration configuration;
    private final RunFolder folder;
    /** Names what this writes. */
    private final UUID writer = UUID.randomUUID();

    /**
     * @param version of the record, the newest one
     * @param smallBytes length of files that are large enough
     */
    RunCompaction(PublishedRuns runs, RunRecord run, int version, long smallBytes, Configuration configuration) {
        this.runs = runs;
        this.run = run;
        this.version = version;
        this.smallBytes = smallBytes;
        this.configuration = configuration;
        this.folder = new RunFolder(runs.uri(), run.runId());
    }

    /** Returns what there is to bring together; nothing is written, and no data is read. */
    CompactedRun planned() {
        try {
            List<PublishedFile> files = Stream.concat(small(IMAGES).stream(), small(INSTANCES).stream())
                    .toList();
            return new CompactedRun(run.runId(), files.size(), bytes(files), null, null, null);
        } catch (OperatorException e) { // the list of the files is damaged
            return CompactedRun.refused(run.runId(), ErrorMessages.firstLine(e));
        }
    }

    /** Returns the files of a part to be brought together: none if there is one alone. */
    private List<PublishedFile> small(String part) {
        List<PublishedFile> small = runs.publishedFiles(run, part).stream()
                .filter(file -> file.file().bytes() < smallBytes)
                .toList();
        return small.size() < 2 ? List.of() : small;
    }

    private static long bytes(List<PublishedFile> files) {
        return files.stream().mapToLong(file -> file.file().bytes()).sum();
    }

    /** Brings the small files together, if there are any. */
    CompactedRun done() throws IOException {
        CompactedRun planned = planned();
        if (planned.files() == 0) {
            return planned;
        }
        List<DataFile> written;
        try {
            written = written();
        } catch (OperatorException e) { // a file is damaged
            drop();
            return CompactedRun.refused(run.runId(), ErrorMessages.firstLine(e));
        } catch (IOException | RuntimeException e) {
            drop();
            throw e;
        }
        if (runs.replaceFiles(run, version, withOthers(written), writer).isEmpty()) {
            drop();
            return CompactedRun.refused(run.runId(), "another process has compacted it meanwhile");
        }
        return new CompactedRun(
                run.runId(),
                planned.files(),
                planned.bytes(),
                (long) written.size(),
                written.stream().mapToLong(DataFile::bytes).sum(),
                null);
    }

    /** Writes the new files, and reads them to see that they are in the store as they were written. */
    private List<DataFile> written() throws IOException {
        List<DataFile> written = new ArrayList<>();
        for (String part : List.of(IMAGES, INSTANCES)) {
            Sources sources = new Sources(small(part));
            while (sources.hasNext()) {
                String path = String.format(
                        Locale.ROOT, "%s/part-%05d.zstd.parquet", folder.compactedPath(part, writer), written.size());
                written.add(joined(path, sources));
            }
        }
        List<DataFile> all = withOthers(written);
        requireRows(all, IMAGES, run.outcome().ok() + run.outcome().failed());
        requireRows(all, INSTANCES, run.outcome().instances());
        for (DataFile file : written) {
            new PublishedFile(runs.uri(), run.runId(), file).requireIntact(configuration);
        }
        return written;
    }

    /** Writes one file; it ends where it is long enough, unless what is left would make one that is too short. */
    private DataFile joined(String path, Sources sources) throws IOException {
        CopiedRows rows;
        try (OutputStream out = Store.replace(RunFolder.below(runs.uri(), path), configuration)) {
            InputFile content = sources.next();
            rows = new CopiedRows(out, content, LabelColumns.WITHOUT_REPEATS, smallBytes / ROW_GROUPS, configuration);
            try (rows) {
                rows.add(content);
                while (sources.hasNext() && (rows.bytes() < smallBytes || sources.left < 2 * smallBytes)) {
                    content = sources.next();
                    if (!rows.fits(content)) {
                        throw sources.latest()
                                .damage("has other columns than the files before it")
                                .error();
                    }
                    rows.add(content);
                }
            }
        }
        return new DataFile(path, rows.bytes(), rows.rows(), rows.sha256());
    }

    /** The files to be copied, each checked when it is reached. */
    private final class Sources {

        private final List<PublishedFile> files;
        private int next;
        private long left;

        Sources(List<PublishedFile> files) {
            this.files = files;
            this.left = bytes(files);
        }

        boolean hasNext() {
            return next < files.size();
        }

        PublishedFile latest() {
            return files.get(next - 1);
        }

        InputFile next() throws IOException {
            PublishedFile file = files.get(next++);
            left -= file.file().bytes();
            DataFileCheck check = DataFileCheck.of(file, configuration);
            if (!check.faults().isEmpty()) {
                throw file.damage(check.faults().get(0)).error();
            }
            return check.content();
        }
    }

    /** Returns the new files with those that stay. */
    private List<DataFile> withOthers(List<DataFile> written) {
        List<DataFile> all = new ArrayList<>(written);
        for (String part : List.of(IMAGES, INSTANCES)) {
            Set<PublishedFile> copied = Set.copyOf(small(part));
            runs.publishedFiles(run, part).stream()
                    .filter(file -> !copied.contains(file))
                    .forEach(file -> all.add(file.file()));
        }
        return all;
    }

    private void requireRows(List<DataFile> files, String part, long expected) {
        long rows = files.stream()
                .filter(file -> file.path().startsWith(part + "/"))
                .mapToLong(DataFile::rows)
                .sum();
        if (rows != expected) {
            throw new RunDamage(
                            runs.uri(),
                            run.runId(),
                            "its files have " + rows + " rows of " + part + ", its record says " + expected)
                    .error();
        }
    }

    /** Deletes what was written. Where that fails too, it is garbage like that of a killed process. */
    private void drop() {
        for (String part : List.of(IMAGES, INSTANCES)) {
            try {
                Store.delete(RunFolder.below(runs.uri(), folder.compactedPath(part, writer)), configuration);
            } catch (IOException e) {
                // mnc gc finds it.
            }
        }
    }
}
