package dev.mnc.jobs.corpus;

import dev.mnc.jobs.store.FileWalk;
import dev.mnc.schemas.ImageRef;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.RandomAccess;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A list of images in a compact form, from which each {@link ImageRef} is created on access. What all images of a
 * folder or archive have in common is stored once, names are UTF-8 below their root, numbers have variable length. So a
 * listing of a million objects takes tens of megabytes, not hundreds.
 *
 * <p>Layout of a record: {@code kind home tail position id size etag [name]}; {@link ImagePacker} writes them.
 */
public final class PackedImages extends AbstractList<ImageRef> implements ListedImages, RandomAccess, Serializable {

    private static final long serialVersionUID = 1;

    static final int BLOCK_BITS = 20;
    static final int PART = 3;
    static final int RANGE = 1;
    static final int CELL = 2;
    static final int OWN_NAME = 1 << 2;
    static final int ETAG_SHIFT = 3;
    static final int NO_ETAG = 0;
    static final int ETAG_OF_HOME = 1;
    static final int ETAG_HEX = 2;
    static final int ETAG_QUOTED_HEX = 3;
    static final int ETAG_MODIFIED = 4;
    static final int ETAG_TEXT = 5;
    static final int HEX_BYTES = 16;
    static final String MODIFIED = FileWalk.MODIFIED;

    /** About the bytes that a string takes on the heap beside the text: headers, hash, length, pointers. */
    private static final int STRING_OVERHEAD = 48;

    /**
     * A folder, archive or column that many images are in.
     *
     * @param uri the start of the images' uris; all of the uri for the members of an archive
     * @param etag of the archive, or null
     * @param column of the Parquet file, or null
     */
    record Home(String uri, @Nullable String etag, @Nullable String column) implements Serializable {

        private long heapBytes() {
            long etagBytes = etag == null ? 0 : STRING_OVERHEAD + etag.length();
            return 64 + STRING_OVERHEAD + uri.length() + etagBytes;
        }
    }

    private final List<byte[]> blocks;
    private final List<Home> homes;
    /** The start of each image's record, in the order of the list: index of the block, then the byte in it. */
    private final long[] starts;

    PackedImages(List<byte[]> blocks, List<Home> homes, long[] starts) {
        this.blocks = blocks;
        this.homes = homes;
        this.starts = starts;
    }

    /**
     * Packs a list.
     *
     * @throws dev.mnc.jobs.failure.OperatorException if two images have one id
     */
    public static PackedImages of(List<ImageRef> images) {
        ImagePacker packer = new ImagePacker("");
        images.forEach(packer::add);
        return packer.packed();
    }

    @Override
    public int size() {
        return starts.length;
    }

    @Override
    public ImageRef get(int index) {
        return new Cursor(blocks, starts[index]).image(homes);
    }

    @Override
    public long count() {
        return starts.length;
    }

    @Override
    public long bytes() {
        return stream().mapToLong(ImageRef::sizeBytes).sum();
    }

    @Override
    public String digest() {
        ListingDigest digest = new ListingDigest();
        forEach(digest::add);
        return digest.hex();
    }

    /** Returns the images for which a condition holds, in the same order; shares the bytes of this list. */
    public PackedImages where(Predicate<ImageRef> condition) {
        BitSet chosen = new BitSet(starts.length);
        for (int i = 0; i < starts.length; i++) {
            chosen.set(i, condition.test(get(i)));
        }
        if (chosen.cardinality() == starts.length) {
            return this;
        }
        return new PackedImages(
                blocks, homes, chosen.stream().mapToLong(i -> starts[i]).toArray());
    }

    /** Returns the bytes that the list takes on the heap: the arrays, and an estimate for the few shared strings. */
    public long heapBytes() {
        return 8L * starts.length
                + blocks.stream().mapToLong(block -> block.length + 16L).sum()
                + homes.stream().mapToLong(Home::heapBytes).sum();
    }

    /** Returns a reader of one image's record. */
    Cursor cursor(int index) {
        return new Cursor(blocks, starts[index]);
    }

    /** Returns all ids, sorted. */
    long[] sortedIds() {
        long[] ids = new long[starts.length];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = new Cursor(blocks, starts[i]).id();
        }
        Arrays.sort(ids);
        return ids;
    }

    /** A reader of one record, from start to end. */
    static final class Cursor {

        private final byte[] block;
        private int at;

        Cursor(List<byte[]> blocks, long start) {
            this.block = blocks.get((int) (start >>> BLOCK_BITS));
            this.at = (int) (start & ((1 << BLOCK_BITS) - 1));
        }

        /** Compares by home, then by the rest of the uri, then by the position in the archive. */
        int compareTo(Cursor other, int[] rankOfHome) {
            at++;
            other.at++;
            int byHome = Integer.compare(rankOfHome[(int) number()], rankOfHome[(int) other.number()]);
            if (byHome != 0) {
                return byHome;
            }
            int length = (int) number();
            int otherLength = (int) other.number();
            int byTail = Arrays.compareUnsigned(block, at, at + length, other.block, other.at, other.at + otherLength);
            if (byTail != 0) {
                return byTail;
            }
            at += length;
            other.at += otherLength;
            return Long.compare(number(), other.number());
        }

        long id() {
            at++;
            number();
            int length = (int) number();
            at += length;
            number();
            return fixed();
        }

        ImageRef image(List<Home> homes) {
            int kind = block[at++];
            Home home = homes.get((int) number());
            String tail = text();
            long position = number();
            long id = fixed();
            long size = number();
            String etag = etag(kind >>> ETAG_SHIFT, home);
            String name = (kind & OWN_NAME) == 0 ? tail : text();
            String uri = home.uri.isEmpty() ? tail : tail.isEmpty() ? home.uri : home.uri + tail;
            return new ImageRef(id, uri, name, size, etag, part(kind & PART, home, position));
        }

        private static ImageRef.@Nullable Part part(int kind, Home home, long position) {
            if (kind == RANGE) {
                return new ImageRef.Range(position);
            }
            return kind == CELL && home.column != null ? new ImageRef.Cell(home.column, position) : null;
        }

        private @Nullable String etag(int kind, Home home) {
            return switch (kind) {
                case NO_ETAG -> null;
                case ETAG_OF_HOME -> home.etag;
                case ETAG_HEX -> hex();
                case ETAG_QUOTED_HEX -> '"' + hex() + '"';
                case ETAG_MODIFIED -> MODIFIED + Instant.ofEpochSecond(fixed(), number());
                default -> text();
            };
        }

        private String hex() {
            at += HEX_BYTES;
            return HexFormat.of().formatHex(block, at - HEX_BYTES, at);
        }

        private String text() {
            int length = (int) number();
            at += length;
            return new String(block, at - length, length, StandardCharsets.UTF_8);
        }

        private long fixed() {
            at += Long.BYTES;
            return ByteBuffer.wrap(block).getLong(at - Long.BYTES);
        }

        /** Reads a number of seven bits a byte, the lowest first, the highest bit set in all bytes but the last. */
        private long number() {
            long value = 0;
            for (int shift = 0; ; shift += 7) {
                byte next = block[at++];
                value |= (next & 0x7fL) << shift;
                if (next >= 0) {
                    return value;
                }
            }
        }
    }
}
