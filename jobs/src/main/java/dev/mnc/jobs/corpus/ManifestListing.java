package dev.mnc.jobs.corpus;

import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.store.ParallelTasks;
import dev.mnc.jobs.store.Store;
import dev.mnc.jobs.store.StoredInput;
import dev.mnc.schemas.ImageRef;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import org.apache.hadoop.conf.Configuration;

/**
 * The images that a manifest names. Where a row has neither the image's length nor the object's size, the size is
 * requested from the store; an object that is missing is listed too, and the run records that it could not be read.
 */
final class ManifestListing {

    /** Requests for sizes at once. */
    private static final int AT_ONCE = 64;

    private final String source;
    private final String root;
    private final Configuration configuration;

    /**
     * @param source uri of the manifest, for messages
     * @param root start of relative uris, ending in a slash
     */
    ManifestListing(String source, String root, Configuration configuration) {
        this.source = source;
        this.root = root;
        this.configuration = configuration;
    }

    void addAll(Iterator<ManifestRow> rows, ImagePacker images) throws IOException {
        ParallelTasks.forEach(Store.isLocal(root) ? 1 : AT_ONCE, rows, row -> images.add(image(row)));
    }

    private ImageRef image(ManifestRow row) throws IOException {
        String uri = resolved(row.uri());
        String name = uri.startsWith(root) && !Store.isLocal(uri) ? uri.substring(root.length()) : row.uri();
        Long offset = row.offset();
        Long length = row.length();
        String key = offset == null ? name : name + "#offset=" + offset + "&length=" + length;
        Long givenId = row.imageId();
        String givenName = row.fileName();
        long id = givenId == null ? ImageListing.idOf(key) : givenId;
        String fileName = givenName == null ? key : givenName;
        if (offset != null && length != null) {
            return new ImageRef(id, uri, fileName, length, row.etag(), new ImageRef.Range(offset));
        }
        Long size = row.sizeBytes();
        if (size != null) {
            return new ImageRef(id, uri, fileName, size, row.etag());
        }
        try {
            StoredInput.Status now = StoredInput.status(uri, configuration);
            return new ImageRef(id, uri, fileName, now.size(), row.etag() == null ? now.version() : row.etag());
        } catch (FileNotFoundException | NoSuchFileException e) {
            return new ImageRef(id, uri, fileName, 0, null);
        }
    }

    private String resolved(String uri) {
        if (!Store.isLocal(uri)) {
            return uri;
        }
        boolean absolute = uri.startsWith("file:") || uri.startsWith("/");
        if (absolute) {
            return Store.local(uri).toAbsolutePath().normalize().toUri().toString();
        }
        if (Store.isLocal(root)) {
            Path folder = Store.local(root).toAbsolutePath().normalize();
            Path file = folder.resolve(uri).normalize();
            if (file.startsWith(folder)) {
                return file.toUri().toString();
            }
        } else if (!Arrays.asList(uri.split("/", -1)).contains("..")) {
            return root + uri;
        }
        throw OperatorException.usage(
                "the uri \"" + uri + "\" of " + source + " leads outside " + root,
                "give a wider --image-root, or fix the manifest");
    }
}
