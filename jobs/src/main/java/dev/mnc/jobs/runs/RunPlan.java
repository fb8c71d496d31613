package dev.mnc.jobs.runs;

import static dev.mnc.jobs.parquet.ResultTable.Column.text;
import static dev.mnc.jobs.parquet.ResultTable.Column.whole;

import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.parquet.ResultTable.Column;
import dev.mnc.jobs.parquet.RowWriter;
import dev.mnc.jobs.parquet.Rows;
import dev.mnc.jobs.store.Store;
import dev.mnc.schemas.ImageRef;
import dev.mnc.schemas.PlanRecord;
import dev.mnc.schemas.PlanRecord.PlanFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;

/** The plan of a run in the store: the images in their order, as Parquet files that {@code plan.json} names. */
public final class RunPlan {

    private static final int FILE_IMAGES = 1_000_000;
    private static final Column[] COLUMNS = {
        text("uri"),
        text("file_name"),
        whole("image_id"),
        whole("size_bytes"),
        text("etag"),
        whole("offset"),
        text("column"),
        whole("row")
    };

    private final RunFolder folder;
    private final PlanRecord record;
    private final Configuration configuration;

    private RunPlan(RunFolder folder, PlanRecord record, Configuration configuration) {
        this.folder = folder;
        this.record = record;
        this.configuration = configuration;
    }

    /** Returns the plan of a run; empty if it has none yet. */
    static Optional<RunPlan> read(RunFolder folder, Configuration configuration) throws IOException {
        try {
            PlanRecord record = PlanRecord.fromJson(Store.text(folder.plan(), configuration), folder.plan());
            return Optional.of(new RunPlan(folder, record, configuration));
        } catch (FileNotFoundException | NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /**
     * Stores a plan.
     *
     * @param owner of the run's claim
     * @param images in their order
     * @param record of the plan, given the files
     * @throws OperatorException if another process has stored a plan of this run meanwhile
     */
    static RunPlan store(
            RunFolder folder,
            String owner,
            Iterator<ImageRef> images,
            Function<List<PlanFile>, PlanRecord> record,
            Configuration configuration)
            throws IOException {
        List<PlanFile> files = new ArrayList<>();
        while (images.hasNext()) {
            // A process that took over from one that still lives must not write into the other's files.
            String name = String.format(Locale.ROOT, "plan-%s-%05d.parquet", owner.substring(0, 8), files.size());
            files.add(new PlanFile(name, write(folder.state(name), images, configuration)));
        }
        PlanRecord made = record.apply(files);
        try {
            Store.createOwn(folder.plan(), made.toJson().getBytes(StandardCharsets.UTF_8), configuration);
        } catch (FileAlreadyExistsException e) {
            throw OperatorException.conflict(
                    "run " + folder.runId() + " in " + folder.table() + " was taken over by another process",
                    "nothing is lost and nothing to do: the other process goes on");
        }
        return new RunPlan(folder, made, configuration);
    }

    private static long write(String uri, Iterator<ImageRef> images, Configuration configuration) throws IOException {
        long count = 0;
        try (OutputStream out = Store.replace(uri, configuration);
                RowWriter rows = new RowWriter(out, COLUMNS)) {
            for (; images.hasNext() && count < FILE_IMAGES; count++) {
                ImageRef image = images.next();
                ImageRef.Range range = image.part() instanceof ImageRef.Range part ? part : null;
                ImageRef.Cell cell = image.part() instanceof ImageRef.Cell part ? part : null;
                rows.write(
                        image.uri(),
                        image.fileName(),
                        image.imageId(),
                        image.sizeBytes(),
                        image.etag(),
                        range == null ? null : range.offset(),
                        cell == null ? null : cell.column(),
                        cell == null ? null : cell.row());
            }
        }
        return count;
    }

    /** Returns what was written down of the plan. */
    public PlanRecord record() {
        return record;
    }

    /** Returns the uris of the files. */
    public List<String> files() {
        return record.files().stream().map(file -> folder.state(file.name())).toList();
    }

    /**
     * Returns the images in their order. The iterator throws an {@link java.io.UncheckedIOException} where a file cannot be
     * read.
     */
    public Iterator<ImageRef> images() {
        return new Iterator<>() {
            private int next;
            private Iterator<ImageRef> file = List.<ImageRef>of().iterator();

            @Override
            public boolean hasNext() {
                while (!file.hasNext() && next < record.files().size()) {
                    file = open(folder.state(record.files().get(next++).name()));
                }
                return file.hasNext();
            }

            @Override
            public ImageRef next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                return file.next();
            }
        };
    }

    private Iterator<ImageRef> open(String uri) {
        return Rows.of(
                uri,
                configuration,
                row -> new ImageRef(
                        row.whole("image_id"),
                        row.text("uri"),
                        row.text("file_name"),
                        row.whole("size_bytes"),
                        row.textOrNull("etag"),
                        part(row.wholeOrNull("offset"), row.textOrNull("column"), row.wholeOrNull("row"))));
    }

    private static ImageRef.@Nullable Part part(@Nullable Long offset, @Nullable String column, @Nullable Long row) {
        if (offset != null) {
            return new ImageRef.Range(offset);
        }
        return column == null || row == null ? null : new ImageRef.Cell(column, row);
    }
}
