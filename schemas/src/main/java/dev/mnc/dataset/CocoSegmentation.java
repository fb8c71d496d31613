package dev.mnc.dataset;

import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The parser of segmentations in any of COCO's forms: polygons, run lengths as numbers, run lengths as a text. */
final class CocoSegmentation {

    private static final String NESTING =
            "must be a list of polygons, each a flat list of numbers: [[x1, y1, x2, y2, ...], ...]";

    private CocoSegmentation() {}

    /** Reads the current value; returns null for JSON's null. */
    static @Nullable Segmentation read(JsonEntries entries) throws IOException {
        return switch (entries.token()) {
            case VALUE_NULL -> null;
            case START_ARRAY -> rings(entries);
            case START_OBJECT -> runLengths(entries);
            default -> throw entries.wrong("must be a list of polygons or an object with size and counts");
        };
    }

    private static Segmentation rings(JsonEntries entries) throws IOException {
        List<double[]> rings = new ArrayList<>();
        while (entries.next() != JsonToken.END_ARRAY) {
            if (entries.token() != JsonToken.START_ARRAY) {
                throw entries.wrong(
                        NESTING + (entries.token().isNumeric() ? "; this one is a single list of numbers" : ""));
            }
            rings.add(ring(entries));
        }
        boolean points = rings.size() > 2 && rings.stream().allMatch(ring -> ring.length == 2);
        return points
                ? new Segmentation.Malformed(NESTING + "; this one is a list of points")
                : Segmentation.ofRings(rings.toArray(double[][]::new));
    }

    private static double[] ring(JsonEntries entries) throws IOException {
        double[] values = new double[8];
        int count = 0;
        while (entries.next() != JsonToken.END_ARRAY) {
            if (!entries.token().isNumeric()) {
                throw entries.wrong(
                        NESTING + (entries.token() == JsonToken.START_ARRAY ? "; this one is nested deeper" : ""));
            }
            if (count == values.length) {
                values = Arrays.copyOf(values, 2 * count);
            }
            values[count++] = entries.number();
        }
        return Arrays.copyOf(values, count);
    }

    private static Segmentation runLengths(JsonEntries entries) throws IOException {
        double[] size = {};
        String text = null;
        double[] runs = null;
        for (String name = entries.nextField(); name != null; name = entries.nextField()) {
            if (name.equals("size")) {
                size = entries.numbers();
            } else if (name.equals("counts") && entries.token() == JsonToken.VALUE_STRING) {
                text = entries.text();
            } else if (name.equals("counts")) {
                runs = entries.numbers();
            } else {
                entries.skip();
            }
        }
        if (size.length != 2) {
            return new Segmentation.Malformed("run lengths need size: [height, width]");
        }
        if (!areWhole(size)) {
            return new Segmentation.Malformed(
                    "the size of a mask must be whole numbers of px, got " + size[0] + " x " + size[1]);
        }
        if (runs != null && !areWhole(runs)) {
            return new Segmentation.Malformed("run lengths must be whole numbers of px");
        }
        int height = (int) size[0];
        int width = (int) size[1];
        if (text != null) {
            return new Segmentation.Compressed(height, width, text);
        }
        if (runs != null) {
            return Segmentation.ofRuns(
                    height,
                    width,
                    Arrays.stream(runs).mapToInt(run -> (int) run).toArray());
        }
        return new Segmentation.Malformed("run lengths need counts");
    }

    private static boolean areWhole(double[] values) {
        return Arrays.stream(values).allMatch(value -> value == Math.rint(value));
    }
}
