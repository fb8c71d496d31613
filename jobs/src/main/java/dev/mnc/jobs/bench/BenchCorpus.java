package dev.mnc.jobs.bench;

import dev.mnc.image.JpegEncoder;
import dev.mnc.jobs.store.Store;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;

/**
 * A corpus of JPEGs that resemble COCO's in what matters to a pipeline: 640 x 480 px, 95 kB on average, full of detail.
 */
public final class BenchCorpus {

    static final int WIDTH = 640;
    static final int HEIGHT = 480;

    private static final int DISTINCT = 100;
    private static final int WRITERS = 16;
    private static final float QUALITY = 0.85f;

    private final List<byte[]> files = new ArrayList<>();

    /** Generates the distinct images of a corpus. */
    public BenchCorpus(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < DISTINCT; i++) {
            files.add(JpegEncoder.encode(picture(random.split()), QUALITY));
        }
    }

    /** Returns the bytes of one of the images. */
    byte[] file(int number) {
        return files.get(number % DISTINCT);
    }

    /** Returns the mean size of a file, bytes. */
    double meanBytes() {
        return files.stream().mapToInt(file -> file.length).average().orElseThrow();
    }

    /**
     * Writes files below a folder.
     *
     * @param count number of files; from the hundredth on they repeat under other names
     */
    public void write(String folder, int count, Configuration configuration) {
        ExecutorService writers = Executors.newFixedThreadPool(WRITERS);
        try {
            // The first one creates the folder, and the distinct ones are there before others are linked to them.
            write(folder, 0, Math.min(1, count), configuration, writers);
            write(folder, 1, Math.min(DISTINCT, count), configuration, writers);
            write(folder, DISTINCT, count, configuration, writers);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            throw new UncheckedIOException(new IOException("cannot write the corpus to " + folder, e.getCause()));
        } finally {
            writers.shutdownNow();
        }
    }

    private void write(String folder, int from, int to, Configuration configuration, ExecutorService writers)
            throws InterruptedException, ExecutionException {
        List<Future<?>> writes = new ArrayList<>();
        for (int i = from; i < to; i++) {
            int number = i;
            writes.add(writers.submit(() -> {
                String uri = uri(folder, number);
                if (number >= DISTINCT && Store.isLocal(uri)) {
                    Files.createLink(Store.local(uri), Store.local(uri(folder, number % DISTINCT)));
                } else {
                    write(uri, file(number), configuration);
                }
                return null;
            }));
        }
        for (Future<?> write : writes) {
            write.get();
        }
    }

    private static String uri(String folder, int number) {
        return String.format(Locale.ROOT, "%s/%06d.jpg", folder, number);
    }

    private static void write(String uri, byte[] file, Configuration configuration) throws IOException {
        try (OutputStream out = Store.replace(uri, configuration)) {
            out.write(file);
        }
    }

    /** Returns ellipses of all sizes over a ramp, with noise on each pixel: edges and grain, as photographs have. */
    private static BufferedImage picture(SplittableRandom random) {
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        var pen = image.createGraphics();
        for (int i = 0; i < 150; i++) {
            pen.setColor(new java.awt.Color(random.nextInt(1 << 24)));
            int width = 8 + random.nextInt(200);
            int height = 8 + random.nextInt(160);
            pen.fillOval(random.nextInt(WIDTH) - width / 2, random.nextInt(HEIGHT) - height / 2, width, height);
        }
        pen.dispose();
        int grain = 10 + random.nextInt(20);
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                int rgb = image.getRGB(x, y);
                int shake = random.nextInt(grain) - grain / 2;
                image.setRGB(x, y, shaken(rgb >> 16, shake) << 16 | shaken(rgb >> 8, shake) << 8 | shaken(rgb, shake));
            }
        }
        return image;
    }

    private static int shaken(int channel, int by) {
        return Math.min(255, Math.max(0, (channel & 0xff) + by));
    }
}
