package dev.mnc.jobs.store;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import org.apache.parquet.io.DelegatingSeekableInputStream;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;

/** A file whose bytes are in memory, so that they are checked and read without a second request. */
public final class LoadedFile implements InputFile {

    private final String uri;
    private final byte[] content;

    /**
     * @param uri names the file in messages
     * @param content that nobody changes
     */
    public LoadedFile(String uri, byte[] content) {
        this.uri = uri;
        this.content = content;
    }

    @Override
    public long getLength() {
        return content.length;
    }

    @Override
    public SeekableInputStream newStream() {
        Bytes bytes = new Bytes(content);
        return new DelegatingSeekableInputStream(bytes) {
            @Override
            public long getPos() {
                return bytes.position();
            }

            @Override
            public void seek(long position) throws IOException {
                bytes.seek(position);
            }
        };
    }

    @Override
    public String toString() {
        return uri;
    }

    private static final class Bytes extends ByteArrayInputStream {

        Bytes(byte[] content) {
            super(content);
        }

        synchronized long position() {
            return pos;
        }

        synchronized void seek(long position) throws EOFException {
            if (position < 0 || position > count) {
                throw new EOFException("no byte " + position + " of " + count);
            }
            pos = (int) position;
        }
    }
}
