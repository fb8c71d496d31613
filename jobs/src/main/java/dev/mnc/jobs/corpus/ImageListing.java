package dev.mnc.jobs.corpus;

import dev.mnc.jobs.cli.Console;
import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.store.Digests;
import dev.mnc.jobs.store.FileWalk;
import dev.mnc.jobs.store.NamePattern;
import dev.mnc.jobs.store.Store;
import dev.mnc.schemas.ImageRef;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;

/**
 * All images of a corpus. In a folder every regular file is an image, but for those of {@code CompanionFiles}: what it
 * holds is found out when it is read. In and beside archives the suffix tells images from others.
 *
 * @param listed the images; if they are in memory, sorted, so that a plan does not depend on the order of a listing
 * @param leftOut names in a folder of what is no file: broken links, sockets, pipes
 * @param leftOutKinds number of files and members that are no images by their names, by suffix
 * @param notes what the user should know about single archives, a sentence each
 * @param tableFiles number of the label table's own files, where it lies among the images
 */
public record ImageListing(
        ListedImages listed,
        List<String> leftOut,
        Map<String, Long> leftOutKinds,
        List<String> notes,
        long tableFiles) {

    private static final int MOST_NOTES = 20;
    private static final Pattern COMPRESSED = Pattern.compile("\\.(tar\\.(gz|bz2|xz|zst)|tgz|zip)$");

    public ImageListing {
        leftOut = List.copyOf(leftOut);
        notes = notes.stream().sorted().toList();
        leftOutKinds = Collections.unmodifiableSortedMap(new TreeMap<>(leftOutKinds));
    }

    /**
     * The corpus as a user names it.
     *
     * @param images a folder, a prefix, a pattern of names, a file, a COCO json or a manifest
     * @param imageRoot where a COCO json's file names or a manifest's relative uris lie, or null for its own folder
     * @param imageColumn the column of a Parquet file that images are in, or null to find it by the schema
     * @param table the label table, whose files are no images, or null
     */
    public record Source(
            String images,
            @Nullable String imageRoot,
            @Nullable String imageColumn,
            @Nullable String table) {

        /** Creates a source without a table. */
        public Source(String images, @Nullable String imageRoot, @Nullable String imageColumn) {
            this(images, imageRoot, imageColumn, null);
        }
    }

    /**
     * Lists a corpus into memory.
     *
     * @throws OperatorException if it cannot be listed, nothing is there, or two images have one id
     */
    public static ImageListing of(Source source, Configuration configuration) {
        return of(source, null, configuration);
    }

    /**
     * Lists a corpus.
     *
     * @param spill where images go that are too many for memory, null if all stay there
     * @throws OperatorException if it cannot be listed, nothing is there, or two images in memory have one id
     */
    public static ImageListing of(Source source, @Nullable Spill spill, Configuration configuration) {
        ImageListing listing;
        try {
            listing = list(source, spill, configuration);
        } catch (IOException | UncheckedIOException e) {
            throw new OperatorException(
                    OperatorException.Kind.ENVIRONMENT,
                    "cannot list " + source.images() + ": " + (e.getMessage() == null ? e : e.getMessage()),
                    "check the address, and your permissions and credentials");
        }
        if (listing.listed.count() == 0) {
            String noted = listing.notes.isEmpty() ? "" : ": " + listing.notes.get(0);
            throw OperatorException.usage(
                    "there is no image under " + source.images() + listing.besides() + noted, "check --images");
        }
        return listing;
    }

    private static ImageListing list(Source source, @Nullable Spill spill, Configuration configuration)
            throws IOException {
        String images = source.images();
        String lower = images.toLowerCase(Locale.ROOT);
        boolean coco = lower.endsWith(".json") || lower.endsWith(".json.gz");
        boolean manifest = Manifest.isText(images);
        if (source.imageColumn() != null && (coco || manifest)) {
            throw OperatorException.usage(
                    "--image-column goes with Parquet files, but --images is " + images, "leave --image-column out");
        }
        if (COMPRESSED.matcher(lower).find()) {
            throw OperatorException.usage(
                    images + " is compressed, so its members cannot be read one by one",
                    "unpack it, or pack it as a plain .tar: images hardly get smaller");
        }
        if (coco) {
            PackedImages named = CocoListing.of(images, source.imageRoot(), configuration);
            return new ImageListing(named, List.of(), Map.of(), List.of(), 0);
        }
        return manifest ? ofManifest(source, spill, configuration) : ofFiles(source, spill, configuration);
    }

    private static ImageListing ofManifest(Source source, @Nullable Spill spill, Configuration configuration)
            throws IOException {
        String imageRoot = source.imageRoot();
        String root = FileWalk.root(imageRoot == null ? source.images() : imageRoot, configuration);
        ImagePacker images = new ImagePacker(root, spill);
        try (InputStream in = new BufferedInputStream(Store.open(source.images(), configuration), 1 << 16)) {
            new ManifestListing(source.images(), root, configuration)
                    .addAll(Manifest.rows(in, source.images()), images);
        }
        return new ImageListing(images.listed(), List.of(), Map.of(), List.of(), 0);
    }

    private static ImageListing ofFiles(Source source, @Nullable Spill spill, Configuration configuration)
            throws IOException {
        NamePattern pattern = NamePattern.of(source.images(), configuration);
        String start = pattern == null ? source.images() : pattern.folder();
        String root = FileWalk.root(start, configuration);
        CorpusFiles files =
                new CorpusFiles(source, root, name -> pattern == null || pattern.matches(name), spill, configuration);
        FileWalk.all(start, root, configuration, files);
        return files.listing();
    }

    /** Lists the files below a folder or prefix, each as an image. */
    static PackedImages ofFolder(String uri, Configuration configuration) throws IOException {
        String root = FileWalk.root(uri, configuration);
        ImagePacker images = new ImagePacker(root);
        FileWalk.all(uri, root, configuration, new FileWalk.Visitor() {
            @Override
            public void file(FileWalk.Found file) {
                images.add(new ImageRef(idOf(file.name()), file.uri(), file.name(), file.sizeBytes(), file.version()));
            }

            @Override
            public void leftOut(String name) {}
        });
        return images.packed();
    }

    /**
     * Returns the images of a listing in memory.
     *
     * @throws IllegalStateException if it is not there
     */
    public PackedImages images() {
        if (listed instanceof PackedImages images) {
            return images;
        }
        throw new IllegalStateException("the listing is not in memory");
    }

    /** Returns what the user should know about entries that were left out, a sentence each. */
    public List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        if (!leftOut.isEmpty()) {
            warnings.add(
                    leftOut.size() + " entries are no files (broken links, pipes, link loops) and were left out, e.g. "
                            + Console.printable(leftOut.get(0)));
        }
        if (!leftOutKinds.isEmpty()) {
            long all = leftOutKinds.values().stream().mapToLong(Long::longValue).sum();
            warnings.add(all
                    + (all == 1
                            ? " file is no image by its name and was"
                            : " files are no images by their names and were")
                    + " left out" + besides());
        }
        if (notes.size() > MOST_NOTES) {
            warnings.addAll(notes.subList(0, MOST_NOTES));
            warnings.add(notes.size() - MOST_NOTES + " more archives are damaged or go on after their end");
        } else {
            warnings.addAll(notes);
        }
        if (tableFiles > 0) {
            warnings.add("the label table lies among the images: its " + tableFiles
                    + (tableFiles == 1 ? " file was" : " files were") + " left out");
        }
        return warnings;
    }

    /** Returns the numbers of entries left out by kind, the most frequent first. */
    private String besides() {
        if (leftOutKinds.isEmpty()) {
            return "";
        }
        String kinds = leftOutKinds.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .limit(10)
                .map(kind -> kind.getValue() + " "
                        + Console.printable(kind.getKey().isEmpty() ? "without suffix" : kind.getKey()))
                .collect(Collectors.joining(", "));
        return " (" + kinds + (leftOutKinds.size() > 10 ? ", ..." : "") + ")";
    }

    /** Returns the first 63 bits of the name's sha256: the same on all days, machines and roots. */
    public static long idOf(String name) {
        MessageDigest sha256 = Digests.sha256();
        return ByteBuffer.wrap(sha256.digest(name.getBytes(StandardCharsets.UTF_8)))
                        .getLong()
                & Long.MAX_VALUE;
    }

    /** Returns the digest of the images, see {@link ListedImages#digest}. */
    public String digest() {
        return listed.digest();
    }
}
