package dev.mnc.jobs.corpus;

import dev.mnc.jobs.store.Store;
import dev.mnc.schemas.ImageRef;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;

/**
 * A folder for the part of a listing that is not to stay in memory. Nothing is written there while a listing is small. One
 * file is written at a time, in the background, so that listing goes on meanwhile.
 */
public final class Spill implements AutoCloseable {

    /** The most images that stay in memory: about 25 MB. */
    public static final int MEMORY_IMAGES = 1 << 18;

    private final String folder;
    private final int memoryImages;
    private final Configuration configuration;
    private final List<String> files = new ArrayList<>();
    private final List<Spill> parts = new ArrayList<>();
    private final ListingDigest digest = new ListingDigest();
    private long count;
    private long bytes;
    private int written;
    private @Nullable FutureTask<@Nullable Void> writing;
    private boolean closed;

    /**
     * @param folder of its own, which need not exist; executors read it
     * @param memoryImages most images that stay in memory, at least 1
     */
    public Spill(String folder, int memoryImages, Configuration configuration) {
        if (memoryImages < 1) {
            throw new IllegalArgumentException("at least one image stays in memory, got " + memoryImages);
        }
        this.folder = folder;
        this.memoryImages = memoryImages;
        this.configuration = configuration;
    }

    /** Returns the most images that stay in memory. */
    public int memoryImages() {
        return memoryImages;
    }

    Configuration configuration() {
        return configuration;
    }

    boolean isEmpty() {
        return files.isEmpty();
    }

    /** Returns a folder for other images, which is deleted with this one. */
    synchronized Spill part(String name) {
        Spill part = new Spill(folder + "/" + name, memoryImages, configuration);
        parts.add(part);
        return part;
    }

    /** Takes images that are written soon; waits while others are being written. */
    void add(PackedImages images) throws IOException {
        finish();
        String file = String.format(Locale.ROOT, "%s/images-%06d.parquet", folder, written++);
        files.add(file);
        FutureTask<@Nullable Void> task = new FutureTask<>(() -> {
            write(file, images);
            return null;
        });
        writing = task;
        Thread thread = new Thread(task, "mnc-spill");
        thread.setDaemon(true);
        thread.start();
    }

    private void write(String file, PackedImages images) throws IOException {
        synchronized (this) {
            if (closed) {
                throw new IOException("the listing is not wanted any more");
            }
            ImageFile.write(file, images.iterator(), images.size(), configuration);
        }
        for (ImageRef image : images) {
            digest.add(image);
            bytes += image.sizeBytes();
        }
        count += images.size();
    }

    /** Waits until all that was taken is written. */
    private void finish() throws IOException {
        try {
            if (writing != null) {
                writing.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while listing");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
        }
    }

    /** Returns all images that were added. */
    SpilledImages spilled() throws IOException {
        finish();
        return new SpilledImages(files, count, bytes, digest.hex());
    }

    /** Deletes what was written. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            parts.forEach(Spill::close);
        }
        if (written > 0) {
            try {
                Store.delete(folder, configuration);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot delete the listing " + folder, e);
            }
        }
    }
}
