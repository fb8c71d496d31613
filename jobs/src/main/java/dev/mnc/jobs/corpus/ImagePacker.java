package dev.mnc.jobs.corpus;

import dev.mnc.jobs.corpus.PackedImages.Cursor;
import dev.mnc.jobs.corpus.PackedImages.Home;
import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.schemas.ImageRef;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A builder of {@link PackedImages}, or of files where there are more images than a {@link Spill} leaves in memory. */
public final class ImagePacker {

    private static final int BLOCK_BYTES = 1 << PackedImages.BLOCK_BITS;
    /** Archives that are stored once; those beyond this many are stored with each of their images. */
    private static final int MOST_HOMES = 1 << 17;

    private static final int HEX_DIGITS = 2 * PackedImages.HEX_BYTES;

    private final List<byte[]> blocks = new ArrayList<>();
    private final List<Home> homes = new ArrayList<>();
    private final Map<Home, Integer> numberOfHome = new HashMap<>();
    private final ByteArrayOutputStream record = new ByteArrayOutputStream();
    private final Home root;
    private final @Nullable Spill spill;
    private byte[] block = new byte[0];
    private int used;
    private long[] starts = new long[1024];
    private int count;

    /** @param root the start of most images' uris; images elsewhere may be added too */
    public ImagePacker(String root) {
        this(root, null);
    }

    /**
     * Returns a builder for images that lie where one of them does, or elsewhere.
     *
     * @param image whose name is below a folder that most are in
     */
    public static ImagePacker beside(ImageRef image) {
        String uri = image.uri();
        return new ImagePacker(
                uri.endsWith(image.fileName())
                        ? uri.substring(0, uri.length() - image.fileName().length())
                        : "");
    }

    /**
     * Returns a builder of a part of a listing.
     *
     * @param spill of the listing
     * @param name of the part, unique in the listing
     */
    public static ImagePacker into(Spill spill, String name) {
        return new ImagePacker("", spill.part(name));
    }

    /** @param spill where images go that are too many for memory, null if all stay there */
    ImagePacker(String root, @Nullable Spill spill) {
        this.root = new Home(root, null, null);
        this.spill = spill;
    }

    /** Adds an image; several threads may do so. */
    public synchronized void add(ImageRef image) {
        if (spill != null && count == spill.memoryImages()) {
            spill(spill);
        }
        record.reset();
        write(image);
        if (used + record.size() > block.length || used >= BLOCK_BYTES) {
            closeBlock();
            block = new byte[Math.max(BLOCK_BYTES, record.size())];
            blocks.add(block);
            used = 0;
        }
        if (count == starts.length) {
            starts = Arrays.copyOf(starts, count + (count >> 1));
        }
        starts[count++] = ((long) (blocks.size() - 1) << PackedImages.BLOCK_BITS) | used;
        byte[] bytes = record.toByteArray();
        System.arraycopy(bytes, 0, block, used, bytes.length);
        used += bytes.length;
    }

    private void spill(Spill to) {
        try {
            to.add(sorted(ranks()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void closeBlock() {
        if (!blocks.isEmpty()) {
            blocks.set(blocks.size() - 1, Arrays.copyOf(block, used));
        }
    }

    /**
     * Ends the packing and returns all images, sorted by uri and position in the archive, so that nothing depends on the order
     * of a listing.
     *
     * @throws OperatorException if two images have one id, or one image has two
     */
    public synchronized PackedImages packed() {
        if (spill != null && !spill.isEmpty()) {
            throw new IllegalStateException("some images are not in memory");
        }
        int[] ranks = ranks();
        PackedImages packed = sorted(ranks);
        refuseDoubleIds(packed);
        refuseDoubleImages(packed, ranks);
        return packed;
    }

    /**
     * Ends the packing and returns all images, as {@link #packed} does if they are in memory.
     *
     * @throws UncheckedIOException if images cannot be written
     * @throws OperatorException if two images have one id or one image has two, and all are in memory
     */
    public synchronized ListedImages listed() {
        if (spill == null || spill.isEmpty()) {
            return packed();
        }
        spill(spill);
        try {
            return spill.spilled();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends the packing and returns all images in the order in which they were added; ids may occur twice. */
    public synchronized PackedImages asAdded() {
        return ended(Arrays.copyOf(starts, count));
    }

    private PackedImages sorted(int[] ranks) {
        // Most listings come sorted, which this sort finds at once.
        return ended(Arrays.stream(starts, 0, count)
                .boxed()
                .sorted((a, b) -> new Cursor(blocks, a).compareTo(new Cursor(blocks, b), ranks))
                .mapToLong(Long::longValue)
                .toArray());
    }

    /** Returns what was added, and begins with nothing. */
    private PackedImages ended(long[] order) {
        closeBlock();
        PackedImages packed = new PackedImages(List.copyOf(blocks), List.copyOf(homes), order);
        blocks.clear();
        homes.clear();
        numberOfHome.clear();
        block = new byte[0];
        used = 0;
        count = 0;
        return packed;
    }

    private static void refuseDoubleImages(PackedImages images, int[] ranks) {
        for (int i = 1; i < images.size(); i++) {
            if (images.cursor(i - 1).compareTo(images.cursor(i), ranks) == 0) {
                ImageRef image = images.get(i - 1);
                ImageRef other = images.get(i);
                if (image.address().equals(other.address())) {
                    throw ListedTwice.image(image, other);
                }
            }
        }
    }

    private int[] ranks() {
        List<Integer> byUri =
                new ArrayList<>(IntStream.range(0, homes.size()).boxed().toList());
        byUri.sort(Comparator.comparing((Integer i) -> homes.get(i).uri())
                .thenComparing(i -> Objects.toString(homes.get(i).column(), "")));
        int[] ranks = new int[homes.size()];
        for (int i = 0; i < ranks.length; i++) {
            ranks[byUri.get(i)] = i;
        }
        return ranks;
    }

    private static void refuseDoubleIds(PackedImages images) {
        long[] ids = images.sortedIds();
        for (int i = 1; i < ids.length; i++) {
            if (ids[i] == ids[i - 1]) {
                long id = ids[i];
                List<ImageRef> both = images.stream()
                        .filter(image -> image.imageId() == id)
                        .limit(2)
                        .toList();
                throw ListedTwice.id(both.get(0), both.get(1));
            }
        }
    }

    private void write(ImageRef image) {
        ImageRef.@Nullable Part part = image.part();
        Home home = home(image);
        String tail = image.uri().substring(home.uri().length());
        int etagKind = etagKind(image.etag(), home);
        boolean ownName = !image.fileName().equals(tail);
        int partKind = part instanceof ImageRef.Range ? PackedImages.RANGE : part == null ? 0 : PackedImages.CELL;
        record.write(partKind | (ownName ? PackedImages.OWN_NAME : 0) | (etagKind << PackedImages.ETAG_SHIFT));
        number(numberOf(home));
        text(tail);
        number(
                part instanceof ImageRef.Range range
                        ? range.offset()
                        : part instanceof ImageRef.Cell cell ? cell.row() : 0);
        fixed(image.imageId());
        number(image.sizeBytes());
        etag(etagKind, image.etag());
        if (ownName) {
            text(image.fileName());
        }
    }

    private Home home(ImageRef image) {
        if (image.part() instanceof ImageRef.Cell cell) {
            return new Home(image.uri(), image.etag(), cell.column());
        }
        if (image.part() != null) {
            Home archive = new Home(image.uri(), image.etag(), null);
            if (homes.size() < MOST_HOMES || numberOfHome.containsKey(archive)) {
                return archive;
            }
        }
        return image.uri().startsWith(root.uri()) ? root : new Home("", null, null);
    }

    private int numberOf(Home home) {
        Integer known = numberOfHome.get(home);
        if (known != null) {
            return known;
        }
        numberOfHome.put(home, homes.size());
        homes.add(home);
        return homes.size() - 1;
    }

    private static int etagKind(@Nullable String etag, Home home) {
        if (etag == null) {
            return PackedImages.NO_ETAG;
        }
        if (etag.equals(home.etag())) {
            return PackedImages.ETAG_OF_HOME;
        }
        if (isHex(etag, 0, etag.length())) {
            return PackedImages.ETAG_HEX;
        }
        boolean quoted = etag.length() == HEX_DIGITS + 2 && etag.startsWith("\"") && etag.endsWith("\"");
        if (quoted && isHex(etag, 1, etag.length() - 1)) {
            return PackedImages.ETAG_QUOTED_HEX;
        }
        return modified(etag) != null ? PackedImages.ETAG_MODIFIED : PackedImages.ETAG_TEXT;
    }

    private static boolean isHex(String text, int from, int to) {
        if (to - from != HEX_DIGITS) {
            return false;
        }
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                return false;
            }
        }
        return true;
    }

    /** Returns the time in the text if the text can be written again from it, else null. */
    private static @Nullable Instant modified(String etag) {
        if (!etag.startsWith(PackedImages.MODIFIED)) {
            return null;
        }
        String text = etag.substring(PackedImages.MODIFIED.length());
        try {
            Instant time = Instant.parse(text);
            return time.toString().equals(text) ? time : null;
        } catch (DateTimeException e) {
            return null;
        }
    }

    private void etag(int kind, @Nullable String etag) {
        if (etag == null || kind == PackedImages.ETAG_OF_HOME) {
            return;
        }
        Instant time = modified(etag);
        if (kind == PackedImages.ETAG_HEX || kind == PackedImages.ETAG_QUOTED_HEX) {
            int from = kind == PackedImages.ETAG_HEX ? 0 : 1;
            record.writeBytes(HexFormat.of().parseHex(etag, from, from + HEX_DIGITS));
        } else if (time != null) {
            fixed(time.getEpochSecond());
            number(time.getNano());
        } else {
            text(etag);
        }
    }

    private void text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        number(bytes.length);
        record.writeBytes(bytes);
    }

    private void fixed(long value) {
        record.writeBytes(ByteBuffer.allocate(Long.BYTES).putLong(value).array());
    }

    private void number(long value) {
        long rest = value;
        while (rest >= 0x80) {
            record.write((int) ((rest & 0x7f) | 0x80));
            rest >>>= 7;
        }
        record.write((int) rest);
    }
}
