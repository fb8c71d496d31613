package dev.mnc.evaluation.errors;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mnc.dataset.Detection;
import dev.mnc.dataset.GroundTruth;
import dev.mnc.dataset.GroundTruth.Annotation;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.evaluation.coco.GoldenCase;
import dev.mnc.evaluation.shapes.IouType;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The results of tidecv 1.0.1: see coco/README.md and coco-fuzz/README.md. */
class TideResultTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @ParameterizedTest
    @EnumSource(names = {"BBOX", "SEGM"})
    void errorsOfTwoThousandRandomDataSetsAreThoseOfTidecv(IouType type) throws IOException {
        int cases = 0;
        try (BufferedReader inputs = lines("cases.jsonl.gz");
                BufferedReader outputs = lines("tide.jsonl.gz")) {
            for (String line = inputs.readLine(); line != null; line = inputs.readLine()) {
                assertNumbers(
                        "case " + cases,
                        result(JSON.readTree(line), type),
                        JSON.readTree(outputs.readLine()).get(type.label()));
                cases++;
            }
        }
        assertThat(cases).isEqualTo(2000);
    }

    @ParameterizedTest
    @EnumSource(names = {"BBOX", "SEGM"})
    void ofImagesWithManyDetectionsTheBestHundredOfAllCategoriesAreLookedAt(IouType type) throws IOException {
        int cases = 0;
        try (BufferedReader lines = lines("tide_dense.jsonl.gz")) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonNode example = JSON.readTree(line);
                assertNumbers("case " + cases, result(example, type), example.get(type.label()));
                cases++;
            }
        }
        assertThat(cases).isEqualTo(12);
    }

    private static BufferedReader lines(String file) throws IOException {
        return new BufferedReader(new InputStreamReader(
                new GZIPInputStream(requireNonNull(TideResultTest.class.getResourceAsStream("/coco-fuzz/" + file))),
                UTF_8));
    }

    private static TideResult result(JsonNode example, IouType type) throws IOException {
        return Analysis.of(
                        Analysis.truth(example.get("truth").toString()),
                        Analysis.detections(example.get("detections").toString()),
                        type,
                        0)
                .tide();
    }

    private static void assertNumbers(String name, TideResult result, JsonNode expected) {
        if (expected.isNull()) {
            assertThat(result.precision()).as(name).isEqualTo(-1);
            return;
        }
        assertThat(result.precision()).as(name).isCloseTo(expected.get(0).asDouble() / 100, within(1e-12));
        int i = 1;
        for (ErrorType error : ErrorType.values()) {
            assertThat(result.lost(error))
                    .as("%s, %s", name, error)
                    .isCloseTo(expected.get(i++).asDouble() / 100, within(1e-12));
        }
        assertThat(result.falsePositives()).as(name).isCloseTo(expected.get(i++).asDouble() / 100, within(1e-12));
        assertThat(result.falseNegatives()).as(name).isCloseTo(expected.get(i++).asDouble() / 100, within(1e-12));
        for (ErrorType error : ErrorType.values()) {
            assertThat(result.errors(error))
                    .as("%s, %s", name, error)
                    .isEqualTo(expected.get(i++).asLong());
        }
    }

    @Test
    void errorsOfTheGoldenCasesAreThoseOfTidecv() throws IOException {
        assertThat(assertAll(GoldenCase.all())).isEqualTo(4);
    }

    /** {@code ./mvnw test -pl model -am -Dtest=TideResultTest -Dmnc.golden.coco=FOLDER}: a folder a case. */
    @Test
    @EnabledIfSystemProperty(named = "mnc.golden.coco", matches = ".+")
    void errorsOfTheCasesInAFolderAreThoseOfTidecv() throws IOException {
        int computed = assertAll(GoldenCase.below(Path.of(System.getProperty("mnc.golden.coco"))));
        System.out.println(computed + " analyses of errors equal those of tidecv");
        assertThat(computed).isPositive();
    }

    private static int assertAll(Stream<GoldenCase> cases) throws IOException {
        int computed = 0;
        for (GoldenCase golden :
                cases.filter(each -> !each.variant().equals("segm_nobbox")).toList()) {
            JsonNode expected = golden.extra().get(golden.type() == IouType.BBOX ? "tide_box" : "tide_mask");
            if (expected != null) {
                assertNumbers(golden.name(), inOrderOfTheFile(golden), flat(expected));
                computed++;
            }
        }
        return computed;
    }

    private static JsonNode flat(JsonNode expected) {
        var numbers = JSON.createArrayNode().add(expected.get("AP50"));
        for (ErrorType error : ErrorType.values()) {
            numbers.add(expected.get("dAP").get(error.label()));
        }
        numbers.add(expected.get("special").get("FalsePos"))
                .add(expected.get("special").get("FalseNeg"));
        for (ErrorType error : ErrorType.values()) {
            numbers.add(expected.get("counts").get(error.label()));
        }
        return numbers;
    }

    /** Of equal scores tidecv ranks first what belongs to an earlier image of the file, and we that of a lower id. */
    private static TideResult inOrderOfTheFile(GoldenCase golden) throws IOException {
        GroundTruth truth = golden.truth();
        Map<Long, Long> numbers = new HashMap<>();
        List<Image> images = new ArrayList<>();
        for (Image image : truth.images()) {
            long number = numbers.size();
            numbers.put(image.id(), number);
            images.add(new Image(number, image.fileName(), image.height(), image.width()));
        }
        List<Annotation> annotations = truth.annotations().stream()
                .map(a -> new Annotation(
                        a.id(),
                        requireNonNull(numbers.get(a.imageId())),
                        a.categoryId(),
                        a.bbox(),
                        a.area(),
                        a.crowd(),
                        a.segmentation()))
                .toList();
        List<Detection> detections = golden.detections(truth).stream()
                .map(d -> new Detection(
                        d.ordinal(),
                        requireNonNull(numbers.get(d.imageId())),
                        d.categoryId(),
                        d.score(),
                        d.bbox(),
                        d.segmentation()))
                .toList();
        return Analysis.of(new GroundTruth(images, truth.categories(), annotations), detections, golden.type(), 0)
                .tide();
    }

    @Test
    void errorsOfTheCategoriesAddUpAndTheTableNamesThem() throws IOException {
        GoldenCase golden = GoldenCase.all()
                .filter(each -> each.name().equals("fuzz_cont/segm"))
                .findFirst()
                .orElseThrow();

        TideResult result = inOrderOfTheFile(golden);

        assertThat(result.categories()).hasSize(4);
        assertThat(result.categories().stream()
                        .mapToDouble(TideResult.OfCategory::precision)
                        .average())
                .hasValueCloseTo(result.precision(), within(1e-12));
        for (ErrorType error : ErrorType.values()) {
            assertThat(result.categories().stream()
                            .mapToDouble(category -> category.lost(error))
                            .average())
                    .hasValueCloseTo(result.lost(error), within(1e-12));
        }
        assertThat(result.table().lines())
                .containsExactly(
                        "errors of segm, by TIDE: AP50 0.2877; correcting all of a kind would add",
                        "  Cls       0.0251         19  wrong category",
                        "  Loc       0.2101         82  badly placed",
                        "  Both      0.0075         24  both of these",
                        "  Dupe      0.0293         57  found before",
                        "  Bkg       0.0266         30  nothing there",
                        "  Miss      0.1269         57  not found",
                        "  FalsePos  0.2470             every wrong detection last",
                        "  FalseNeg  0.2497             every object found");
    }
}
