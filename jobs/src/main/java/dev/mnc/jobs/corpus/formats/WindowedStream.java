package dev.mnc.jobs.corpus.formats;

import java.io.IOException;
import java.io.InputStream;
import org.apache.parquet.io.SeekableInputStream;

/**
 * A stream over a file that is read at a few positions far apart, as the headers of an archive are: a window at each
 * position is read with one request, and what is skipped is not read, unless it is so short that a request costs more.
 */
final class WindowedStream extends InputStream {

    /** Bytes that a store delivers in the time of a request; shorter skips are read. */
    private static final int SHORT_SKIP = 16 << 10;

    private static final int LARGE_WINDOW = 128 << 10;

    private final SeekableInputStream in;
    private final long length;
    private final int smallWindow;
    private byte[] window = new byte[0];
    private long windowStart;
    private long position;

    /**
     * @param in closed with this stream
     * @param length of the file in bytes
     * @param start first position, 0-based
     * @param window bytes to read at each position, at least 1
     */
    WindowedStream(SeekableInputStream in, long length, long start, int window) {
        this.in = in;
        this.length = length;
        this.position = start;
        this.windowStart = start;
        this.smallWindow = window;
    }

    /** Returns the position of the next byte, 0-based. */
    long position() {
        return position;
    }

    @Override
    public int read() throws IOException {
        return fill() ? window[(int) (position++ - windowStart)] & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int offset, int count) throws IOException {
        if (count == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int inWindow = (int) (position - windowStart);
        int read = Math.min(count, window.length - inWindow);
        System.arraycopy(window, inWindow, target, offset, read);
        position += read;
        return read;
    }

    /** Brings the byte at the position into the window; returns false at the end of the file. */
    private boolean fill() throws IOException {
        if (position >= length) {
            return false;
        }
        long end = windowStart + window.length;
        if (position >= windowStart && position < end) {
            return true;
        }
        boolean near = window.length > 0 && position >= end && position - end < SHORT_SKIP;
        int size = (int) Math.min(near ? Math.max(LARGE_WINDOW, smallWindow) : smallWindow, length - position);
        byte[] next = new byte[size];
        in.seek(position);
        in.readFully(next);
        window = next;
        windowStart = position;
        return true;
    }

    /** Returns whether the next bytes are zeros, as many as given or as the file has; true at its end. */
    boolean startsWithZeros(int count) throws IOException {
        long start = position;
        boolean zeros = true;
        while (zeros && position < Math.min(start + count, length)) {
            zeros = read() == 0;
        }
        position = start;
        return zeros;
    }

    /** Skips zeros; returns whether another byte follows, which is then the next. */
    boolean skipZeros() throws IOException {
        for (int next = read(); next >= 0; next = read()) {
            if (next != 0) {
                position--;
                return true;
            }
        }
        return false;
    }

    /** Skips bytes; a negative number leads back. */
    @Override
    public long skip(long count) {
        long skipped = Math.max(-position, Math.min(count, length - position));
        position += skipped;
        return skipped;
    }

    @Override
    public int available() {
        return (int) Math.min(Integer.MAX_VALUE, length - position);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
