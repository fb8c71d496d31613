package dev.mnc.training.weights;

import io.jhdf.api.Dataset;
import io.jhdf.api.dataset.ContiguousDataset;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * An array of an HDF5 file.
 *
 * @param file the file
 * @param path in the file, e.g. {@code /data/conv1_1/0}
 * @param dataset description and values
 */
record StoredArray(Path file, String path, Dataset dataset) {

    /** Returns the lengths of the axes; empty for a single number. */
    List<Long> shape() {
        return Arrays.stream(dataset.getDimensionsAsLong()).boxed().toList();
    }

    /**
     * Returns the values, row-major. Contiguous floats, as Caffe and Keras write them, are read from the mapped file on
     * access, so that no copy of a large layer is on the heap; others are read and converted here.
     *
     * @throws UnusableWeightsException if they cannot be read or are no floating-point numbers
     */
    FloatBuffer values() {
        FloatBuffer values;
        try {
            values = read();
        } catch (RuntimeException e) { // jhdf throws many kinds of exceptions on damaged files
            throw new UnusableWeightsException(
                    "cannot read " + path + " of " + file + ": " + e.getMessage(),
                    "download the file again and compare its size and sha256 with the publisher's",
                    e);
        }
        if (values == null) {
            throw new UnusableWeightsException(
                    path + " of " + file + " holds " + dataset.getJavaType().getSimpleName()
                            + " values where floating-point numbers are expected",
                    "save the weights as 32-bit floats");
        }
        return values;
    }

    private @org.jspecify.annotations.Nullable FloatBuffer read() {
        boolean single =
                dataset.getJavaType() == float.class && dataset.getDataType().getSize() == Float.BYTES;
        if (single && dataset instanceof ContiguousDataset contiguous && !dataset.isEmpty()) {
            return contiguous.getBuffer().asFloatBuffer();
        }
        Object flat = dataset.isEmpty() ? null : dataset.getDataFlat();
        if (flat instanceof float[] floats) {
            return FloatBuffer.wrap(floats);
        }
        if (flat instanceof double[] doubles) {
            FloatBuffer converted = FloatBuffer.allocate(doubles.length);
            for (double value : doubles) {
                converted.put((float) value);
            }
            return converted.flip();
        }
        return null;
    }
}
