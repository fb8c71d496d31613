package dev.mnc.jobs.corpus.formats;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.parquet.io.DelegatingSeekableInputStream;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;
import org.jspecify.annotations.Nullable;

/** A file in memory that counts what is read of it, or fails. */
final class BytesFile implements InputFile {

    private final byte[] bytes;
    private final @Nullable IOException failure;
    private int requests;
    private long bytesRead;

    BytesFile(byte[] bytes) {
        this(bytes, null);
    }

    BytesFile(byte[] bytes, @Nullable IOException failure) {
        this.bytes = bytes;
        this.failure = failure;
    }

    int requests() {
        return requests;
    }

    long bytesRead() {
        return bytesRead;
    }

    @Override
    public long getLength() {
        return bytes.length;
    }

    @Override
    public SeekableInputStream newStream() {
        Memory memory = new Memory();
        return new DelegatingSeekableInputStream(memory) {
            @Override
            public long getPos() {
                return memory.position();
            }

            @Override
            public void seek(long position) {
                memory.seek((int) position);
            }
        };
    }

    private final class Memory extends ByteArrayInputStream {

        Memory() {
            super(BytesFile.this.bytes);
        }

        int position() {
            return pos;
        }

        void seek(int position) {
            pos = position;
        }

        @Override
        @SuppressWarnings("UnsynchronizedOverridesSynchronized") // one test, one thread
        public int read(byte[] target, int offset, int length) {
            if (failure != null) {
                throw new UncheckedIOException(failure);
            }
            int read = super.read(target, offset, length);
            requests++;
            bytesRead += Math.max(0, read);
            return read;
        }
    }
}
