package dev.mnc.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mnc.geometry.Mask;
import dev.mnc.pages.ReportData.CategoryResult;
import dev.mnc.pages.ReportData.Curve;
import dev.mnc.pages.ReportData.GalleryImage;
import dev.mnc.pages.ReportData.Pick;
import dev.mnc.pages.ReportData.Provenance;
import dev.mnc.pages.ReportData.TypeResult;
import dev.mnc.scenes.SceneGenerator;
import dev.mnc.scenes.SceneGenerator.Scene;
import dev.mnc.schemas.Category;
import dev.mnc.schemas.Instance;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HtmlReportTest {

    private static final Pattern TAG =
            Pattern.compile("<([a-z0-9]+)((?:\\s+[a-z-]+(?:=\"[^\"]*\")?)*)\\s*/?>", Pattern.CASE_INSENSITIVE);
    private static final Pattern ATTRIBUTE = Pattern.compile("\\s([a-zA-Z-]+)(?:=\"[^\"]*\")?");

    private static final Set<String> ELEMENTS = Set.of(
            "html",
            "head",
            "meta",
            "title",
            "style",
            "body",
            "header",
            "main",
            "section",
            "script",
            "h1",
            "h2",
            "p",
            "dl",
            "dt",
            "dd",
            "div",
            "ul",
            "li",
            "span",
            "strong",
            "small",
            "b",
            "i",
            "em",
            "code",
            "data",
            "table",
            "thead",
            "tbody",
            "tr",
            "th",
            "td",
            "button",
            "label",
            "select",
            "option",
            "input",
            "output",
            "figure",
            "figcaption",
            "dialog",
            "form",
            "svg",
            "g",
            "path",
            "rect",
            "text",
            "image");

    private static final Set<String> ATTRIBUTES = Set.of(
            "lang",
            "charset",
            "content",
            "name",
            "http-equiv",
            "type",
            "id",
            "class",
            "title",
            "value",
            "scope",
            "role",
            "checked",
            "min",
            "max",
            "step",
            "method",
            "href",
            "width",
            "height",
            "x",
            "y",
            "d",
            "viewBox",
            "preserveAspectRatio",
            "text-anchor",
            "transform",
            "font-size",
            "aria-label",
            "aria-sort",
            "aria-hidden",
            "data-hides",
            "data-pick",
            "data-places",
            "data-score");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain",
                "</script><script>alert(1)</script>",
                "</title></style><style>*{}</style>",
                "\" onmouseover=\"alert(2)",
                "' onfocus='alert(3)' autofocus x='",
                "\"><img src=x onerror=alert(4)>",
                "<!-- <script> ]]> &lt;b&gt; &#x3c;i&#x3e;",
                "<svg/onload=alert(5)>",
                "../../etc/passwd",
                "%s %d %n \\u003c",
                "\u202egpj.exe\u0000\u0007"
            })
    void hostileNamesStayText(String name) {
        String page = HtmlReport.render(report(name));
        String plain = HtmlReport.render(report("plain"));

        List<String> tags = tags(page);
        assertThat(tags).hasSameSizeAs(tags(plain));
        assertThat(count(page, '<')).isEqualTo(count(plain, '<'));
        assertThat(count(page, '>')).isEqualTo(count(plain, '>'));
        assertThat(page).doesNotContain("\u0000").doesNotContain("\u202e");
        for (String tag : tags) {
            Matcher parts = TAG.matcher(tag);
            assertThat(parts.matches()).isTrue();
            assertThat(ELEMENTS).contains(parts.group(1));
            for (Matcher attribute = ATTRIBUTE.matcher(parts.group(2)); attribute.find(); ) {
                assertThat(ATTRIBUTES).contains(attribute.group(1));
            }
        }
    }

    @Test
    void theNamesThemselvesAreReadable() {
        String page = HtmlReport.render(report("Käse & <Brot> 日本"));

        assertThat(page)
                .contains("<title>Käse &amp; &lt;Brot&gt; 日本</title>")
                .contains("<option value=\"1\">Käse &amp; &lt;Brot&gt; 日本</option>");
    }

    @Test
    void thePolicyAdmitsExactlyTheStyleAndTheScriptOfThePage() throws GeneralSecurityException {
        String page = HtmlReport.render(report("plain"));
        String style = between(page, "<style>", "</style>");
        String script = between(page, "</script>\n<script>", "</script>");

        assertThat(between(page, "Content-Security-Policy\" content=\"", "\">"))
                .isEqualTo("default-src 'none'; img-src data:; style-src '" + sha256(style) + "'; script-src '"
                        + sha256(script) + "'; base-uri 'none'; form-action 'none'");
        assertThat(page.indexOf("Content-Security-Policy")).isLessThan(page.indexOf("<style>"));
        assertThat(page).doesNotContain("http:").doesNotContain("https:").doesNotContain("url(");
        assertThat(script).doesNotContain("innerHTML").doesNotContain("eval(").doesNotContain(".style");
    }

    @Test
    void everyNumberShownIsTheNumberGiven() {
        ReportData data = report("plain");
        String page = HtmlReport.render(data);

        for (TypeResult result : data.results()) {
            for (Map.Entry<String, Double> entry : result.summary().entrySet()) {
                String row = between(page, "<tr><th scope=\"row\">" + entry.getKey() + " <small>", "</tr>");
                assertThat(row).contains(shown(entry.getValue()));
            }
            for (CategoryResult category : result.categories()) {
                assertThat(page).contains(shown(category.lead()));
            }
        }
        CategoryResult first = data.results().get(0).categories().get(1);
        assertThat(between(page, "</i>square</th>", "</tr>"))
                .contains(shown(first.lead()), shown(0.75), shown(0.5))
                .contains("<rect class=\"loose\" width=\"75.00\"", "<rect class=\"strict\" width=\"41.25\"")
                .contains("<data value=\"1234\">1,234</data>");
        assertThat(page)
                .contains("<span>Mask AP</span><strong><data value=\"0.4583333333333333\">0.458</data></strong>")
                .contains("<span>Box AP</span><strong><data value=\"0.5\">0.500</data></strong>")
                .contains("<span>Images failed</span><strong><data value=\"5\">5</data></strong>")
                .contains("<code>run-7</code>", "<code>abc123</code>", "2026-11-22T01:02:03Z")
                .contains("<output id=\"score-shown\">0.35</output>", "value=\"0.35\">")
                .contains("quality <data value=\"0.25\">0.250</data>");
    }

    @Test
    void anUndefinedNumberIsADash() {
        String row = between(HtmlReport.render(report("plain")), "<th scope=\"row\">APl <small>", "</tr>");

        assertThat(row).contains(">–</span>").doesNotContain("-1");
    }

    @Test
    void theCurvesInThePageAreTheCurvesGivenInPerMille() throws IOException {
        ReportData data = report("plain");
        String page = HtmlReport.render(data);
        JsonNode json = new ObjectMapper()
                .readTree(between(page, "<script type=\"application/json\" id=\"curves\">", "</script>"));

        for (int type = 0; type < 2; type++) {
            for (int category = 0; category < 2; category++) {
                List<Double> given = data.results()
                        .get(type)
                        .categories()
                        .get(category)
                        .curves()
                        .get(0)
                        .precision();
                JsonNode found = json.get(type).get(category + 1).get(0);
                for (int i = 0; i < given.size(); i++) {
                    assertThat(found.get(i).intValue()).isEqualTo(Math.round(1000 * given.get(i)));
                }
            }
        }
        assertThat(json.get(0).get(0).get(0).toString()).isEqualTo("[950,600,150]");
        assertThat(page).contains("<path class=\"k k0\" d=\"M56.0 23.0L246.0 114.0L436.0 231.0\"/>");
    }

    @Test
    void aDifferentOrderOfTheSecondTypesCategoriesDoesNotMixUpCurves() throws IOException {
        ReportData data = report("plain");
        TypeResult box = data.results().get(1);
        List<CategoryResult> turned =
                List.of(box.categories().get(1), box.categories().get(0));
        ReportData other = new ReportData(
                data.title(),
                data.provenance(),
                List.of(data.results().get(0), new TypeResult("bbox", box.summary(), turned)),
                data.gallery(),
                data.minScore());

        assertThat(HtmlReport.render(other)).isEqualTo(HtmlReport.render(data));
    }

    @Test
    void masksAreDrawnAndAnImageThatCannotBeDecodedIsNamed() {
        ReportData data = report("plain");
        String page = HtmlReport.render(data);

        assertThat(page)
                .containsOnlyOnce("image cannot be shown")
                .containsOnlyOnce("<image href=\"data:image/jpeg;base64,");
        for (GalleryImage image : data.gallery()) {
            image.truth()
                    .forEach(truth -> assertThat(page).contains("<path d=\"" + MaskOutline.path(truth.mask()) + "\">"));
            image.predictions()
                    .forEach(found -> assertThat(page)
                            .contains("data-score=\"" + found.score() + "\" d=\"" + MaskOutline.path(found.mask())
                                    + "\""));
        }
    }

    @Test
    void theSameDataGivesTheSamePage() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.GERMANY);
            String german = HtmlReport.render(report("plain"));
            Locale.setDefault(Locale.ROOT);
            assertThat(HtmlReport.render(report("plain"))).isEqualTo(german);
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void aReportWithoutImagesErrorsAndCurvesIsComplete() {
        ReportData data = report("plain");
        TypeResult bare = new TypeResult("segm", Map.of("AP", 0.5), List.of());
        Provenance unknown = new Provenance(null, null, Instant.EPOCH, 0, 0, Map.of(), Map.of());

        String page = HtmlReport.render(new ReportData(data.title(), unknown, List.of(bare), List.of(), 0.5));

        assertThat(page)
                .contains("not recorded")
                .doesNotContain("id=\"gallery\"")
                .doesNotContain("Images that failed")
                .doesNotContain("id=\"curve-type\"")
                .doesNotContain("id=\"zoom\"");
    }

    @Test
    void impossibleNumbersAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TypeResult("segm", Map.of("AP", 1.5), List.of()))
                .withMessage("AP must lie in [0, 1] or be -1, got 1.5");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Curve("IoU 0.50", List.of(1.0)))
                .withMessage("a curve needs at least 2 points, got 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ReportData("t", report("x").provenance(), List.of(), List.of(), 0.5))
                .withMessage("a report needs the result of at least one IoU type, got none");
    }

    private static Map<String, Double> numbers(double ap, double ap50, double ap75) {
        Map<String, Double> numbers = new LinkedHashMap<>();
        numbers.put("AP", ap);
        numbers.put("AP50", ap50);
        numbers.put("AP75", ap75);
        return numbers;
    }

    private static ReportData report(String name) {
        Category hostile = new Category(1, name);
        Category square = new Category(3, "square");
        List<TypeResult> results = new ArrayList<>();
        for (String type : List.of("segm", "bbox")) {
            Map<String, Double> summary = new LinkedHashMap<>();
            summary.put("AP", type.equals("segm") ? 0.4583333333333333 : 0.5);
            summary.put("AP50", 0.8125);
            summary.put("APl", -1.0);
            double shift = type.equals("segm") ? 0 : 0.05;
            results.add(new TypeResult(
                    type,
                    summary,
                    List.of(
                            new CategoryResult(hostile, 7, numbers(0.3 + shift, 0.6, 0.2), curves(0.9, 0.5, 0.3)),
                            new CategoryResult(
                                    square, 1234, numbers(0.4125 + shift, 0.75, 0.5), curves(1, 0.7 + shift, 0)))));
        }
        Scene scene = new SceneGenerator(1).scene(0);
        Mask mask = scene.objects().get(0).mask();
        List<GalleryImage> gallery = List.of(
                new GalleryImage(
                        name,
                        scene.height(),
                        scene.width(),
                        scene.jpeg(),
                        List.of(new AnnotatedObject(hostile, mask)),
                        List.of(new Instance(square, 0.875, mask), new Instance(hostile, 0.25, mask)),
                        0.25,
                        Pick.WORST),
                new GalleryImage(
                        "broken.jpg",
                        2,
                        3,
                        new byte[] {1, 2, 3},
                        List.of(new AnnotatedObject(square, Mask.ofRuns(2, 3, 1, 4, 1))),
                        List.of(),
                        0,
                        Pick.RANDOM));
        Instant created = Instant.parse("2026-11-22T01:02:03.456Z");
        Provenance provenance =
                new Provenance("run-7", "abc123", created, 12, 34, Map.of(name + "!", 3L, "b", 2L), Map.of());
        return new ReportData(name, provenance, results, gallery, 0.35);
    }

    private static List<Curve> curves(double... precision) {
        List<Double> points = new ArrayList<>();
        for (double value : precision) {
            points.add(value);
        }
        return List.of(new Curve("IoU 0.50", points));
    }

    private static String shown(double value) {
        return value == -1
                ? ">–</span>"
                : "<data value=\"" + value + "\">" + String.format(Locale.ROOT, "%.3f", value) + "</data>";
    }

    /** Everything that starts an element, outside the style sheet and the scripts. */
    private static List<String> tags(String page) {
        String markup = page.replaceAll("(?s)(<style>).*?(</style>)", "$1$2")
                .replaceAll("(?s)(<script[^>]*>).*?(</script>)", "$1$2");
        List<String> tags = new ArrayList<>();
        for (Matcher start = Pattern.compile("<[a-zA-Z][^>]*>").matcher(markup); start.find(); ) {
            tags.add(start.group());
        }
        return tags;
    }

    private static long count(String text, char wanted) {
        return text.chars().filter(c -> c == wanted).count();
    }

    private static String between(String text, String start, String end) {
        assertThat(text).contains(start);
        int from = text.indexOf(start) + start.length();
        return text.substring(from, text.indexOf(end, from));
    }

    private static String sha256(String content) throws GeneralSecurityException {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
        return "sha256-" + Base64.getEncoder().encodeToString(digest);
    }
}
