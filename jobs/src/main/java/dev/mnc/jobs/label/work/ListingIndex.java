package dev.mnc.jobs.label.work;

import dev.mnc.jobs.corpus.PackedImages;
import dev.mnc.jobs.store.Digests;
import dev.mnc.schemas.ImageRef;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * The images of a listing by their addresses, small enough to be sent to executors: it stores the first 128 bits of a sha256
 * over the address, and of one over id, version and size, about 40 bytes an image.
 *
 * <p>So an image may be taken for another one. The probability that this happens to any of n images looked up, with m in the
 * index, is at most n·m / 2¹²⁸: below 10⁻²⁴ for 10⁷ of each. Nobody can bring it about on purpose with less than 2⁶⁴ tries.
 */
final class ListingIndex implements Serializable {

    private static final long serialVersionUID = 1;

    /** Longs of an image: address, then id with version and size. */
    private static final int WIDTH = 4;

    private final long[] hashes;
    /** The position of an image and 1, where its address's hash says, or behind; 0 where there is none. */
    private final int[] slots;

    ListingIndex(PackedImages images) {
        hashes = new long[Math.multiplyExact(WIDTH, images.size())];
        slots = new int[Math.addExact(2 * images.size(), 1)]; // half of them stay free, so that a search is short
        Hash hash = new Hash();
        for (int i = 0; i < images.size(); i++) {
            ImageRef image = images.get(i);
            hash.takeState(image.imageId(), image.etag(), image.sizeBytes());
            hashes[WIDTH * i + 2] = hash.high;
            hashes[WIDTH * i + 3] = hash.low;
            hash.takeAddress(image.address());
            hashes[WIDTH * i] = hash.high;
            hashes[WIDTH * i + 1] = hash.low;
            slots[free(hash)] = i + 1;
        }
    }

    /** A hash that is computed; for one thread. */
    private static final class Hash {
        private final MessageDigest sha256 = Digests.sha256();
        private long high;
        private long low;

        private void takeAddress(String address) {
            take(sha256.digest(address.getBytes(StandardCharsets.UTF_8)));
        }

        private void takeState(long id, @Nullable String etag, long sizeBytes) {
            sha256.update(ByteBuffer.allocate(17)
                    .putLong(id)
                    .putLong(sizeBytes)
                    .put((byte) (etag == null ? 0 : 1))
                    .flip());
            take(sha256.digest(etag == null ? new byte[0] : etag.getBytes(StandardCharsets.UTF_8)));
        }

        private void take(byte[] digest) {
            ByteBuffer bytes = ByteBuffer.wrap(digest);
            high = bytes.getLong();
            low = bytes.getLong();
        }
    }

    private int free(Hash address) {
        int slot = first(address);
        while (slots[slot] != 0) {
            slot = next(slot);
        }
        return slot;
    }

    private int first(Hash address) {
        return (int) Long.remainderUnsigned(address.high, slots.length);
    }

    private int next(int slot) {
        return slot + 1 == slots.length ? 0 : slot + 1;
    }

    /** Returns one that looks images up, for one thread. */
    Search search() {
        return new Search();
    }

    /**
     * An image of the listing that has an address.
     *
     * @param position in the listing
     * @param isSame whether it also has the id, the version and the size that were looked for
     */
    record Match(int position, boolean isSame) {}

    /** A search in the index. */
    final class Search {

        private final Hash address = new Hash();
        private final Hash state = new Hash();

        /** Looks for an image; returns null if none has the address. */
        @Nullable
        Match find(String uri, long id, @Nullable String etag, long sizeBytes) {
            address.takeAddress(uri);
            for (int slot = first(address); slots[slot] != 0; slot = next(slot)) {
                int position = slots[slot] - 1;
                int at = WIDTH * position;
                if (hashes[at] == address.high && hashes[at + 1] == address.low) {
                    state.takeState(id, etag, sizeBytes);
                    return new Match(position, hashes[at + 2] == state.high && hashes[at + 3] == state.low);
                }
            }
            return null;
        }
    }

    /** Returns the bytes that the index's arrays take on the heap. */
    long heapBytes() {
        return 8L * hashes.length + 4L * slots.length;
    }
}
