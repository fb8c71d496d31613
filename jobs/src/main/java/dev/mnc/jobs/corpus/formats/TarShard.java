package dev.mnc.jobs.corpus.formats;

import dev.mnc.jobs.failure.OperatorException;
import java.io.EOFException;
import java.io.IOException;
import java.util.Locale;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveStructSparse;
import org.apache.parquet.io.InputFile;
import org.jspecify.annotations.Nullable;

/**
 * An index of a tar file, as WebDataset and others write it (ustar, GNU long names, pax headers): the members and the
 * positions of their bytes. Only headers are read; bodies are skipped, unless they are so short that a request would
 * cost more.
 */
public final class TarShard {

    /** Bytes read for a header, which takes 512, or three times that after pax or GNU headers. */
    private static final int WINDOW = 4096;

    private static final int RECORD = 512;
    private static final int BLOCK = 20 * RECORD;
    private static final Set<String> IMAGE_SUFFIXES = Set.of(
            "jpg", "jpeg", "jpe", "jfif", "png", "gif", "bmp", "tif", "tiff", "webp", "ppm", "pgm", "pbm", "pnm", "img",
            "jp2", "heic", "avif");

    /** The kinds of entries that hold a file: three of tar's own, and GNU's sparse ones. */
    private static final String REGULAR = "\0" + "07S";

    /** A receiver of the members. */
    public interface Visitor {

        /**
         * Takes a member whose suffix is an image's, or that has none.
         *
         * @param name as the tar gives it
         * @param offset of its first byte, 0-based
         * @param sizeBytes size of the member
         */
        void image(String name, long offset, long sizeBytes);

        /**
         * Takes a member that is no image.
         *
         * @param kind the suffix in lower case with the dot, or the kind of entry if it is no regular file
         */
        void leftOut(String name, String kind);

        /**
         * Learns that more than zeros follow the end of the archive; called last.
         *
         * @param end position of the end mark, 0-based
         * @param bytes from the first that is not zero to the end of the file
         */
        void afterEnd(long end, long bytes);
    }

    private TarShard() {}

    /**
     * Visits the members in the order of the file.
     *
     * @param uri names the file in messages
     * @throws OperatorException if the tar is damaged; the members before the damage have been visited
     * @throws IOException if it cannot be read
     */
    public static void index(InputFile file, String uri, Visitor visitor) throws IOException {
        long length = file.getLength();
        try (WindowedStream in = new WindowedStream(file.newStream(), length, 0, WINDOW)) {
            while (!in.startsWithZeros(RECORD)) {
                TarArchiveEntry entry = next(in, uri);
                if (entry == null) {
                    return;
                }
                long offset = in.position() - sparseMapBytes(entry);
                if (!entry.isCheckSumOK()) {
                    throw damaged(uri, offset - RECORD, "the header's checksum is wrong");
                }
                if (offset + entry.getSize() > length) {
                    throw damaged(
                            uri,
                            length,
                            String.format(
                                    Locale.ROOT,
                                    "it ends within \"%s\", which has %d bytes from byte %d on",
                                    entry.getName(),
                                    entry.getSize(),
                                    offset));
                }
                visit(entry, offset, visitor);
                in.skip(offset + (entry.getSize() + RECORD - 1) / RECORD * RECORD - in.position());
            }
            long end = in.position();
            if (in.skipZeros()) {
                visitor.afterEnd(end, length - in.position());
            }
        }
    }

    /** Returns the bytes of the map that a sparse member of pax's newest form begins with; the library has read it. */
    private static long sparseMapBytes(TarArchiveEntry entry) {
        if (!entry.isPaxGNU1XSparse()) {
            return 0;
        }
        long digits = (entry.getSparseHeaders().size() + "\n").length();
        for (TarArchiveStructSparse hole : entry.getSparseHeaders()) {
            digits += (hole.getOffset() + "\n" + hole.getNumbytes() + "\n").length();
        }
        return (digits + RECORD - 1) / RECORD * RECORD;
    }

    /** Returns the entry whose headers begin here, or null at the end; leaves the stream at the entry's first byte. */
    @SuppressWarnings("resource") // closing the library's stream would close ours
    private static @Nullable TarArchiveEntry next(WindowedStream in, String uri) throws IOException {
        try {
            // A new one for each entry, since to get from one to the next it reads and throws away what lies between.
            return new TarArchiveInputStream(in, BLOCK, RECORD, "UTF-8", false).getNextEntry();
        } catch (IOException e) {
            // A store's failure is no damage; the library's own complaints have no class of their own.
            if (e.getClass() != IOException.class && !(e instanceof EOFException)) {
                throw e;
            }
            throw damaged(uri, in.position(), String.valueOf(e.getMessage()));
        }
    }

    private static void visit(TarArchiveEntry entry, long offset, Visitor visitor) {
        if (entry.isDirectory()) {
            return;
        }
        String name = entry.getName();
        boolean other = REGULAR.indexOf(entry.getLinkFlag()) < 0;
        if (entry.isSymbolicLink() || entry.isLink()) {
            visitor.leftOut(name, "link");
        } else if (entry.isSparse()) {
            visitor.leftOut(name, "sparse file");
        } else if (other) {
            visitor.leftOut(name, "device");
        } else if (isImage(name)) {
            visitor.image(name, offset, entry.getSize());
        } else {
            visitor.leftOut(name, suffix(name));
        }
    }

    /** Returns whether a file's name has the suffix of an image, or none. */
    public static boolean isImage(String name) {
        String suffix = suffix(name);
        return suffix.isEmpty() || IMAGE_SUFFIXES.contains(suffix.substring(1));
    }

    /** Returns the suffix in lower case, with the dot; empty if there is none. */
    public static String suffix(String name) {
        int dot = name.lastIndexOf('.');
        return dot < name.lastIndexOf('/') || dot < 0 ? "" : name.substring(dot).toLowerCase(Locale.ROOT);
    }

    private static OperatorException damaged(String uri, long at, String how) {
        return OperatorException.environment(
                String.format(Locale.ROOT, "damaged tar %s at byte %d: %s", uri, at, how),
                "fix the shard, or move it away");
    }
}
