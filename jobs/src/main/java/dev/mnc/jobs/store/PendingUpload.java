package dev.mnc.jobs.store;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.fs.s3a.S3AFileSystem;
import org.apache.hadoop.fs.s3a.S3AUtils;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;

/**
 * An upload to an object store that was begun and neither completed nor aborted. No listing of objects shows it, but its parts
 * are paid for.
 *
 * @param path of the object that it would make, below the folder that was looked at
 * @param began by the store's clock
 */
public record PendingUpload(String path, Instant began, S3AFileSystem store, MultipartUpload upload) {

    /** Returns the uploads whose objects would be in a folder, in no order; none where the store is not S3. */
    public static List<PendingUpload> below(String folder, Configuration configuration) throws IOException {
        List<PendingUpload> found = new ArrayList<>();
        if (Store.isLocal(folder)) {
            return found;
        }
        Path path = Store.hadoop(folder);
        FileSystem files = path.getFileSystem(configuration);
        if (files instanceof S3AFileSystem store) {
            String prefix = path.toUri().getPath().substring(1) + "/";
            RemoteIterator<MultipartUpload> uploads = store.listUploads(prefix);
            while (uploads.hasNext()) {
                MultipartUpload upload = uploads.next();
                found.add(
                        new PendingUpload(upload.key().substring(prefix.length()), upload.initiated(), store, upload));
            }
        }
        return found;
    }

    /** Aborts the upload, which frees what it has stored so far; it may have ended meanwhile. */
    public void abort() throws IOException {
        try {
            store.abortMultipartUpload(upload);
        } catch (NoSuchUploadException e) {
            // It has ended.
        } catch (SdkException e) { // S3A passes on what its client throws
            throw S3AUtils.translateException("abort the upload", path, e);
        }
    }
}
