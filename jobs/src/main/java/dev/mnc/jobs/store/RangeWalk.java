package dev.mnc.jobs.store;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A listing of all objects below a prefix by several threads, each of which walks a range of keys. A store gives a thousand
 * keys with each answer and says nothing of how many there are; so a thread without work takes the upper part of the range
 * that seems to hold the most keys still: from a key in the middle between the range's last key so far and its end. One key
 * is requested first to see whether there is anything behind the middle; if not, the range ends there. In memory are one page
 * and one range a thread.
 */
final class RangeWalk {

    /** Keys that must be left of a range for a part of it to be worth a request or two. */
    private static final double LEAST_KEYS = 2000;

    /**
     * An object as a page lists it.
     *
     * @param version the store's etag
     */
    record Entry(String key, long sizeBytes, String version) {}

    /**
     * A page of a listing.
     *
     * @param entries in the order of their keys
     * @param next what to request the next page with; null if this is the last one
     */
    record Page(List<Entry> entries, @Nullable String next) {}

    /** A store that lists. */
    interface Pages {

        /**
         * Returns a page.
         *
         * @param after key behind which the page begins, or null for the first of all; of no meaning where there is a token
         * @param token that came with the page before, or null
         * @param most number of entries
         */
        Page page(@Nullable String after, @Nullable String token, int most) throws IOException;
    }

    /** The keys behind {@code cursor} up to and with {@code last} that one thread walks. */
    private static final class Range {
        private @Nullable String cursor;
        private @Nullable String last;
        private @Nullable String pageStart;
        private @Nullable String token;
        private @Nullable String stuckAt;
        private int pageKeys;
        private boolean isProbed;
        private boolean ended;

        private Range(@Nullable String after, @Nullable String last) {
            this.cursor = after;
            this.last = last;
        }
    }

    private final Pages pages;
    private final int prefix;
    private final int pageSize;
    private final Consumer<Entry> visitor;
    private final List<Range> ranges = new ArrayList<>();
    private boolean canSplit = true;
    private boolean failed;

    /**
     * @param prefix number of characters that all keys begin with
     * @param pageSize most entries of a page
     * @param visitor called by several threads
     */
    RangeWalk(Pages pages, int prefix, int pageSize, Consumer<Entry> visitor) {
        this.pages = pages;
        this.prefix = prefix;
        this.pageSize = pageSize;
        this.visitor = visitor;
    }

    /** Walks all keys. */
    void run(int threads) throws IOException {
        Range all = new Range(null, null);
        ranges.add(all);
        ParallelTasks.forEach(threads, IntStream.range(0, threads).iterator(), thread -> {
            try {
                for (Range range = thread == 0 ? all : split(); range != null; range = split()) {
                    walk(range);
                }
            } catch (IOException | RuntimeException e) {
                fail();
                throw e;
            }
        });
    }

    private synchronized void fail() {
        failed = true;
        notifyAll();
    }

    private void walk(Range range) throws IOException {
        boolean ended = false;
        while (!ended) {
            Page page = pages.page(range.cursor, range.token, pageSize);
            List<Entry> entries;
            synchronized (this) {
                entries = take(range, page);
                ended = range.ended || failed;
                notifyAll();
            }
            entries.forEach(visitor);
        }
    }

    /** Moves a range forward, and returns those of a page's entries that are in it: its end may have come nearer meanwhile. */
    private List<Entry> take(Range range, Page page) {
        int count = page.entries().size();
        while (count > 0
                && range.last != null
                && KeyOrder.isBefore(range.last, page.entries().get(count - 1).key())) {
            count--;
        }
        range.ended = page.next() == null || count < page.entries().size();
        range.token = page.next();
        if (count > 0) {
            range.pageStart = page.entries().get(0).key();
            range.cursor = page.entries().get(count - 1).key();
            range.pageKeys = count;
        }
        if (range.ended) {
            ranges.remove(range);
        }
        return page.entries().subList(0, count);
    }

    /** Returns a range split off another one, or null if there is nothing left to share. */
    private @Nullable Range split() throws IOException {
        for (Range largest = largest(); largest != null; largest = largest()) {
            String middle = middle(largest);
            if (middle != null) {
                Optional<Entry> found =
                        pages.page(middle, null, 1).entries().stream().findFirst();
                Range upper = split(largest, middle, found.orElse(null));
                if (upper != null) {
                    return upper;
                }
            }
        }
        return null;
    }

    /** Waits for a range that is worth splitting, and returns it; null if there is none and there will be none. */
    private synchronized @Nullable Range largest() throws IOException {
        while (!failed && canSplit && !ranges.isEmpty()) {
            Optional<Range> largest = ranges.stream()
                    .filter(range -> !range.isProbed && keysLeft(range) >= LEAST_KEYS)
                    .max(Comparator.comparingDouble(this::keysLeft));
            if (largest.isPresent()) {
                largest.get().isProbed = true;
                return largest.get();
            }
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while listing");
            }
        }
        return null;
    }

    /** Estimates how many keys are left of a range if they lie as close as those of its last page. */
    private double keysLeft(Range range) {
        if (range.cursor == null || range.pageStart == null || range.cursor.equals(range.stuckAt)) {
            return 0;
        }
        int common = KeyOrder.commonPrefix(range.pageStart, range.last, prefix);
        double cursor = KeyOrder.position(range.cursor, common);
        double page = Math.max(cursor - KeyOrder.position(range.pageStart, common), 1e-16);
        return range.pageKeys * (KeyOrder.position(range.last, common) - cursor) / page;
    }

    private synchronized @Nullable String middle(Range range) {
        String middle = behindFolder(range);
        if (middle == null && range.cursor != null) {
            middle = KeyOrder.between(range.cursor, range.last, prefix);
        }
        if (middle == null) {
            range.stuckAt = range.cursor;
            range.isProbed = false;
        }
        return middle;
    }

    /**
     * Returns the end of a folder, or of what begins with the same characters, that all keys of the last page are in and the
     * end of the range is not: half-way between the longest of these and all of the range. Where almost all keys are deep in
     * one folder, this comes to them in a few steps. Null if the page says no more than the range does.
     */
    private @Nullable String behindFolder(Range range) {
        if (range.cursor == null || range.pageStart == null) {
            return null;
        }
        int all = KeyOrder.commonPrefix(range.pageStart, range.last, prefix);
        int page = KeyOrder.commonPrefix(range.pageStart, range.cursor, prefix);
        int depth = KeyOrder.commonPrefix(
                range.pageStart, range.pageStart.substring(0, Math.max(all, (all + page + 1) / 2)), all);
        String end = range.pageStart.substring(0, depth) + KeyOrder.LAST_ASCII;
        boolean isInside = page - all > 1
                && depth > all
                && KeyOrder.isBefore(range.cursor, end)
                && (range.last == null || KeyOrder.isBefore(end, range.last));
        return isInside ? end : null;
    }

    /** Ends a range at its middle, and returns the rest of it if there is anything. */
    private synchronized @Nullable Range split(Range range, String middle, @Nullable Entry found) {
        range.isProbed = false;
        notifyAll();
        if (found != null && !KeyOrder.isBefore(middle, found.key())) {
            canSplit = false; // a store that does not know where to begin
            return null;
        }
        if (range.ended || (range.cursor != null && !KeyOrder.isBefore(range.cursor, middle))) {
            return null;
        }
        String last = range.last;
        range.last = middle;
        if (found == null || (last != null && KeyOrder.isBefore(last, found.key()))) {
            return null;
        }
        Range upper = new Range(middle, last);
        ranges.add(upper);
        return upper;
    }
}
