package dev.mnc.evaluation.matching;

import dev.mnc.dataset.GroundTruth.Annotation;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.dataset.columns.DetectionColumns;
import dev.mnc.evaluation.shapes.IouType;
import dev.mnc.evaluation.shapes.Shapes;
import dev.mnc.geometry.Overlap;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The match of one image: its objects, its detections, and which found which. It is filled, matched and read, image
 * after image, by one thread, and allocates nothing for an image.
 *
 * <p>After {@link #match} detections stand at <em>positions</em>, by category and, within it, by rank; the positions of
 * a category are a <em>cell</em>. Objects stand at <em>truth positions</em>, by category and in the order of the file.
 * Nothing here depends on other images, so any consumer can add up curves, confusions or calibration from it.
 */
public final class ImageMatch {

    private final IouType type;
    private final MatchRules rules;
    private final ShapeReader reader;
    private final Shapes shapes;
    private final Shapes truthShapes;
    private final CellMatcher matcher;
    private final RankSort ranks = new RankSort();
    private final CategoryCells cells;

    private Image image = new Image(0, "", 0, 0);
    private int truths;
    private int[] truthCategories = new int[64];
    private double[] truthAreas = new double[64];
    private long[] truthIds = new long[64];
    private boolean[] crowds = new boolean[64];
    private int detections;
    private int[] categories = new int[128];
    private double[] scores = new double[128];
    private long[] keys = new long[128];
    private double[] areas = new double[128];
    private long[] ordinals = new long[128];
    private long[] matched = new long[128];
    private long[] ignored = new long[128];
    private int[] found = new int[1280];
    private final Map<Class<?>, View> views = new HashMap<>();
    private final Set<Class<?>> viewed = new HashSet<>();

    /**
     * Creates an empty match.
     *
     * @param matching how the detections are matched
     * @param categories number of categories
     */
    public ImageMatch(Matching matching, int categories) {
        this.type = matching.type();
        this.rules = matching.rules();
        this.shapes = new Shapes(rules.compat());
        this.truthShapes = new Shapes(rules.compat());
        this.reader = new ShapeReader(type, matching.area(), rules.compat());
        this.matcher = new CellMatcher(rules);
        this.cells = new CategoryCells(categories);
    }

    /** Returns what is compared. */
    public IouType type() {
        return type;
    }

    /** Returns the rules by which detections find objects. */
    public MatchRules rules() {
        return rules;
    }

    /**
     * Starts an image.
     *
     * @param faults receives the entries that cannot be used
     */
    public void start(Image image, FaultLog faults) {
        this.image = image;
        truths = 0;
        detections = 0;
        shapes.clear();
        truthShapes.clear();
        reader.start(image, faults);
        cells.clear();
        viewed.clear();
    }

    /** Adds an object; objects are added in the order of the file. */
    public void addTruth(Annotation annotation, int category) {
        if (!reader.read(annotation, truthShapes)) {
            return;
        }
        if (truths == truthIds.length) {
            int capacity = 2 * truths;
            truthCategories = Arrays.copyOf(truthCategories, capacity);
            truthAreas = Arrays.copyOf(truthAreas, capacity);
            truthIds = Arrays.copyOf(truthIds, capacity);
            crowds = Arrays.copyOf(crowds, capacity);
        }
        truthCategories[truths] = category;
        truthAreas[truths] = annotation.area();
        truthIds[truths] = annotation.id();
        crowds[truths] = annotation.crowd();
        truths++;
        cells.addTruth(category);
    }

    /** Adds a detection; detections are added in the order of the file. */
    public void addDetection(DetectionColumns columns, int index, int category) {
        if (!reader.read(columns, index, shapes)) {
            return;
        }
        if (detections == scores.length) {
            int capacity = 2 * detections;
            categories = Arrays.copyOf(categories, capacity);
            scores = Arrays.copyOf(scores, capacity);
            keys = Arrays.copyOf(keys, capacity);
            areas = Arrays.copyOf(areas, capacity);
            ordinals = Arrays.copyOf(ordinals, capacity);
            matched = Arrays.copyOf(matched, capacity);
            ignored = Arrays.copyOf(ignored, capacity);
        }
        categories[detections] = category;
        scores[detections] = columns.score(index);
        keys[detections] = Scores.rankKey(scores[detections]);
        areas[detections] = reader.area();
        ordinals[detections] = columns.ordinal(index);
        detections++;
        cells.addDetection(category);
    }

    /** Matches the detections with the objects, category by category. */
    public void match() {
        cells.arrange(truthCategories, truths, categories, detections);
        if (found.length < detections * rules.thresholds()) {
            found = new int[2 * detections * rules.thresholds()];
        }
        for (int cell = 0; cell < cells.count(); cell++) {
            match(cell);
        }
    }

    private void match(int cell) {
        ranks.sort(cells.order(), cells.first(cell), cells.all(cell), keys);
        int firstTruth = cells.firstTruth(cell);
        int endTruth = cells.endTruth(cell);
        matcher.clear();
        for (int truthPosition = firstTruth; truthPosition < endTruth; truthPosition++) {
            int truth = cells.truthOrder()[truthPosition];
            matcher.addTruth(truthAreas[truth], crowds[truth], truthIds[truth]);
        }
        int end = end(cell);
        for (int position = cells.first(cell); position < end; position++) {
            int detection = cells.order()[position];
            matcher.startDetection();
            for (int truthPosition = firstTruth; truthPosition < endTruth; truthPosition++) {
                int truth = cells.truthOrder()[truthPosition];
                Overlap overlap = crowds[truth] ? Overlap.CROWD : Overlap.OBJECT;
                matcher.addOverlap(truthPosition - firstTruth, shapes.iou(detection, truthShapes, truth, overlap));
            }
            matcher.choose(areas[detection]);
            matched[detection] = matcher.matched();
            ignored[detection] = matcher.ignored();
            for (int t = 0; t < rules.thresholds(); t++) {
                int object = matcher.found(t);
                found[detection * rules.thresholds() + t] = object < 0 ? -1 : firstTruth + object;
            }
        }
    }

    /** Returns the image. */
    public Image image() {
        return image;
    }

    /** Returns the image's id. */
    public long imageId() {
        return image.id();
    }

    /** Returns the name the ground truth gives the image. */
    public String fileName() {
        return image.fileName();
    }

    /** Returns the number of categories that have objects or detections here. */
    public int cells() {
        return cells.count();
    }

    /** Returns the index of a cell's category. */
    public int category(int cell) {
        return cells.category(cell);
    }

    /** Returns the position of the best detection of a cell. */
    public int first(int cell) {
        return cells.first(cell);
    }

    /** Returns the position behind the last detection of a cell, at most the max detections from {@link #first}. */
    public int end(int cell) {
        return Math.min(cells.all(cell), cells.first(cell) + rules.maxDetections());
    }

    /** Returns the truth position of the first object of a cell. */
    public int firstTruth(int cell) {
        return cells.firstTruth(cell);
    }

    /** Returns the truth position behind the last object of a cell. */
    public int endTruth(int cell) {
        return cells.endTruth(cell);
    }

    /** Returns the score of the detection at a position. */
    public double score(int position) {
        return scores[cells.order()[position]];
    }

    /** Returns the area of the detection at a position, px². */
    public double area(int position) {
        return areas[cells.order()[position]];
    }

    /** Returns the ordinal in its file of the detection at a position. */
    public long ordinal(int position) {
        return ordinals[cells.order()[position]];
    }

    /** Returns the pairs of {@link MatchRules}, as bits, for which the detection at a position found an object. */
    public long matched(int position) {
        return matched[cells.order()[position]];
    }

    /**
     * Returns the pairs of {@link MatchRules}, as bits, for which the detection at a position does not count: it found
     * a crowd or an object of another size, or found nothing and has another size itself.
     */
    public long ignored(int position) {
        return ignored[cells.order()[position]];
    }

    /**
     * Returns the truth position of the object that the detection at a position found in the first area range, or -1.
     */
    public int found(int position, int threshold) {
        return found[cells.order()[position] * rules.thresholds() + threshold];
    }

    /** Returns the id of the object at a truth position. */
    public long truthId(int truthPosition) {
        return truthIds[cells.truthOrder()[truthPosition]];
    }

    /** Returns the area the file gives the object at a truth position, px². */
    public double truthArea(int truthPosition) {
        return truthAreas[cells.truthOrder()[truthPosition]];
    }

    /** Returns whether the object at a truth position is a crowd. */
    public boolean crowd(int truthPosition) {
        return crowds[cells.truthOrder()[truthPosition]];
    }

    /** Returns the IoU of the detection at a position and the object at a truth position, whatever their categories. */
    public double iou(int position, int truthPosition) {
        int truth = cells.truthOrder()[truthPosition];
        Overlap overlap = crowds[truth] ? Overlap.CROWD : Overlap.OBJECT;
        return shapes.iou(cells.order()[position], truthShapes, truth, overlap);
    }

    /** Returns an upper bound of {@link #iou} with an object that is no crowd, without reading masks. */
    public double iouAtMost(int position, int truthPosition) {
        return shapes.iouAtMost(cells.order()[position], truthShapes, cells.truthOrder()[truthPosition]);
    }

    /** Returns the index of the category of the detection at a position. */
    public int categoryOf(int position) {
        return categories[cells.order()[position]];
    }

    /** Returns the index of the category of the object at a truth position. */
    public int truthCategory(int truthPosition) {
        return truthCategories[cells.truthOrder()[truthPosition]];
    }

    /** Returns the index in the file of the object at a truth position, from 0. */
    public int truthNumber(int truthPosition) {
        return cells.truthOrder()[truthPosition];
    }

    /** Returns the number of objects of all categories, which is that of truth positions. */
    public int truths() {
        return truths;
    }

    /**
     * Returns the positions of all detections by falling score, whatever their categories; the earlier first among
     * equals.
     */
    public int[] byRank() {
        int[] number = new int[detections];
        int[] positions = new int[detections];
        for (int position = 0; position < detections; position++) {
            positions[cells.order()[position]] = position;
            number[position] = position;
        }
        ranks.sort(number, 0, detections, keys);
        Arrays.setAll(number, rank -> positions[number[rank]]);
        return number;
    }

    /** A view of a matched image that several readers share; it is computed once for an image. */
    public interface View {

        /** Reads an image, replacing the one before. */
        void read(ImageMatch image);
    }

    /**
     * Returns the view of a class on this image.
     *
     * @param kind the class of the view
     * @param first creates the view, which is used again for the following images
     */
    public <T extends View> T view(Class<T> kind, Supplier<T> first) {
        T view = kind.cast(views.computeIfAbsent(kind, unseen -> first.get()));
        if (viewed.add(kind)) {
            view.read(this);
        }
        return view;
    }
}
