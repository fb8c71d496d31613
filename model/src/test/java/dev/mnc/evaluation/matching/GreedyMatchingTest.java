package dev.mnc.evaluation.matching;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mnc.dataset.Detection;
import dev.mnc.dataset.GroundTruth.Annotation;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.dataset.columns.DetectionColumns;
import dev.mnc.evaluation.shapes.Compat;
import dev.mnc.evaluation.shapes.IouType;
import dev.mnc.geometry.Box;
import dev.mnc.geometry.Overlap;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Random images of boxes against {@code evaluateImg} of pycocotools, written out naively. */
class GreedyMatchingTest {

    private static final int CATEGORIES = 4;

    private record Scene(Image image, List<Annotation> objects, List<Detection> detections) {

        private List<Annotation> objectsOf(int category) {
            return objects.stream()
                    .filter(object -> object.categoryId() == category)
                    .toList();
        }

        private List<Detection> ranked(int category, int limit) {
            return detections.stream()
                    .filter(detection -> detection.categoryId() == category)
                    .sorted(Comparator.comparingDouble(detection -> -detection.score()))
                    .limit(limit)
                    .toList();
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyDetectionFindsWhatItFindsInPycocotools(Compat compat) {
        Random random = new Random(6);
        MatchRules rules = new MatchRules(
                new double[] {0.3, 0.5, 0.75, 1},
                new double[] {0, 0, 500},
                new double[] {1e10, 500, 1e10},
                new int[] {1, 9},
                compat);
        ImageMatch match = new ImageMatch(new Matching(IouType.BBOX, DetectionArea.COMPARED, rules), CATEGORIES);
        int found = 0;
        for (int trial = 0; trial < 120; trial++) {
            Scene scene = scene(random, random.nextInt(30), random.nextInt(70));
            fill(match, scene);
            for (int cell = 0; cell < match.cells(); cell++) {
                for (int area = 0; area < rules.areas(); area++) {
                    for (int t = 0; t < rules.thresholds(); t++) {
                        found += assertCell(match, scene, cell, area, t);
                    }
                }
            }
        }
        assertThat(found).isGreaterThan(500);
    }

    private static int assertCell(ImageMatch match, Scene scene, int cell, int area, int threshold) {
        MatchRules rules = match.rules();
        List<Annotation> objects = scene.objectsOf(match.category(cell));
        List<Detection> detections = scene.ranked(match.category(cell), rules.maxDetections());
        assertThat(match.end(cell) - match.first(cell)).isEqualTo(detections.size());
        assertThat(match.endTruth(cell) - match.firstTruth(cell)).isEqualTo(objects.size());
        List<Boolean> aside = objects.stream()
                .map(object -> object.crowd() || !rules.holds(area, object.area()))
                .toList();
        boolean[] taken = new boolean[objects.size()];
        int finds = 0;
        for (int rank = 0; rank < detections.size(); rank++) {
            Detection detection = detections.get(rank);
            int position = match.first(cell) + rank;
            assertThat(match.ordinal(position)).isEqualTo(detection.ordinal());
            int best = best(detection, objects, aside, taken, rules.threshold(threshold));
            boolean named = best >= 0 && (objects.get(best).id() != 0 || rules.compat() == Compat.NONE);
            boolean outside =
                    !rules.holds(area, requireNonNull(detection.bbox()).area());
            boolean ignored = (best >= 0 && aside.get(best)) || (!named && outside);
            if (best >= 0) {
                taken[best] = true;
                finds++;
            }
            int bit = area * rules.thresholds() + threshold;
            assertThat((match.matched(position) >>> bit) & 1).isEqualTo(named ? 1 : 0);
            assertThat((match.ignored(position) >>> bit) & 1).isEqualTo(ignored ? 1 : 0);
            if (area == 0) {
                assertThat(match.found(position, threshold)).isEqualTo(best < 0 ? -1 : match.firstTruth(cell) + best);
            }
        }
        return finds;
    }

    /** The object a detection takes, those that do not count after all that do; -1 if it finds none. */
    private static int best(
            Detection detection, List<Annotation> objects, List<Boolean> aside, boolean[] taken, double least) {
        int best = -1;
        double most = least;
        List<Integer> order = IntStream.range(0, objects.size())
                .boxed()
                .sorted(Comparator.comparing(aside::get))
                .toList();
        for (int i : order) {
            if (taken[i] && !objects.get(i).crowd()) {
                continue;
            }
            if (best >= 0 && !aside.get(best) && aside.get(i)) {
                break;
            }
            double overlap = iou(detection, objects.get(i));
            if (overlap >= most) {
                most = overlap;
                best = i;
            }
        }
        return best;
    }

    private static double iou(Detection detection, Annotation object) {
        return requireNonNull(detection.bbox())
                .iou(requireNonNull(object.bbox()), object.crowd() ? Overlap.CROWD : Overlap.OBJECT);
    }

    @Test
    void imageTellsOfItsObjectsAndDetectionsWhateverCameBeforeAndHoweverManyThereAre() {
        Random random = new Random(9);
        ImageMatch match = new ImageMatch(
                new Matching(IouType.BBOX, DetectionArea.COMPARED, MatchRules.coco(Compat.NONE)), CATEGORIES);
        for (int[] counts : new int[][] {{64, 128}, {65, 129}, {3, 5}, {200, 900}, {0, 4}, {5, 0}, {0, 0}}) {
            Scene scene = scene(random, counts[0], counts[1]);
            fill(match, scene);

            assertThat(match.image()).isEqualTo(scene.image());
            assertThat(match.imageId()).isEqualTo(scene.image().id());
            assertThat(match.fileName()).isEqualTo("7.jpg");
            assertThat(match.truths()).isEqualTo(counts[0]);
            int place = 0;
            List<Integer> positions = new ArrayList<>();
            for (int cell = 0; cell < match.cells(); cell++) {
                assertThat(match.firstTruth(cell)).isEqualTo(place);
                for (Annotation object : scene.objectsOf(match.category(cell))) {
                    assertObject(match, place++, object, scene);
                }
                for (Detection detection : scene.ranked(match.category(cell), 900)) {
                    assertDetection(match, positions.size(), detection, scene);
                    positions.add(positions.size());
                }
            }
            List<Long> byRank = scene.detections().stream()
                    .sorted(Comparator.comparingDouble(detection -> -detection.score()))
                    .map(Detection::ordinal)
                    .toList();
            assertThat(match.byRank()).hasSize(counts[1]);
            assertThat(IntStream.of(match.byRank()).mapToObj(match::ordinal)).isEqualTo(byRank);
        }
    }

    private static void assertObject(ImageMatch match, int place, Annotation object, Scene scene) {
        assertThat(match.truthId(place)).isEqualTo(object.id());
        assertThat(match.truthArea(place)).isEqualTo(object.area());
        assertThat(match.crowd(place)).isEqualTo(object.crowd());
        assertThat(match.truthCategory(place)).isEqualTo((int) object.categoryId());
        assertThat(match.truthNumber(place)).isEqualTo(scene.objects().indexOf(object));
    }

    private static void assertDetection(ImageMatch match, int position, Detection detection, Scene scene) {
        assertThat(match.ordinal(position)).isEqualTo(detection.ordinal());
        assertThat(match.score(position)).isEqualTo(detection.score());
        assertThat(match.area(position))
                .isEqualTo(requireNonNull(detection.bbox()).area());
        assertThat(match.categoryOf(position)).isEqualTo((int) detection.categoryId());
        for (int place = 0; place < Math.min(match.truths(), 20); place++) {
            Annotation object = scene.objects().get(match.truthNumber(place));
            assertThat(match.iou(position, place)).isEqualTo(iou(detection, object));
            double asObject = requireNonNull(detection.bbox()).iou(requireNonNull(object.bbox()), Overlap.OBJECT);
            assertThat(match.iouAtMost(position, place)).isGreaterThanOrEqualTo(asObject);
        }
    }

    @Test
    void nothingOverlapsMoreThanItsSizeLetsIt() {
        Annotation object = new Annotation(1, 7, 0, new Box(0, 0, 10, 10), 100, false, null);
        Detection detection = new Detection(0, 7, 0, 0.5, new Box(0, 0, 5, 5), null);
        Detection apart = new Detection(1, 7, 0, 0.25, new Box(50, 50, 5, 5), null);
        ImageMatch match = new ImageMatch(
                new Matching(IouType.BBOX, DetectionArea.COMPARED, MatchRules.coco(Compat.NONE)), CATEGORIES);
        fill(match, new Scene(new Image(7, "7.jpg", 100, 100), List.of(object), List.of(detection, apart)));

        assertThat(match.iouAtMost(0, 0)).isBetween(0.25, 1.0);
        assertThat(match.iouAtMost(1, 0)).isZero();
    }

    private static final class CountedView implements ImageMatch.View {

        private int reads;
        private long image;

        @Override
        public void read(ImageMatch match) {
            reads++;
            image = match.imageId();
        }
    }

    @Test
    void viewIsMadeOnceAndReadsEachImageOnce() {
        ImageMatch match = new ImageMatch(
                new Matching(IouType.BBOX, DetectionArea.COMPARED, MatchRules.coco(Compat.NONE)), CATEGORIES);
        assertThat(match.type()).isEqualTo(IouType.BBOX);
        match.start(new Image(3, "3.jpg", 9, 9), new FaultLog());
        match.match();
        CountedView view = match.view(CountedView.class, CountedView::new);
        assertThat(match.view(CountedView.class, CountedView::new)).isSameAs(view);
        assertThat(view.reads).isEqualTo(1);
        assertThat(view.image).isEqualTo(3);

        match.start(new Image(4, "4.jpg", 9, 9), new FaultLog());
        match.match();
        assertThat(match.view(CountedView.class, CountedView::new)).isSameAs(view);
        assertThat(view.reads).isEqualTo(2);
        assertThat(view.image).isEqualTo(4);
    }

    private static void fill(ImageMatch match, Scene scene) {
        FaultLog faults = new FaultLog();
        match.start(scene.image(), faults);
        for (Annotation object : scene.objects()) {
            match.addTruth(object, (int) object.categoryId());
        }
        DetectionColumns columns = DetectionColumns.of(scene.detections());
        for (int i = 0; i < columns.count(); i++) {
            match.addDetection(columns, i, (int) columns.categoryId(i));
        }
        match.match();
        assertThat(faults.first()).isNull();
    }

    /** Boxes on a coarse grid and few different scores, so that overlaps and scores are often equal. */
    private static Scene scene(Random random, int objectCount, int detectionCount) {
        int categories = 1 + random.nextInt(CATEGORIES);
        List<Annotation> objects = new ArrayList<>();
        for (int i = 0; i < objectCount; i++) {
            Box box = box(random);
            double area = random.nextInt(4) == 0 ? 500 : box.area();
            long id = i == 3 ? 0 : i + 20;
            objects.add(new Annotation(id, 7, random.nextInt(categories), box, area, random.nextInt(6) == 0, null));
        }
        List<Detection> detections = new ArrayList<>();
        for (int i = 0; i < detectionCount; i++) {
            double score = random.nextInt(9) / 8.0;
            detections.add(new Detection(1000L + i, 7, random.nextInt(categories), score, box(random), null));
        }
        return new Scene(new Image(7, "7.jpg", 100, 100), objects, detections);
    }

    private static Box box(Random random) {
        return new Box(
                5 * random.nextInt(4), 5 * random.nextInt(4), 5 * (2 + random.nextInt(5)), 5 * (2 + random.nextInt(5)));
    }
}
