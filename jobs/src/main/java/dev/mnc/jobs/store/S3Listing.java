package dev.mnc.jobs.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.s3a.Constants;
import org.apache.hadoop.fs.s3a.Invoker;
import org.apache.hadoop.fs.s3a.S3AFileSystem;
import org.apache.hadoop.fs.s3a.S3ARetryPolicy;
import org.apache.hadoop.fs.s3a.api.RequestFactory;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * A lister of a bucket through the client that S3A has set up. S3A itself lists a prefix page after page; the protocol can
 * also begin behind any key, so that several threads share a prefix, see {@link RangeWalk}.
 */
final class S3Listing {

    /** The most that the protocol gives with an answer. */
    private static final int PAGE = 1000;

    private final S3Client client;
    private final RequestFactory requests;
    private final Invoker invoker;

    private S3Listing(S3AFileSystem store) {
        this.client = store.getS3AInternals().getAmazonS3Client("listing in ranges");
        this.requests = store.getRequestFactory();
        this.invoker = new Invoker(new S3ARetryPolicy(store.getConf()), Invoker.LOG_EVENT);
    }

    /**
     * Returns a lister for the bucket of a uri; null if S3A does not serve it, is told to use the protocol's first version, or
     * must decrypt objects on this side, whose lengths then differ from those listed.
     */
    static @Nullable S3Listing of(String uri, Configuration configuration) throws IOException {
        FileSystem store = Store.hadoop(uri).getFileSystem(configuration);
        boolean plain =
                !store.getConf().get(Constants.S3_ENCRYPTION_ALGORITHM, "").startsWith("CSE")
                        && store.getConf().getInt(Constants.LIST_VERSION, Constants.DEFAULT_LIST_VERSION) == 2;
        return store instanceof S3AFileSystem bucket && plain ? new S3Listing(bucket) : null;
    }

    /**
     * Visits all objects below a prefix, but no markers of folders, whose keys end in a slash.
     *
     * @param prefix of the keys
     * @param threads requests at once
     * @param visitor called by several threads
     */
    void forEach(String prefix, int threads, Consumer<RangeWalk.Entry> visitor) throws IOException {
        RangeWalk.Pages pages = (after, token, most) -> page(prefix, after, token, most);
        new RangeWalk(pages, prefix.length(), PAGE, entry -> {
                    if (!entry.key().endsWith("/")) {
                        visitor.accept(entry);
                    }
                })
                .run(threads);
    }

    private RangeWalk.Page page(String prefix, @Nullable String after, @Nullable String token, int most)
            throws IOException {
        ListObjectsV2Request.Builder request = requests.newListObjectsV2RequestBuilder(prefix, null, most);
        if (token != null) {
            request.continuationToken(token);
        } else if (after != null) {
            request.startAfter(after);
        }
        ListObjectsV2Request list = request.build();
        ListObjectsV2Response answer = invoker.retry("list", prefix, true, () -> client.listObjectsV2(list));
        List<RangeWalk.Entry> entries = new ArrayList<>(answer.contents().size());
        for (S3Object object : answer.contents()) {
            String version = object.eTag() == null ? "modified " + object.lastModified() : object.eTag();
            entries.add(new RangeWalk.Entry(object.key(), object.size(), version));
        }
        boolean more = Boolean.TRUE.equals(answer.isTruncated());
        return new RangeWalk.Page(entries, more ? answer.nextContinuationToken() : null);
    }
}
