package dev.mnc.evaluation.matching;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mnc.dataset.GroundTruth;
import dev.mnc.dataset.GroundTruth.Annotation;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.evaluation.matching.FaultLog.Fault;
import dev.mnc.evaluation.matching.FaultLog.Reason;
import dev.mnc.evaluation.matching.FaultLog.Section;
import dev.mnc.schemas.Category;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FaultLogTest {

    @Test
    void logWithoutFaultsHasNoFirstOne() {
        assertThat(new FaultLog().first()).isNull();
        assertThat(new FaultLog().counts()).isEmpty();
    }

    /** A file that breaks goes before all, then ground truth before detections, then the earlier entry. */
    @Test
    void mostImportantFaultIsReportedWhateverOrderTheyComeInAndHoweverTheyAreMerged() {
        List<Fault> faults = Arrays.asList(
                new Fault(Reason.BROKEN_DETECTIONS, 7, "broken at 7"),
                new Fault(Reason.BROKEN_DETECTIONS, 9, "broken at 9"),
                new Fault(Reason.ANNOTATION_MASK, 1, "annotation 1"),
                new Fault(Reason.UNREADABLE_GROUND_TRUTH, 2, "ground truth 2"),
                new Fault(Reason.UNKNOWN_IMAGE, 0, "detection 0"),
                new Fault(Reason.NAN_SCORE, 5, "detection 5"));
        Random random = new Random(2);
        for (int from = 0; from < faults.size(); from++) {
            List<Fault> some = new ArrayList<>(faults.subList(from, faults.size()));
            for (int trial = 0; trial < 20; trial++) {
                Collections.shuffle(some, random);
                FaultLog one = new FaultLog();
                some.forEach(one::add);
                assertThat(one.first()).isEqualTo(faults.get(from));

                FaultLog merged = new FaultLog();
                for (Fault fault : some) {
                    FaultLog part = new FaultLog();
                    part.add(fault);
                    merged.add(part);
                    merged.add(new FaultLog());
                }
                assertThat(merged.first()).isEqualTo(faults.get(from));
                assertThat(merged.counts()).isEqualTo(one.counts());
            }
        }
    }

    @Test
    void ofFaultsInOnePlaceTheOneThatCameFirstStays() {
        FaultLog log = new FaultLog();
        log.addDetection(Reason.NAN_SCORE, 3, 8, "first");
        log.addDetection(Reason.DETECTION_MASK, 3, 8, "second");

        assertThat(requireNonNull(log.first()).message()).isEqualTo("[3] (image 8): first");
        assertThat(log.counts())
                .containsExactly(Map.entry("detections.malformed_mask", 1L), Map.entry("detections.score_is_nan", 1L));
    }

    @Test
    void countsOfTwoLogsAreAdded() {
        FaultLog log = new FaultLog();
        log.addUnknownImage(4, 12);
        FaultLog other = new FaultLog();
        other.addUnknownImage(2, 13);
        other.addUnknownImage(3, 13);
        log.add(other);

        assertThat(log.counts()).containsExactly(Map.entry("detections.unknown_image", 3L));
        assertThat(log.first())
                .isEqualTo(
                        new Fault(Reason.UNKNOWN_IMAGE, 2, "[2] (image 13): the ground truth does not list its image"));
    }

    @Test
    void faultsOfAnnotationsAreInOrderOfTheirIds() {
        FaultLog log = new FaultLog();
        log.addAnnotation(Reason.ANNOTATION_LACKS, 6, 1, "has no bbox");
        log.addAnnotation(Reason.ANNOTATION_LACKS, 5, 1, "has no bbox");

        assertThat(log.first()).isEqualTo(new Fault(Reason.ANNOTATION_LACKS, 5, "annotation 5 (image 1): has no bbox"));
    }

    @Test
    void repeatedIdsAndUnlistedImagesOfTheGroundTruthAreFaults() {
        Image image = new Image(1, "1.jpg", 10, 10);
        Annotation annotation = new Annotation(3, 1, 1, null, 5, false, null);
        Annotation elsewhere = new Annotation(4, 2, 1, null, 5, false, null);
        FaultLog log = new FaultLog();
        log.addGroundTruth(new GroundTruth(
                List.of(image, new Image(1, "other.jpg", 10, 10)),
                List.of(new Category(1, "one"), new Category(2, "two"), new Category(1, "three")),
                List.of(annotation, annotation, elsewhere)));

        assertThat(log.counts())
                .containsExactly(
                        Map.entry("annotations.repeated_id", 1L),
                        Map.entry("annotations.unknown_image", 1L),
                        Map.entry("categories.repeated_id", 1L),
                        Map.entry("images.repeated_id", 1L));
        assertThat(log.first())
                .isEqualTo(new Fault(
                        Reason.REPEATED_IMAGE,
                        Long.MIN_VALUE + 1,
                        "images[1] has the id 1, which an earlier entry has too"));
        assertThat(FaultLog.unknown(elsewhere))
                .isEqualTo(new Fault(
                        Reason.ANNOTATION_UNKNOWN_IMAGE,
                        4,
                        "annotation 4 (image 2): the ground truth does not list its image"));
    }

    @Test
    void repeatedCategoriesAndAnnotationsAreNamedByTheirLists() {
        FaultLog log = new FaultLog();
        log.addRepeat(new GroundTruth.Repeat(GroundTruth.Repeat.Kind.CATEGORY, 8, 5));
        assertThat(log.first())
                .isEqualTo(new Fault(
                        Reason.REPEATED_CATEGORY,
                        Long.MIN_VALUE + 5,
                        "categories[5] has the id 8, which an earlier entry has too"));
        log.addRepeat(new GroundTruth.Repeat(GroundTruth.Repeat.Kind.ANNOTATION, 9, 4));
        assertThat(log.first())
                .isEqualTo(new Fault(
                        Reason.REPEATED_ANNOTATION,
                        Long.MIN_VALUE + 4,
                        "annotations[4] has the id 9, which an earlier entry has too"));
    }

    @Test
    void everyReasonSaysInItsNameWhichFileItIsAbout() {
        for (Reason reason : Reason.values()) {
            assertThat(reason.section() == Section.DETECTIONS)
                    .as(reason.label())
                    .isEqualTo(reason.label().startsWith("detections."));
        }
    }
}
