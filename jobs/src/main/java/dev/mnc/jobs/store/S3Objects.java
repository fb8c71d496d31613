package dev.mnc.jobs.store;

import dev.mnc.schemas.ImageRef;
import java.io.EOFException;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.s3a.Constants;
import org.apache.hadoop.fs.s3a.Invoker;
import org.apache.hadoop.fs.s3a.RemoteFileChangedException;
import org.apache.hadoop.fs.s3a.S3AFileSystem;
import org.apache.hadoop.fs.s3a.S3ARetryPolicy;
import org.apache.hadoop.fs.s3a.api.RequestFactory;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/**
 * A reader of whole objects of a bucket, or of ranges, through the client that S3A has set up with endpoint,
 * credentials, encryption keys, connections and retries. What S3A's own stream does besides (seeking, reading ahead,
 * statistics of each stream) costs more than the request and is of no use to a reader that takes an object once from
 * end to end.
 */
public final class S3Objects {

    /** The etags that stores make; a manifest may have versions of its own, which no store knows. */
    private static final Pattern ETAG =
            Pattern.compile("(?<q>\"?)(?<value>(?<md5>[0-9a-f]{32})|[0-9a-f]{32}-\\d+)\\k<q>|\"(?<other>[^\"]+)\"");

    private final S3Client client;
    private final RequestFactory requests;
    private final Invoker invoker;
    /** What the store's etags are that look like an MD5 of the object's bytes. */
    private final AtomicReference<Etags> etags = new AtomicReference<>(Etags.UNKNOWN);

    private enum Etags {
        UNKNOWN,
        /** One object has another digest than its etag, and none the same. */
        SUSPECTED,
        SOMETHING_ELSE,
        DIGESTS;

        private Etags afterMismatch() {
            return this == UNKNOWN ? SUSPECTED : this == SUSPECTED ? SOMETHING_ELSE : this;
        }
    }

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
     * Reads an object or a range of one, if it is still the one that was listed. The bytes of a whole object are compared
     * with its etag where that is their MD5: what was damaged on the way is read once more.
     *
     * @param image of at least one byte
     * @return as many bytes as the object has there; more or fewer than {@link ImageRef#sizeBytes} if it has changed
     * @throws EOFException if the object ends before the range
     * @throws RemoteFileChangedException if the object has another etag now
     */
    public byte[] read(ImageRef image) throws IOException {
        GetObjectRequest.Builder request = requests.newGetObjectRequestBuilder(key(image.uri()));
        Matcher etag = ETAG.matcher(image.etag() == null ? "" : image.etag());
        boolean known = etag.matches();
        if (known) {
            request.ifMatch('"' + (etag.group("value") == null ? etag.group("other") : etag.group("value")) + '"');
        }
        if (image.part() instanceof ImageRef.Range range) {
            long last = range.offset() + image.sizeBytes() - 1;
            request.range("bytes=" + range.offset() + "-" + last);
        }
        GetObjectRequest get = request.build();
        Answer answer = get(get, image);
        String md5 = known && image.part() == null ? etag.group("md5") : null;
        boolean whole = answer.bytes.length == image.sizeBytes();
        return md5 == null || !whole || answer.encrypted || etags.get() == Etags.SOMETHING_ELSE
                ? answer.bytes
                : verified(answer.bytes, md5, get, image);
    }

    private byte[] verified(byte[] bytes, String md5, GetObjectRequest get, ImageRef image) throws IOException {
        String found = md5(bytes);
        if (found.equals(md5)) {
            etags.set(Etags.DIGESTS);
            return bytes;
        }
        byte[] again = get(get, image).bytes;
        String foundAgain = md5(again);
        if (foundAgain.equals(md5)) {
            etags.set(Etags.DIGESTS);
            return again;
        }
        if (!foundAgain.equals(found)) {
            throw new IOException("damaged on the way: read twice, and neither time with the digest of the store");
        }
        // Twice the same bytes: they lie so in the store, or it makes its etags of something else.
        if (etags.getAndUpdate(Etags::afterMismatch) == Etags.DIGESTS) {
            throw new IOException("damaged in the store: its bytes have another digest than the store lists");
        }
        return again;
    }

    private static String md5(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has MD5", e);
        }
    }

    /** The bytes that came, and whether the store encrypts them, so that the etag is not their digest. */
    private record Answer(byte[] bytes, boolean encrypted) {}

    private Answer get(GetObjectRequest get, ImageRef image) throws IOException {
        return invoker.retry("read", image.uri(), true, () -> get(get, image.sizeBytes()));
    }

    private Answer get(GetObjectRequest request, long expected) throws IOException {
        byte[] bytes = new byte[Math.toIntExact(expected)];
        try (ResponseInputStream<GetObjectResponse> in = client.getObject(request)) {
            // A connection that breaks is an exception of the client, so this is the end of the object.
            int count = in.readNBytes(bytes, 0, bytes.length);
            boolean more = in.read() >= 0;
            if (more) {
                in.abort(); // Closing it would read the rest.
            }
            ServerSideEncryption encryption = in.response().serverSideEncryption();
            boolean plain = (encryption == null || encryption == ServerSideEncryption.AES256)
                    && in.response().sseCustomerAlgorithm() == null;
            return new Answer(
                    count == bytes.length && !more ? bytes : Arrays.copyOf(bytes, more ? count + 1 : count), !plain);
        }
    }
}
