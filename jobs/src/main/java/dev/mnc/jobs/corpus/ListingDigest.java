package dev.mnc.jobs.corpus;

import dev.mnc.jobs.store.Digests;
import dev.mnc.schemas.ImageRef;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * The digest of a set of images, whatever their order: the sum, modulo 2²⁵⁶, of the sha256 over id, address, size and version
 * of each. So it is taken while a store is listed by many threads, and nothing need be sorted for it. It tells whether two
 * listings are the same; whoever chooses names of images on purpose could make two that are not the same look so.
 */
final class ListingDigest {

    private final MessageDigest sha256 = Digests.sha256();
    /** The sum, the lowest 64 bits first. */
    private final long[] sum = new long[4];

    void add(ImageRef image) {
        String line = image.imageId() + "\t" + image.address() + "\t" + image.sizeBytes() + "\t" + image.etag() + "\n";
        ByteBuffer one = ByteBuffer.wrap(sha256.digest(line.getBytes(StandardCharsets.UTF_8)));
        long carry = 0;
        for (int i = 0; i < sum.length; i++) {
            long digit = one.getLong((sum.length - 1 - i) * Long.BYTES);
            long added = sum[i] + digit;
            long next = Long.compareUnsigned(added, digit) < 0 ? 1 : 0;
            long carried = added + carry;
            next |= carry == 1 && carried == 0 ? 1 : 0;
            sum[i] = carried;
            carry = next;
        }
    }

    /** Returns the digest of all images added, hex. */
    String hex() {
        ByteBuffer bytes = ByteBuffer.allocate(sum.length * Long.BYTES);
        for (int i = sum.length - 1; i >= 0; i--) {
            bytes.putLong(sum[i]);
        }
        return HexFormat.of().formatHex(bytes.array());
    }
}
