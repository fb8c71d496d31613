package dev.mnc.dataset;

import dev.mnc.geometry.Mask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import us.hebi.matlab.mat.format.Mat5;
import us.hebi.matlab.mat.format.Mat5File;
import us.hebi.matlab.mat.types.MatFile;
import us.hebi.matlab.mat.types.Matrix;
import us.hebi.matlab.mat.types.Sources;
import us.hebi.matlab.mat.types.Struct;

/** The instances of one image in a file of SBD's folder {@code inst}. */
final class SbdMasks {

    private static final int VOID = 255;

    private final Path file;
    private final Matrix segmentation;
    private final int[] categories;
    private final int[][] runs;

    private SbdMasks(Path file, Matrix segmentation, int[] categories) {
        this.file = file;
        this.segmentation = segmentation;
        this.categories = categories;
        this.runs = new Runs(segmentation, categories.length).of(file);
    }

    /**
     * Reads a file.
     *
     * @param classes number of categories, which are 1 to this
     * @throws UnreadableDatasetException if it is not as {@link VocSbd} describes; the message names file and entry
     */
    static SbdMasks read(Path file, int classes) throws IOException {
        Struct truth = struct(file, "GTinst");
        Matrix segmentation = matrix(file, truth, "GTinst", "Segmentation");
        Matrix listed = matrix(file, truth, "GTinst", "Categories");
        if (listed.getNumElements() >= VOID) {
            throw new UnreadableDatasetException(String.format(
                    Locale.ROOT,
                    "%s: GTinst.Categories lists %d instances; Segmentation can tell at most %d",
                    file,
                    listed.getNumElements(),
                    VOID - 1));
        }
        int[] categories = new int[listed.getNumElements()];
        for (int i = 0; i < categories.length; i++) {
            double category = listed.getDouble(i);
            if (!(category >= 1 && category <= classes) || category != Math.rint(category)) {
                throw new UnreadableDatasetException(String.format(
                        Locale.ROOT,
                        "%s: GTinst.Categories[%d] is %s; VOC's classes are 1 to %d",
                        file,
                        i + 1,
                        category == Math.rint(category) ? Long.toString((long) category) : Double.toString(category),
                        classes));
            }
            categories[i] = (int) category;
        }
        return new SbdMasks(file, segmentation, categories);
    }

    /** Returns the rows of the image, px. */
    int height() {
        return segmentation.getNumRows();
    }

    /** Returns the columns of the image, px. */
    int width() {
        return segmentation.getNumCols();
    }

    /** Returns the number of instances, K. */
    int count() {
        return categories.length;
    }

    /** Returns VOC class of an instance, 1 .. K. */
    int category(int instance) {
        return categories[instance - 1];
    }

    /** Returns the pixels of an instance, 1 .. K; empty if it has none. */
    Mask mask(int instance) {
        return Mask.ofRuns(height(), width(), runs[instance - 1]);
    }

    /**
     * Compares with the class of every pixel.
     *
     * @param classes a file of the folder {@code cls}
     * @throws UnreadableDatasetException if an instance's pixel is of another class there, void excepted
     */
    void requireAgreement(Path classes) throws IOException {
        Matrix classOf = matrix(classes, struct(classes, "GTcls"), "GTcls", "Segmentation");
        if (classOf.getNumRows() != height() || classOf.getNumCols() != width()) {
            throw new UnreadableDatasetException(String.format(
                    Locale.ROOT,
                    "%s: GTcls.Segmentation is %d x %d px, but %s has %d x %d; unpack the SBD archive again",
                    classes,
                    classOf.getNumRows(),
                    classOf.getNumCols(),
                    file,
                    height(),
                    width()));
        }
        int pixels = segmentation.getNumElements();
        for (int i = 0; i < pixels; i++) {
            int instance = segmentation.getInt(i);
            int found = classOf.getInt(i);
            if (instance != 0 && instance != VOID && found != VOID && found != categories[instance - 1]) {
                throw new UnreadableDatasetException(String.format(
                        Locale.ROOT,
                        "%s: instance %d is of class %d, but its pixel in row %d, column %d (from 0) is of class %d in "
                                + "%s; fix one of the two, or move the folder cls away to go by inst alone",
                        file,
                        instance,
                        categories[instance - 1],
                        i % height(),
                        i / height(),
                        found,
                        classes));
            }
        }
    }

    private static Struct struct(Path file, String name) throws IOException {
        for (MatFile.Entry entry : open(file).getEntries()) {
            if (entry.getName().equals(name) && entry.getValue() instanceof Struct struct) {
                if (struct.getNumElements() == 1) {
                    return struct;
                }
            }
        }
        throw new UnreadableDatasetException(
                file + " holds no struct " + name + "; files of SBD's folders inst and cls hold GTinst and GTcls");
    }

    private static Mat5File open(Path file) throws IOException {
        byte[] content = Files.readAllBytes(file);
        try {
            return Mat5.newReader(Sources.wrap(content)).readMat();
        } catch (IOException | RuntimeException e) {
            throw new UnreadableDatasetException(
                    file + " is no MATLAB file of version 5; unpack it again, or write it with save -v7", e);
        }
    }

    private static Matrix matrix(Path file, Struct struct, String name, String field) {
        if (struct.getFieldNames().contains(field) && struct.get(field) instanceof Matrix matrix) {
            if (matrix.getNumDimensions() == 2 && !matrix.isComplex()) {
                return matrix;
            }
        }
        throw new UnreadableDatasetException(
                file + ": " + name + "." + field + " is missing or is no matrix of numbers; SBD's files have one");
    }

    /**
     * The runs of all instances, collected in one traversal of the pixels, which are in column-major order as in COCO's
     * masks.
     */
    private static final class Runs {

        private final Matrix segmentation;
        private final int pixels;
        private final int[][] runs;
        private final int[] used;
        private final int[] covered;

        Runs(Matrix segmentation, int instances) {
            this.segmentation = segmentation;
            this.pixels = segmentation.getNumElements();
            this.runs = new int[instances][64];
            this.used = new int[instances];
            this.covered = new int[instances];
        }

        int[][] of(Path file) {
            int start = 0;
            while (start < pixels) {
                int value = segmentation.getInt(start);
                int end = start + 1;
                while (end < pixels && segmentation.getInt(end) == value) {
                    end++;
                }
                if (value != 0 && value != VOID) {
                    requireListed(file, value, start);
                    add(value - 1, start - covered[value - 1]);
                    add(value - 1, end - start);
                    covered[value - 1] = end;
                }
                start = end;
            }
            for (int i = 0; i < runs.length; i++) {
                if (covered[i] < pixels) {
                    add(i, pixels - covered[i]);
                }
                runs[i] = Arrays.copyOf(runs[i], used[i]);
            }
            return runs;
        }

        private void add(int instance, int run) {
            if (used[instance] == runs[instance].length) {
                runs[instance] = Arrays.copyOf(runs[instance], 2 * used[instance]);
            }
            runs[instance][used[instance]++] = run;
        }

        private void requireListed(Path file, int value, int pixel) {
            if (value < 0 || value > runs.length) {
                int rows = segmentation.getNumRows();
                throw new UnreadableDatasetException(String.format(
                        Locale.ROOT,
                        "%s: GTinst.Segmentation is %d in row %d, column %d (from 0), but GTinst.Categories lists %d "
                                + "instances",
                        file,
                        value,
                        pixel % rows,
                        pixel / rows,
                        runs.length));
            }
        }
    }
}
