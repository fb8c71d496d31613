package dev.mnc.benchmark;

import dev.mnc.geometry.Box;
import dev.mnc.geometry.Mask;
import dev.mnc.geometry.SoftMask;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * From a soft mask and its box to what the label table holds of it; an operation is one instance. An image is 640 x 480
 * px and has 20 instances of 60 to 320 px by 60 to 260 px.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 2)
public class MaskEncoding {

    private static final int INSTANCES = 20;
    private static final int SIZE = 21;
    private static final int HEIGHT = 480;
    private static final int WIDTH = 640;

    private final float[][] masks = new float[INSTANCES][SIZE * SIZE];
    private final int[][] boxes = new int[INSTANCES][];
    private final Mask[] pasted = new Mask[INSTANCES];

    /** Makes the image. */
    @Setup
    public void make() {
        Random random = new Random(1);
        for (int k = 0; k < INSTANCES; k++) {
            for (int i = 0; i < SIZE; i++) {
                for (int j = 0; j < SIZE; j++) {
                    double u = 2.0 * i / (SIZE - 1) - 1;
                    double v = 2.0 * j / (SIZE - 1) - 1;
                    double logit = 4 * (1 - u * u - v * v) + (random.nextDouble() - 0.5) * 2;
                    masks[k][i * SIZE + j] = (float) (1 / (1 + Math.exp(-logit)));
                }
            }
            int width = 60 + random.nextInt(260);
            int height = 60 + random.nextInt(200);
            int x = random.nextInt(WIDTH - width);
            int y = random.nextInt(HEIGHT - height);
            boxes[k] = new int[] {x, y, x + width - 1, y + height - 1};
            pasted[k] = paste(k);
        }
    }

    private Mask paste(int k) {
        int[] box = boxes[k];
        return SoftMask.paste(masks[k], SIZE, box[0], box[1], box[2], box[3], HEIGHT, WIDTH, 0.5f);
    }

    /** All of it: paste, area, tight box and COCO's text. */
    @Benchmark
    @OperationsPerInvocation(INSTANCES)
    public void pasteAndEncode(Blackhole sink) {
        for (int k = 0; k < INSTANCES; k++) {
            Mask mask = paste(k);
            Box box = mask.boundingBox();
            sink.consume(mask.area());
            sink.consume(box);
            sink.consume(mask.toCoco());
        }
    }

    /** The mask alone. */
    @Benchmark
    @OperationsPerInvocation(INSTANCES)
    public void paste(Blackhole sink) {
        for (int k = 0; k < INSTANCES; k++) {
            sink.consume(paste(k));
        }
    }

    /** COCO's text of a finished mask. */
    @Benchmark
    @OperationsPerInvocation(INSTANCES)
    public void text(Blackhole sink) {
        for (Mask mask : pasted) {
            sink.consume(mask.toCoco());
        }
    }

    /** The tight box of a finished mask. */
    @Benchmark
    @OperationsPerInvocation(INSTANCES)
    public void tightBox(Blackhole sink) {
        for (Mask mask : pasted) {
            sink.consume(mask.boundingBox());
        }
    }
}
