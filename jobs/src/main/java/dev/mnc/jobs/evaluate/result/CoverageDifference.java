package dev.mnc.jobs.evaluate.result;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The images of the ground truth that only one of two label tables covers.
 *
 * @param onlyA those of the first
 * @param onlyB those of the second
 */
public record CoverageDifference(Images onlyA, Images onlyB) {

    /**
     * Some images.
     *
     * @param count how many there are
     * @param first the first {@value #NAMED} of them by id, each as id and file name
     */
    public record Images(long count, List<String> first) {

        /** The number of images that are named. */
        public static final int NAMED = 5;

        public Images {
            first = List.copyOf(first);
        }

        private static Images without(SortedMap<Long, String> images, SortedMap<Long, String> others) {
            SortedMap<Long, String> rest = new TreeMap<>(images);
            rest.keySet().removeAll(others.keySet());
            return new Images(
                    rest.size(),
                    rest.entrySet().stream()
                            .limit(NAMED)
                            .map(image -> image.getKey() + " " + image.getValue())
                            .toList());
        }
    }

    /** Returns the difference between two sets of images, each by id with its file name. */
    public static CoverageDifference of(SortedMap<Long, String> a, SortedMap<Long, String> b) {
        return new CoverageDifference(Images.without(a, b), Images.without(b, a));
    }
}
