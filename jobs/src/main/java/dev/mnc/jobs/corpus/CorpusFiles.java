package dev.mnc.jobs.corpus;

import dev.mnc.jobs.corpus.formats.CompanionFiles;
import dev.mnc.jobs.corpus.formats.ParquetTable;
import dev.mnc.jobs.corpus.formats.TarShard;
import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.store.FileWalk;
import dev.mnc.jobs.store.ParallelTasks;
import dev.mnc.jobs.store.StoredInput;
import dev.mnc.schemas.ImageRef;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;

/**
 * The listing of the files below a folder or prefix while it is made. Of tar shards the members are the images, of
 * Parquet files with a column of images the rows, and each plain file is an image; beside archives only plain files that
 * an image's suffix, or none, tells from others. What one file means never depends on the files beside it, except for
 * Parquet files without images: they are manifests where nothing else is there.
 */
final class CorpusFiles implements FileWalk.Visitor {

    /** Archives opened at once: each costs its headers' round trips, one after another. */
    private static final int AT_ONCE = 64;

    /** Kinds of files that are told apart: whoever has more names files without a suffix that says what they are. */
    private static final int MOST_KINDS = 1000;

    private static final String OTHER_KINDS = "of other kinds";

    private final ImageListing.Source source;
    private final String root;
    private final Configuration configuration;
    private final Predicate<String> wanted;
    private final @Nullable Spill spill;
    private final TableFiles table;
    private final ImagePacker images;
    private final List<FileWalk.Found> shards = Collections.synchronizedList(new ArrayList<>());
    private final List<FileWalk.Found> tables = Collections.synchronizedList(new ArrayList<>());
    private final List<ParquetTable> withoutImages = new ArrayList<>();
    private final List<String> leftOut = new ArrayList<>();
    private final Map<String, Long> leftOutKinds = new TreeMap<>();
    private final List<String> notes = new ArrayList<>();
    private final AtomicLong tableFiles = new AtomicLong();
    private volatile boolean hasPlainImages;
    private volatile boolean hasPlainOthers;
    private volatile boolean hasRows;

    /**
     * @param root uri at which the names begin
     * @param wanted condition on the names
     * @param spill where images go that are too many for memory, null if all stay there
     */
    CorpusFiles(
            ImageListing.Source source,
            String root,
            Predicate<String> wanted,
            @Nullable Spill spill,
            Configuration configuration) {
        this.source = source;
        this.spill = spill;
        this.table = TableFiles.of(source.table(), root);
        this.root = root;
        this.wanted = wanted;
        this.configuration = configuration;
        this.images = new ImagePacker(root, spill);
    }

    @Override
    public void file(FileWalk.Found file) {
        if (!wanted.test(file.name())) {
            return;
        }
        if (table.holds(file.uri())) {
            tableFiles.incrementAndGet();
            return;
        }
        String suffix = TarShard.suffix(file.name());
        String companion = CompanionFiles.kind(file.name());
        if (companion != null) {
            count(companion);
        } else if (suffix.equals(".tar")) {
            shards.add(file);
        } else if (suffix.equals(".parquet")) {
            tables.add(file);
        } else {
            if (TarShard.isImage(file.name())) {
                hasPlainImages = true;
            } else {
                hasPlainOthers = true;
            }
            images.add(new ImageRef(
                    ImageListing.idOf(file.name()), file.uri(), file.name(), file.sizeBytes(), file.version()));
        }
    }

    @Override
    public synchronized void leftOut(String name) {
        leftOut.add(name);
    }

    private synchronized void count(String kind) {
        boolean isToldApart = leftOutKinds.size() < MOST_KINDS || leftOutKinds.containsKey(kind);
        leftOutKinds.merge(isToldApart ? kind : OTHER_KINDS, 1L, Long::sum);
    }

    private synchronized void note(String note) {
        notes.add(note);
    }

    /** Opens the archives and returns the images. */
    ImageListing listing() throws IOException {
        String column = source.imageColumn();
        if (column != null && tables.isEmpty()) {
            throw OperatorException.usage(
                    "--image-column goes with Parquet files, but there is none under " + source.images(),
                    "leave --image-column out, or check --images");
        }
        tables.sort(Comparator.comparing(FileWalk.Found::uri));
        ParallelTasks.forEach(AT_ONCE, tables.iterator(), table -> addTable(table, column));
        if (column != null) {
            requireNoImageRoot();
            shards.forEach(shard -> count(TarShard.suffix(shard.name())));
            return hasPlainImages || hasPlainOthers
                    ? listing(only(image -> image.part() != null))
                    : listing(images.listed());
        }
        ParallelTasks.forEach(AT_ONCE, shards.iterator(), this::addMembers);
        boolean manifests = addManifests();
        if (!manifests) {
            requireNoImageRoot();
        }
        boolean isArchive = !shards.isEmpty() || !tables.isEmpty();
        return isArchive && !manifests && hasPlainOthers
                ? listing(only(image -> image.part() != null || TarShard.isImage(image.fileName())))
                : listing(images.listed());
    }

    private ImageListing listing(ListedImages all) {
        return new ImageListing(all, leftOut, leftOutKinds, notes, tableFiles.get());
    }

    /** Returns the images that a condition holds for; the others are counted. */
    private ListedImages only(Predicate<ImageRef> condition) {
        Predicate<ImageRef> counting = image -> {
            boolean holds = condition.test(image);
            if (!holds) {
                count(TarShard.suffix(image.fileName()));
            }
            return holds;
        };
        ListedImages all = images.listed();
        if (all instanceof SpilledImages spilled) {
            ImagePacker some = new ImagePacker(root, spill == null ? null : spill.part("images"));
            spilled.stream(configuration).filter(counting).forEach(some::add);
            return some.listed();
        }
        return ((PackedImages) all).where(counting);
    }

    private void requireNoImageRoot() {
        if (source.imageRoot() != null) {
            throw OperatorException.usage(
                    "--image-root goes with a COCO json or a manifest, but --images is " + source.images(),
                    "leave --image-root out, or give the json or manifest as --images");
        }
    }

    private void addMembers(FileWalk.Found shard) throws IOException {
        ShardMembers members = new ShardMembers(shard);
        try {
            TarShard.index(input(shard), shard.uri(), members);
        } catch (OperatorException e) {
            note(e.getMessage() + "; images listed before it: " + members.count
                    + "; what follows is not: fix the shard and" + " run again");
        }
    }

    /** The members of a shard, as they are found. */
    private final class ShardMembers implements TarShard.Visitor {

        private final FileWalk.Found shard;
        private long count;

        private ShardMembers(FileWalk.Found shard) {
            this.shard = shard;
        }

        @Override
        public void image(String name, long offset, long sizeBytes) {
            String companion = CompanionFiles.kind(name);
            if (companion != null) {
                CorpusFiles.this.count(companion);
                return;
            }
            count++;
            images.add(new ImageRef(
                    ImageListing.idOf(shard.name() + "/" + name),
                    shard.uri(),
                    name,
                    sizeBytes,
                    shard.version(),
                    new ImageRef.Range(offset)));
        }

        @Override
        public void leftOut(String name, String kind) {
            CorpusFiles.this.count(kind);
        }

        @Override
        public void afterEnd(long end, long bytes) {
            note(String.format(
                    Locale.ROOT,
                    "%s goes on after its end: %d bytes from byte %d on, perhaps another tar behind the first, were not"
                            + " read; images listed before: %d",
                    shard.uri(),
                    bytes,
                    end,
                    count));
        }
    }

    private StoredInput input(FileWalk.Found file) {
        return new StoredInput(file.uri(), file.sizeBytes(), configuration);
    }

    /** Adds the rows of a Parquet file if they are images. */
    private void addTable(FileWalk.Found file, @Nullable String column) throws IOException {
        ParquetTable table;
        try {
            table = new ParquetTable(input(file), file.uri(), configuration);
        } catch (OperatorException e) {
            note(e.getMessage() + "; its rows are not listed: fix the file and run again");
            return;
        }
        if (column == null && (Manifest.isManifest(table) || !table.holdsImages())) {
            synchronized (this) {
                withoutImages.add(table);
            }
            return;
        }
        String checked = table.imageColumn(column);
        hasRows = true;
        table.images(checked, (row, key, meanBytes) -> {
            String numbered = file.name() + "#" + row;
            images.add(new ImageRef(
                    ImageListing.idOf(numbered),
                    file.uri(),
                    key == null || key.isEmpty() ? numbered : key,
                    meanBytes,
                    file.version(),
                    new ImageRef.Cell(checked, row)));
        });
    }

    /**
     * Adds the images that manifests name, if nothing but manifests is there; else the Parquet files without images are
     * counted.
     */
    private boolean addManifests() throws IOException {
        if (withoutImages.isEmpty()) {
            return false;
        }
        if (hasRows || hasPlainImages || !shards.isEmpty()) {
            withoutImages.forEach(table -> count(".parquet"));
            return false;
        }
        withoutImages.sort(Comparator.comparing(ParquetTable::uri));
        String imageRoot = source.imageRoot() == null ? root : FileWalk.root(source.imageRoot(), configuration);
        ManifestListing listing = new ManifestListing(source.images(), imageRoot, configuration);
        for (ParquetTable table : withoutImages) {
            if (!Manifest.isManifest(table)) {
                throw table.noImages();
            }
            listing.addAll(Manifest.rows(table), images);
        }
        return true;
    }
}
