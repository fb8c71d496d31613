package dev.mnc.evaluation.errors;

import dev.mnc.evaluation.matching.ImageMatch;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The errors of an image as tidecv 1.0.1 finds them ({@code TIDEExample}, {@code TIDERun._eval_image}). For one thread.
 *
 * <p>The best {@value #MOST} detections of the image are considered, whatever their categories, by falling score. Each
 * takes the free object of its category it overlaps most, of equals the first of the file, if that is enough. A
 * detection that finds none and lies by more than that share in a crowd of its category does not count, though it can
 * still be an error and be corrected. Of the errors {@link ErrorType#LOC} and {@link ErrorType#CLS} that point at one
 * object that no detection has found, the best detection's is corrected by giving it the object, the others by leaving
 * them out.
 */
final class TideImage implements ImageMatch.View {

    /** The number of detections of an image that are considered. */
    static final int MOST = 100;

    /** The IoU that is enough. */
    static final double ENOUGH = 0.5;

    /** The IoU that is little. */
    static final double LITTLE = 0.1;

    private static final int NONE = -1;

    private @Nullable ImageMatch image;
    private int[] ranked = {};
    private int detections;
    private @Nullable ErrorType[] errors = {};
    private boolean[] right = {};
    private boolean[] inCrowd = {};
    private int[] corrected = {};
    private int objects;
    private int[] truthPositions = {};
    private boolean[] found = {};
    private int[] corrector = {};
    private int nearest;
    private double nearestOverlap;

    @Override
    public void read(ImageMatch next) {
        image = next;
        ranked = next.byRank();
        detections = Math.min(MOST, ranked.length);
        right = new boolean[detections];
        inCrowd = new boolean[detections];
        errors = new ErrorType[detections];
        corrected = new int[detections];
        Arrays.fill(corrected, NONE);
        collectObjects(next);
        int[] closest = new int[detections];
        double[] overlaps = new double[detections];
        for (int rank = 0; rank < detections; rank++) {
            choose(next, rank);
            closest[rank] = nearest;
            overlaps[rank] = nearestOverlap;
        }
        for (int rank = 0; rank < detections; rank++) {
            if (!right[rank]) {
                classify(next, rank, closest[rank], overlaps[rank]);
            }
        }
    }

    /** Collects the objects that are no crowds, in the order of the file. */
    private void collectObjects(ImageMatch next) {
        int[] byNumber = new int[next.truths()];
        for (int truthPosition = 0; truthPosition < byNumber.length; truthPosition++) {
            byNumber[next.truthNumber(truthPosition)] = truthPosition;
        }
        truthPositions = new int[byNumber.length];
        objects = 0;
        for (int truthPosition : byNumber) {
            if (!next.crowd(truthPosition)) {
                truthPositions[objects++] = truthPosition;
            }
        }
        found = new boolean[objects];
        corrector = new int[objects];
        Arrays.fill(corrector, NONE);
    }

    /** Lets a detection find an object, and finds the one of its category that it overlaps most, free or not. */
    private void choose(ImageMatch next, int rank) {
        int category = category(rank);
        int best = NONE;
        double most = 0;
        nearest = NONE;
        nearestOverlap = 0;
        for (int object = 0; object < objects; object++) {
            if (next.truthCategory(truthPositions[object]) == category) {
                double overlap = next.iou(ranked[rank], truthPositions[object]);
                if (overlap > nearestOverlap) {
                    nearestOverlap = overlap;
                    nearest = object;
                }
                if (!found[object] && overlap > most) {
                    most = overlap;
                    best = object;
                }
            }
        }
        if (most >= ENOUGH) {
            found[best] = true;
            right[rank] = true;
        } else {
            inCrowd[rank] = liesInCrowd(next, rank);
        }
    }

    private boolean liesInCrowd(ImageMatch next, int rank) {
        if (objects == next.truths()) {
            return false;
        }
        for (int truthPosition = 0; truthPosition < next.truths(); truthPosition++) {
            if (next.crowd(truthPosition)
                    && next.truthCategory(truthPosition) == category(rank)
                    && next.iou(ranked[rank], truthPosition) > ENOUGH) {
                return true;
            }
        }
        return false;
    }

    private void classify(ImageMatch next, int rank, int closest, double overlap) {
        if (overlap >= LITTLE && overlap <= ENOUGH) {
            errors[rank] = ErrorType.LOC;
            fix(rank, closest);
            return;
        }
        lookElsewhere(next, rank);
        if (nearestOverlap >= ENOUGH) {
            errors[rank] = ErrorType.CLS;
            fix(rank, nearest);
        } else if (overlap > ENOUGH) {
            errors[rank] = ErrorType.DUPE;
        } else {
            errors[rank] = nearestOverlap <= LITTLE ? ErrorType.BKG : ErrorType.BOTH;
        }
    }

    /**
     * Finds the object of another category that a detection overlaps most if that is enough, and else only whether any
     * is more than a little; most pairs are settled without looking at masks.
     */
    private void lookElsewhere(ImageMatch next, int rank) {
        int category = category(rank);
        nearest = NONE;
        nearestOverlap = 0;
        for (int object = 0; object < objects; object++) {
            int truthPosition = truthPositions[object];
            double needed = nearestOverlap > LITTLE ? Math.max(ENOUGH, nearestOverlap) : LITTLE;
            if (next.truthCategory(truthPosition) != category
                    && next.iouAtMost(ranked[rank], truthPosition) >= needed) {
                double overlap = next.iou(ranked[rank], truthPosition);
                if (overlap > nearestOverlap) {
                    nearestOverlap = overlap;
                    nearest = object;
                }
            }
        }
    }

    private void fix(int rank, int object) {
        if (!found[object] && corrector[object] == NONE) {
            corrector[object] = rank;
            corrected[rank] = object;
        }
    }

    /** Returns the number of detections that are considered; their rank in the image identifies them. */
    int detections() {
        return detections;
    }

    /** Returns the category of a detection. */
    int category(int rank) {
        return image().categoryOf(ranked[rank]);
    }

    /** Returns the score of a detection. */
    double score(int rank) {
        return image().score(ranked[rank]);
    }

    private ImageMatch image() {
        if (image == null) {
            throw new IllegalStateException("no image has been read yet");
        }
        return image;
    }

    /** Returns the error of a detection, or null if it has found an object. */
    @Nullable
    ErrorType error(int rank) {
        return errors[rank];
    }

    /** Returns whether a detection stands in the ranking of its category; those in a crowd do not. */
    boolean counts(int rank) {
        return !inCrowd[rank];
    }

    /**
     * Returns the category in which a detection would be right if its error were corrected, or -1 if it would be left
     * out.
     */
    int correctedCategory(int rank) {
        return corrected[rank] == NONE ? NONE : objectCategory(corrected[rank]);
    }

    /** Returns the number of objects that are no crowds. */
    int objects() {
        return objects;
    }

    /** Returns the category of an object. */
    int objectCategory(int object) {
        return image().truthCategory(truthPositions[object]);
    }

    /** Returns whether a detection has found an object. */
    boolean isFound(int object) {
        return found[object];
    }

    /**
     * Returns whether no detection has found an object or would if its error were corrected: {@link ErrorType#MISS}.
     */
    boolean isMissed(int object) {
        return !found[object] && corrector[object] == NONE;
    }
}
