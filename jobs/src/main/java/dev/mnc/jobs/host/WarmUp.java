package dev.mnc.jobs.host;

import dev.mnc.image.JpegEncoder;
import dev.mnc.image.UnreadableImageException;
import dev.mnc.model.Detections;
import dev.mnc.model.GoldenImage;
import dev.mnc.model.Predictor;
import dev.mnc.model.cascade.NetworkInput;
import java.awt.image.BufferedImage;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The pictures that show whether a device works: the model's golden image, if it has one, and one of COCO's usual size. A device
 * runs them before a host's first image, and again whenever it failed on an image.
 */
final class WarmUp {

    private static final double LONGEST_BATCH_SECONDS = 1;
    private static final BufferedImage PICTURE = new BufferedImage(640, 480, BufferedImage.TYPE_INT_RGB);

    private final Predictor predictor;
    private final HostSettings settings;

    WarmUp(Predictor predictor, HostSettings settings) {
        this.predictor = predictor;
        this.settings = settings;
    }

    /**
     * Checks that the model finds on its golden image what it should, runs it on the other picture, so that a run's first image
     * does not pay for what TensorFlow puts off until then, and measures the model alone, on one warm batch if that takes no
     * more than a second.
     *
     * @return images per second
     */
    double measure() {
        requireGolden();
        try (NetworkInput input = picture()) {
            double alone = secondsOf(List.of(input));
            List<NetworkInput> batch = Collections.nCopies(settings.batchSize(), input);
            if (alone * batch.size() <= LONGEST_BATCH_SECONDS) {
                return batch.size() / secondsOf(batch);
            }
            return 1 / (alone <= LONGEST_BATCH_SECONDS ? secondsOf(List.of(input)) : alone);
        }
    }

    /**
     * Finds out whose fault it is that the model failed on an image alone.
     *
     * @param failure of that image
     * @throws DeviceException if the device fails on the pictures too
     */
    void requireDevice(RuntimeException failure) {
        try {
            requireGolden();
            try (NetworkInput input = picture()) {
                double unused = secondsOf(List.of(input));
            }
        } catch (RuntimeException e) {
            e.addSuppressed(failure);
            throw DeviceException.failed(
                    "the device fails on pictures that it could label before: " + ImageOutcome.Failure.firstLine(e), e);
        }
    }

    private void requireGolden() {
        Optional<GoldenImage> golden = predictor.golden();
        if (golden.isPresent()) {
            try (NetworkInput picture = decoded(golden.get().picture())) {
                golden.get().requireSame(predictor.detect(List.of(picture), 0).get(0));
            }
        }
    }

    private NetworkInput picture() {
        return decoded(JpegEncoder.encode(PICTURE, 0.9f));
    }

    private NetworkInput decoded(byte[] picture) {
        try {
            return predictor.preprocess(picture);
        } catch (UnreadableImageException e) {
            throw new IllegalStateException("the model cannot read a JPEG: " + e.getMessage(), e);
        }
    }

    private double secondsOf(List<NetworkInput> batch) {
        long start = System.nanoTime();
        try (Detections detections = predictor.run(batch)) {
            double seconds = (System.nanoTime() - start) / HostReport.NANOS;
            detections.instances(0, settings.minScores().least());
            return Math.max(seconds, 1 / HostReport.NANOS);
        }
    }
}
