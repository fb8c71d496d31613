package dev.mnc.jobs.label;

import dev.mnc.jobs.store.Digests;
import dev.mnc.schemas.ImageRef;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * A set of images by id, address (with the position in an archive), version and size. It stores the first 128 bits of a
 * sha256 over them, 32 bytes an image.
 *
 * <p>So an image that is not in the set may be taken for one that is. The probability that this happens to any of n
 * images looked up, with m in the set, is at most n·m / 2¹²⁸: below 10⁻²⁴ for 10⁷ of each. Nobody can bring it about on
 * purpose with less than 2⁶⁴ tries.
 */
final class ImageKeys {

    private final long[] high;
    private final long[] low;
    private final MessageDigest sha256 = Digests.sha256();
    private int size;

    /** @param most the largest number of keys that will be added, in 0..2³⁰ - 1 */
    ImageKeys(long most) {
        if (most < 0 || most >= 1 << 30) {
            throw new IllegalArgumentException("at most 2^30 - 1 images, got " + most);
        }
        int slots = (int) (2 * most + 1); // half of them stay free, so that a search is short
        this.high = new long[slots];
        this.low = new long[slots];
    }

    void add(long id, String address, @Nullable String etag, long sizeBytes) {
        ByteBuffer key = key(id, address, etag, sizeBytes);
        long h = key.getLong();
        long l = notZero(key.getLong());
        int slot = slot(h, l);
        if (low[slot] == 0) {
            if (2L * ++size > low.length) {
                throw new IllegalStateException("more images than the " + low.length / 2 + " announced");
            }
            high[slot] = h;
            low[slot] = l;
        }
    }

    boolean holds(ImageRef image) {
        ByteBuffer key = key(image.imageId(), image.address(), image.etag(), image.sizeBytes());
        return low[slot(key.getLong(), notZero(key.getLong()))] != 0;
    }

    int size() {
        return size;
    }

    /** Returns the bytes that the set's arrays take on the heap. */
    long heapBytes() {
        return 16L * low.length;
    }

    /** Returns the slot of the key, or the free one where it belongs. */
    private int slot(long h, long l) {
        int slot = (int) Long.remainderUnsigned(h, low.length);
        while (low[slot] != 0 && (low[slot] != l || high[slot] != h)) {
            slot = slot + 1 == low.length ? 0 : slot + 1;
        }
        return slot;
    }

    /** Replaces zero, which marks a free slot. */
    private static long notZero(long l) {
        return l == 0 ? 1 : l;
    }

    private ByteBuffer key(long id, String address, @Nullable String etag, long sizeBytes) {
        byte[] bytes = address.getBytes(StandardCharsets.UTF_8);
        sha256.update(ByteBuffer.allocate(20)
                .putLong(id)
                .putLong(sizeBytes)
                .putInt(bytes.length)
                .flip());
        sha256.update(bytes);
        if (etag != null) {
            sha256.update((byte) 1);
            sha256.update(etag.getBytes(StandardCharsets.UTF_8));
        }
        return ByteBuffer.wrap(sha256.digest());
    }
}
