package dev.mnc.jobs.runs;

import static dev.mnc.jobs.parquet.ResultTable.Column.text;
import static dev.mnc.jobs.parquet.ResultTable.Column.whole;

import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.parquet.RowWriter;
import dev.mnc.jobs.parquet.Rows;
import dev.mnc.jobs.store.Digests;
import dev.mnc.jobs.store.LoadedFile;
import dev.mnc.jobs.store.Store;
import dev.mnc.schemas.RunRecord;
import dev.mnc.schemas.RunRecord.DataFile;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/** The list of a run's data files: a Parquet file, since a record with all of them would grow without bound. */
final class DataFiles {

    private DataFiles() {}

    /**
     * Writes the list, sorted by path.
     *
     * @param path below the table
     */
    static RunRecord.Manifest store(String table, String path, List<DataFile> files, Configuration configuration)
            throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (RowWriter rows = new RowWriter(bytes, text("path"), whole("bytes"), whole("rows"), text("sha256"))) {
            for (DataFile file :
                    files.stream().sorted(Comparator.comparing(DataFile::path)).toList()) {
                rows.write(file.path(), file.bytes(), file.rows(), file.sha256());
            }
        }
        byte[] content = bytes.toByteArray();
        Store.createOwn(RunFolder.below(table, path), content, configuration);
        return new RunRecord.Manifest(
                path,
                content.length,
                Digests.of(content),
                files.size(),
                files.stream().mapToLong(DataFile::bytes).sum(),
                rows(files, "images"),
                rows(files, "instances"));
    }

    private static long rows(List<DataFile> files, String part) {
        return files.stream()
                .filter(file -> file.path().startsWith(part + "/"))
                .mapToLong(DataFile::rows)
                .sum();
    }

    /**
     * Returns the data files of a run.
     *
     * @throws OperatorException if the list is missing, or is not the one that was published
     */
    static List<DataFile> of(String table, RunRecord run, Configuration configuration) {
        RunRecord.Manifest manifest = run.manifest();
        if (manifest == null) {
            return run.files() == null ? List.of() : run.files();
        }
        String uri = RunFolder.below(table, manifest.path());
        byte[] content;
        try {
            content = Store.bytes(uri, configuration);
        } catch (FileNotFoundException | NoSuchFileException e) {
            throw new RunDamage(table, run.runId(), uri + " is missing").error();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + uri, e);
        }
        if (!Digests.of(content).equals(manifest.sha256())) {
            throw new RunDamage(table, run.runId(), uri + " is not what was written: its sha256 is another").error();
        }
        List<DataFile> files = new ArrayList<>();
        Rows.of(
                        new LoadedFile(uri, content),
                        configuration,
                        row -> new DataFile(
                                row.text("path"), row.whole("bytes"), row.whole("rows"), row.textOrNull("sha256")))
                .forEachRemaining(files::add);
        return files;
    }
}
