package dev.mnc.training.weights;

import io.jhdf.HdfFile;
import io.jhdf.Superblock;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import io.jhdf.exceptions.HdfException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The arrays in an HDF5 file, by path. Opening reads the directory alone; the values stay in the file until they are
 * read.
 */
final class WeightFile implements AutoCloseable {

    private static final byte[] SIGNATURE = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
    private static final String AGAIN = "download it again and compare its size and sha256 with the publisher's";
    /** The maximum depth of groups; a deeper file is a loop of links, not weights. */
    private static final int DEEPEST = 16;

    private final Path file;
    private final HdfFile hdf;
    private final SortedMap<String, StoredArray> arrays = new TreeMap<>();

    private WeightFile(Path file, HdfFile hdf) {
        this.file = file;
        this.hdf = hdf;
    }

    /**
     * Opens a file.
     *
     * @throws NoSuchFileException if there is none
     * @throws UnusableWeightsException if it is not HDF5, or is cut short or damaged
     */
    static WeightFile open(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new NoSuchFileException(file.toString());
        }
        requireHdf5(file);
        WeightFile opened = null;
        try {
            requireWhole(file);
            opened = new WeightFile(file, new HdfFile(file));
            opened.list(opened.hdf, "", 0);
            return opened;
        } catch (UnusableWeightsException e) {
            close(opened);
            throw e;
        } catch (RuntimeException e) { // jhdf throws many kinds of exceptions on damaged files
            close(opened);
            throw new UnusableWeightsException(file + " is damaged: " + e.getMessage(), AGAIN, e);
        }
    }

    private static void close(@org.jspecify.annotations.Nullable WeightFile opened) {
        if (opened != null) {
            opened.close();
        }
    }

    private static void requireHdf5(Path file) throws IOException {
        byte[] start;
        try (InputStream in = Files.newInputStream(file)) {
            start = in.readNBytes(512);
        }
        if (start.length >= SIGNATURE.length
                && HexFormat.of()
                        .formatHex(start, 0, SIGNATURE.length)
                        .equals(HexFormat.of().formatHex(SIGNATURE))) {
            return;
        }
        String text = new String(start, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
        if (text.contains("<html") || text.stripLeading().startsWith("<!doctype html")) {
            throw new UnusableWeightsException(
                    file + " is a web page, not a file of weights",
                    "the link leads to a page about the file; open it in a browser and download the file itself");
        }
        throw new UnusableWeightsException(
                file + " is not an HDF5 file: "
                        + (start.length == 0
                                ? "it is empty"
                                : "it begins with the bytes "
                                        + HexFormat.ofDelimiter(" ").formatHex(start, 0, Math.min(8, start.length))),
                "give the .h5 file; a .caffemodel or .keras file has to be saved as .h5 first, by the program it is from");
    }

    /** Checks the length of a file against its superblock. */
    private static void requireWhole(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            long expected = Superblock.readSuperblock(channel, 0).getEndOfFileAddress();
            if (channel.size() < expected) {
                throw new UnusableWeightsException(
                        String.format(
                                Locale.ROOT,
                                "%s is cut short: it has %,d of %,d bytes",
                                file,
                                channel.size(),
                                expected),
                        AGAIN);
            }
        }
    }

    private void list(Group group, String path, int depth) {
        if (depth > DEEPEST) {
            throw new HdfException("groups lie more than " + DEEPEST + " deep at " + path);
        }
        for (Node child : group.getChildren().values()) {
            String childPath = path + "/" + child.getName();
            if (child instanceof Dataset dataset) {
                arrays.put(childPath, new StoredArray(file, childPath, dataset));
            } else if (child instanceof Group inner) {
                list(inner, childPath, depth + 1);
            }
        }
    }

    Path path() {
        return file;
    }

    /** Returns the array at a path such as {@code /data/conv1_1/0}. */
    Optional<StoredArray> array(String path) {
        return Optional.ofNullable(arrays.get(path));
    }

    /** Returns all arrays, by path. */
    SortedMap<String, StoredArray> arrays() {
        return Collections.unmodifiableSortedMap(arrays);
    }

    /** Names of the groups and arrays at the root, sorted; for messages. */
    List<String> roots() {
        return hdf.getChildren().keySet().stream().sorted().toList();
    }

    @Override
    public void close() {
        hdf.close();
    }
}
