package dev.mnc.jobs.corpus;

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
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;

/**
 * The listing of the files below a folder or prefix while it is made. Each plain file is an image. Of tar shards the
 * members are the images, and so are the rows of Parquet files where all files are Parquet or the user names an image
 * column.
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
    private final Map<String, Long> kinds = new TreeMap<>();
    private final Map<String, Long> kindsOfOthers = new TreeMap<>();
    private final List<FileWalk.Found> shards = Collections.synchronizedList(new ArrayList<>());
    private final List<FileWalk.Found> tables = Collections.synchronizedList(new ArrayList<>());
    private final List<String> leftOut = new ArrayList<>();
    private final Map<String, Long> leftOutKinds = new TreeMap<>();
    private final AtomicLong tableFiles = new AtomicLong();
    private volatile boolean hasOthers;

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
        String base = file.name().substring(file.name().lastIndexOf('/') + 1);
        if (suffix.equals(".tar")) {
            shards.add(file);
            hasOthers = true;
        } else if (suffix.equals(".parquet") && !isHidden(base)) {
            tables.add(file);
        } else {
            if (!isHidden(base)) {
                hasOthers = true;
            }
            add(file);
        }
    }

    private static void count(Map<String, Long> counts, String suffix) {
        counts.merge(counts.size() < MOST_KINDS || counts.containsKey(suffix) ? suffix : OTHER_KINDS, 1L, Long::sum);
    }

    /** Returns whether a name is that of {@code _SUCCESS} or a checksum, as Spark writes them beside Parquet files. */
    private static boolean isHidden(String base) {
        return base.startsWith("_") || base.startsWith(".");
    }

    private void add(FileWalk.Found file) {
        String suffix = TarShard.suffix(file.name());
        synchronized (kinds) {
            count(kinds, suffix);
            if (!TarShard.isImage(file.name())) {
                count(kindsOfOthers, suffix);
            }
        }
        images.add(new ImageRef(
                ImageListing.idOf(file.name()), file.uri(), file.name(), file.sizeBytes(), file.version()));
    }

    @Override
    public synchronized void leftOut(String name) {
        leftOut.add(name);
    }

    /** Opens the archives and returns the images. */
    ImageListing listing() throws IOException {
        if (source.imageColumn() != null || (!tables.isEmpty() && !hasOthers)) {
            return ofTables();
        }
        requireNoImageRoot();
        tables.forEach(this::add);
        if (shards.isEmpty()) {
            return listing(images.listed());
        }
        ParallelTasks.forEach(AT_ONCE, shards.iterator(), this::addMembers);
        kindsOfOthers.forEach((kind, count) -> leftOutKinds.merge(kind, count, Long::sum));
        ListedImages all = images.listed();
        if (kindsOfOthers.isEmpty()) {
            return listing(all);
        }
        Predicate<ImageRef> wantedBesideShards = image -> image.part() != null || TarShard.isImage(image.fileName());
        return listing(
                all instanceof SpilledImages spilled
                        ? filtered(spilled, wantedBesideShards)
                        : ((PackedImages) all).where(wantedBesideShards));
    }

    private ListedImages filtered(SpilledImages all, Predicate<ImageRef> condition) {
        ImagePacker some = new ImagePacker(root, part("beside-shards"));
        all.stream(configuration).filter(condition).forEach(some::add);
        return some.listed();
    }

    private @Nullable Spill part(String name) {
        return spill == null ? null : spill.part(name);
    }

    private ImageListing listing(ListedImages all) {
        return new ImageListing(all, leftOut, leftOutKinds, tableFiles.get());
    }

    private void requireNoImageRoot() {
        if (source.imageRoot() != null) {
            throw OperatorException.usage(
                    "--image-root goes with a COCO json or a manifest, but --images is " + source.images(),
                    "leave --image-root out, or give the json or manifest as --images");
        }
    }

    private void addMembers(FileWalk.Found shard) throws IOException {
        TarShard.index(input(shard), shard.uri(), new TarShard.Visitor() {
            @Override
            public void image(String name, long offset, long sizeBytes) {
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
                synchronized (leftOutKinds) {
                    leftOutKinds.merge(kind, 1L, Long::sum);
                }
            }
        });
    }

    private StoredInput input(FileWalk.Found file) {
        return new StoredInput(file.uri(), file.sizeBytes(), configuration);
    }

    private ImageListing ofTables() throws IOException {
        if (tables.isEmpty()) {
            throw OperatorException.usage(
                    "--image-column goes with Parquet files, but there is none under " + source.images(),
                    "leave --image-column out, or check --images");
        }
        tables.sort(Comparator.comparing(FileWalk.Found::uri));
        FileWalk.Found first = tables.get(0);
        boolean manifest = source.imageColumn() == null && Manifest.isManifest(table(first));
        ImagePacker rows = new ImagePacker(root, part("rows"));
        if (manifest) {
            String imageRoot = source.imageRoot() == null ? root : FileWalk.root(source.imageRoot(), configuration);
            ManifestListing listing = new ManifestListing(source.images(), imageRoot, configuration);
            for (FileWalk.Found table : tables) {
                listing.addAll(Manifest.rows(table(table)), rows);
            }
        } else {
            requireNoImageRoot();
            String column = table(first).imageColumn(source.imageColumn());
            ParallelTasks.forEach(AT_ONCE, tables.iterator(), table -> addRows(table, column, rows));
        }
        leftOutKinds.putAll(kinds);
        return listing(rows.listed());
    }

    private ParquetTable table(FileWalk.Found file) throws IOException {
        return new ParquetTable(input(file), file.uri(), configuration);
    }

    private void addRows(FileWalk.Found file, String column, ImagePacker rows) throws IOException {
        ParquetTable table = table(file);
        String checked = table.imageColumn(column);
        table.images(checked, (row, key, meanBytes) -> {
            String numbered = file.name() + "#" + row;
            rows.add(new ImageRef(
                    ImageListing.idOf(numbered),
                    file.uri(),
                    key == null || key.isEmpty() ? numbered : key,
                    meanBytes,
                    file.version(),
                    new ImageRef.Cell(checked, row)));
        });
    }
}
