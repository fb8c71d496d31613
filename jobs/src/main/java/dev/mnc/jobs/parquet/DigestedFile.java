package dev.mnc.jobs.parquet;

import dev.mnc.jobs.store.Digests;
import java.io.IOException;
import java.security.MessageDigest;
import org.apache.parquet.io.DelegatingPositionOutputStream;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;

/**
 * A file whose digest is taken while it is written, so that what lies in the store later can be compared with what was
 * meant to be there, and nothing is read for it. Written once.
 */
public final class DigestedFile implements OutputFile {

    private final OutputFile file;
    private final MessageDigest digest = Digests.sha256();
    private long length;

    public DigestedFile(OutputFile file) {
        this.file = file;
    }

    /** Returns the number of bytes written. */
    public long length() {
        return length;
    }

    /** Returns the digest of a complete file, hex; to be called once. */
    public String sha256() {
        return Digests.hex(digest);
    }

    @Override
    public PositionOutputStream create(long blockSize) throws IOException {
        return new Digested(file.create(blockSize));
    }

    @Override
    public PositionOutputStream createOrOverwrite(long blockSize) throws IOException {
        return new Digested(file.createOrOverwrite(blockSize));
    }

    @Override
    public boolean supportsBlockSize() {
        return file.supportsBlockSize();
    }

    @Override
    public long defaultBlockSize() {
        return file.defaultBlockSize();
    }

    @Override
    public String getPath() {
        return file.getPath();
    }

    private final class Digested extends DelegatingPositionOutputStream {

        private final PositionOutputStream out;

        Digested(PositionOutputStream out) {
            super(out);
            this.out = out;
        }

        @Override
        public long getPos() throws IOException {
            return out.getPos();
        }

        @Override
        public void write(int value) throws IOException {
            out.write(value);
            digest.update((byte) value);
            length++;
        }

        @Override
        public void write(byte[] bytes) throws IOException {
            write(bytes, 0, bytes.length);
        }

        @Override
        public void write(byte[] bytes, int offset, int count) throws IOException {
            out.write(bytes, offset, count);
            digest.update(bytes, offset, count);
            length += count;
        }
    }
}
