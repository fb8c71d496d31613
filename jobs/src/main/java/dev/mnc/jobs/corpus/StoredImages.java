package dev.mnc.jobs.corpus;

import dev.mnc.jobs.corpus.formats.ParquetCells;
import dev.mnc.jobs.host.HostRegistry;
import dev.mnc.jobs.host.ImageReader;
import dev.mnc.jobs.store.FileWalk;
import dev.mnc.jobs.store.S3Objects;
import dev.mnc.jobs.store.Store;
import dev.mnc.jobs.store.StoredInput;
import dev.mnc.schemas.ImageRef;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.s3a.RemoteFileChangedException;
import org.jspecify.annotations.Nullable;

/**
 * A reader of images wherever they are: a file or object, a range of one, or a value of a Parquet file. From an object
 * store an image takes one request, from a Parquet file one for each page.
 */
public final class StoredImages implements ImageReader {

    private static final Pattern RANGE = Pattern.compile("(?s)(.*)#offset=(\\d{1,18})&length=(\\d{1,18})");
    private static final Pattern CELL = Pattern.compile("(?s)(.*)#column=([^#]*)&row=(\\d{1,18})");

    private final Configuration configuration;
    private final ParquetCells cells;
    private final Map<String, Optional<S3Objects>> buckets = new ConcurrentHashMap<>();

    /** @param configuration of the file systems that the images are in */
    public StoredImages(Configuration configuration) {
        this.configuration = configuration;
        // Rows of one page may belong to several tasks.
        this.cells = HostRegistry.jvm().shared(ParquetCells.class, ParquetCells::new);
    }

    /**
     * Reads an image by the address that the label table has for it.
     *
     * @param address a result of {@link ImageRef#address}
     * @param most bytes to read, at least 1; a larger image is cut off
     */
    public static byte[] readAddress(String address, int most, Configuration configuration) throws IOException {
        Matcher range = RANGE.matcher(address);
        Matcher cell = CELL.matcher(address);
        if (range.matches()) {
            long length = Math.min(most, Long.parseLong(range.group(3)));
            ImageRef.Range part = new ImageRef.Range(Long.parseLong(range.group(2)));
            return new StoredImages(configuration).read(new ImageRef(0, range.group(1), address, length, null, part));
        }
        if (cell.matches()) {
            ImageRef.Cell part = new ImageRef.Cell(cell.group(2), Long.parseLong(cell.group(3)));
            return new StoredImages(configuration).read(new ImageRef(0, cell.group(1), address, 0, null, part));
        }
        try (InputStream in = Store.open(address, configuration)) {
            return in.readNBytes(most);
        }
    }

    @Override
    public byte[] read(ImageRef image) throws IOException {
        try {
            if (image.part() instanceof ImageRef.Cell cell) {
                return cells.read(image, cell, () -> unchanged(image), configuration);
            }
            return Store.isLocal(image.uri()) ? readLocal(image) : readObject(image);
        } catch (NoSuchFileException | FileNotFoundException e) {
            throw new IOException("no such file", e);
        } catch (EOFException e) {
            throw changed(image, "shorter");
        } catch (RemoteFileChangedException e) {
            throw new IOException("changed during the run: listed as " + image.etag() + ", but it is another now", e);
        }
    }

    private StoredInput unchanged(ImageRef image) throws IOException {
        StoredInput.Status now = StoredInput.status(image.uri(), configuration);
        if (image.etag() != null && !image.etag().equals(now.version())) {
            throw new IOException(
                    "changed during the run: listed as " + image.etag() + ", but it is " + now.version() + " now");
        }
        return new StoredInput(image.uri(), now.size(), configuration);
    }

    private static byte[] readLocal(ImageRef image) throws IOException {
        try (InputStream in = Files.newInputStream(Store.local(image.uri()))) {
            if (image.part() instanceof ImageRef.Range range) {
                in.skipNBytes(range.offset());
            }
            byte[] bytes = in.readNBytes((int) image.sizeBytes());
            if (bytes.length < image.sizeBytes()) {
                throw changed(image, "shorter");
            }
            if (image.part() == null && in.read() >= 0) {
                throw changed(image, "longer");
            }
            requireListedTime(image);
            return bytes;
        }
    }

    /** Checks, after the bytes are read, that the file is still the one that was listed. */
    private static void requireListedTime(ImageRef image) throws IOException {
        if (image.etag() != null && image.etag().startsWith(FileWalk.MODIFIED)) { // else a version of a manifest's own
            BasicFileAttributes now = Files.readAttributes(Store.local(image.uri()), BasicFileAttributes.class);
            if (!FileWalk.version(now).equals(image.etag())) {
                throw new IOException("changed during the run: listed as " + image.etag() + ", but it is "
                        + FileWalk.version(now) + " now");
            }
        }
    }

    private byte[] readObject(ImageRef image) throws IOException {
        if (image.sizeBytes() == 0
                && image.etag() == null) { // it was missing when it was listed; reading no bytes would not show that
            StoredInput.Status now = StoredInput.status(image.uri(), configuration);
            if (now.size() > 0) {
                throw changed(image, "longer");
            }
        }
        S3Objects bucket = image.sizeBytes() == 0 ? null : bucket(image.uri());
        if (bucket == null) {
            return readStream(image);
        }
        byte[] bytes = bucket.read(image);
        if (bytes.length != image.sizeBytes()) {
            throw changed(image, bytes.length < image.sizeBytes() ? "shorter" : "longer");
        }
        return bytes;
    }

    private @Nullable S3Objects bucket(String uri) throws IOException {
        if (!uri.startsWith("s3a://")) {
            return null;
        }
        String name = uri.substring(0, uri.indexOf('/', "s3a://".length()));
        Optional<S3Objects> known = buckets.get(name);
        if (known == null) {
            known = Optional.ofNullable(S3Objects.of(uri, configuration));
            buckets.put(name, known);
        }
        return known.orElse(null);
    }

    private byte[] readStream(ImageRef image) throws IOException {
        // The length is known, so S3A needs no HEAD request, and the bytes come with one GET.
        long offset = image.part() instanceof ImageRef.Range range ? range.offset() : 0;
        StoredInput object = new StoredInput(image.uri(), offset + image.sizeBytes(), configuration);
        try (FSDataInputStream in = object.open(image.part() == null ? "whole-file" : "random")) {
            byte[] bytes = new byte[(int) image.sizeBytes()];
            in.readFully(offset, bytes);
            return bytes;
        }
    }

    private static IOException changed(ImageRef image, String how) {
        return new IOException(String.format(
                Locale.ROOT, "changed during the run: listed with %d bytes, but it is %s now", image.sizeBytes(), how));
    }

    @Override
    public void close() {}
}
