package dev.mnc.jobs.runs;

import dev.mnc.jobs.corpus.ImageFile;
import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.store.Store;
import dev.mnc.schemas.ImageRef;
import dev.mnc.schemas.PlanRecord;
import dev.mnc.schemas.PlanRecord.PlanFile;
import java.io.FileNotFoundException;
import java.io.IOException;
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

    private static final int FILE_IMAGES = 1 << 18;

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
            files.add(new PlanFile(name, ImageFile.write(folder.state(name), images, FILE_IMAGES, configuration)));
        }
        return store(folder, files, record, configuration);
    }

    /**
     * Stores a plan whose files are written already.
     *
     * @param files in their order
     * @param record of the plan, given the files
     * @throws OperatorException if another process has stored a plan of this run meanwhile
     */
    static RunPlan store(
            RunFolder folder,
            List<PlanFile> files,
            Function<List<PlanFile>, PlanRecord> record,
            Configuration configuration)
            throws IOException {
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

    /** Returns what was written down of the plan. */
    public PlanRecord record() {
        return record;
    }

    /** Returns the uris of the files. */
    public List<String> files() {
        return record.files().stream().map(file -> folder.state(file.name())).toList();
    }

    /**
     * Returns the images that no commit holds, in their order. Of files all of whose images are committed nothing is read. The
     * iterator throws an {@link java.io.UncheckedIOException} where a file cannot be read.
     *
     * @param log of the run as it is now
     */
    public Left left(RunLog log) {
        return new Left(log);
    }

    /** Returns all images in their order, as {@link #left} does. */
    public Iterator<ImageRef> images() {
        return new Left(null);
    }

    /** The images of a plan that no commit holds, each with its position. For one thread. */
    public final class Left implements PlannedImages {

        private final @Nullable RunLog log;
        private final Iterator<PlanFile> files = record.files().iterator();
        private Iterator<ImageRef> file = List.<ImageRef>of().iterator();
        private long position;

        private Left(@Nullable RunLog log) {
            this.log = log;
        }

        @Override
        public boolean hasNext() {
            while (true) {
                while (file.hasNext() && log != null && log.holds(position)) {
                    ImageRef unused = file.next();
                    position++;
                }
                if (file.hasNext()) {
                    return true;
                }
                if (!files.hasNext()) {
                    return false;
                }
                PlanFile next = files.next();
                if (log != null && log.holdsAll(position, position + next.images())) {
                    position += next.images();
                } else {
                    file = ImageFile.read(folder.state(next.name()), configuration);
                }
            }
        }

        @Override
        public long position() {
            return position;
        }

        @Override
        public ImageRef next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            position++;
            return file.next();
        }
    }
}
