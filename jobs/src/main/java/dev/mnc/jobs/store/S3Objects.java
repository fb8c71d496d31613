package dev.mnc.jobs.store;

import dev.mnc.schemas.ImageRef;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.s3a.Constants;
import org.apache.hadoop.fs.s3a.Invoker;
import org.apache.hadoop.fs.s3a.S3AFileSystem;
import org.apache.hadoop.fs.s3a.S3ARetryPolicy;
import org.apache.hadoop.fs.s3a.api.RequestFactory;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * A reader of whole objects of a bucket, or of ranges, through the client that S3A has set up with endpoint,
 * credentials, encryption keys, connections and retries. What S3A's own stream does besides (seeking, reading ahead,
 * statistics of each stream) costs more than the request and is of no use to a reader that takes an object once from
 * end to end.
 */
public final class S3Objects {

    private final S3Client client;
    private final RequestFactory requests;
    private final Invoker invoker;

    private S3Objects(S3AFileSystem store) {
        this.client = store.getS3AInternals().getAmazonS3Client("whole images");
        this.requests = store.getRequestFactory();
        this.invoker = new Invoker(new S3ARetryPolicy(store.getConf()), Invoker.LOG_EVENT);
    }

    /** Returns a reader for the bucket of a uri, or null if S3A does not serve it or must decrypt it on this side. */
    public static @Nullable S3Objects of(String uri, Configuration configuration) throws IOException {
        FileSystem store = Store.hadoop(uri).getFileSystem(configuration);
        boolean plain =
                !store.getConf().get(Constants.S3_ENCRYPTION_ALGORITHM, "").startsWith("CSE");
        return store instanceof S3AFileSystem bucket && plain ? new S3Objects(bucket) : null;
    }

    /** Returns the key in an object's uri. */
    private static String key(String uri) {
        return uri.substring(uri.indexOf('/', uri.indexOf("://") + 3) + 1);
    }

    /**
     * Reads an object or a range of one.
     *
     * @param image of at least one byte
     * @return as many bytes as the object has there; more or fewer than {@link ImageRef#sizeBytes} if it has changed
     * @throws EOFException if the object ends before the range
     */
    public byte[] read(ImageRef image) throws IOException {
        GetObjectRequest.Builder request = requests.newGetObjectRequestBuilder(key(image.uri()));
        if (image.part() instanceof ImageRef.Range range) {
            long last = range.offset() + image.sizeBytes() - 1;
            request.range("bytes=" + range.offset() + "-" + last);
        }
        GetObjectRequest get = request.build();
        return invoker.retry("read", image.uri(), true, () -> read(get, image.sizeBytes()));
    }

    private byte[] read(GetObjectRequest request, long expected) throws IOException {
        byte[] bytes = new byte[Math.toIntExact(expected)];
        try (ResponseInputStream<GetObjectResponse> in = client.getObject(request)) {
            // A connection that breaks is an exception of the client, so this is the end of the object.
            int count = in.readNBytes(bytes, 0, bytes.length);
            boolean more = in.read() >= 0;
            if (more) {
                in.abort(); // Closing it would read the rest.
            }
            return count == bytes.length && !more ? bytes : Arrays.copyOf(bytes, more ? count + 1 : count);
        }
    }
}
