package dev.mnc.pages;

import dev.mnc.pages.ReportData.CategoryResult;
import dev.mnc.pages.ReportData.Curve;
import dev.mnc.pages.ReportData.TypeResult;
import dev.mnc.schemas.Category;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The section of precision-recall curves. The curves here are those of all categories and the first IoU type; the
 * script redraws them for any other from values in per mille, which the page has as JSON.
 */
final class CurveSection {

    /** The plot's frame within the drawing; report.js has the same numbers. */
    private static final int LEFT = 56;

    private static final int TOP = 10;
    private static final int WIDTH = 380;
    private static final int HEIGHT = 260;
    private static final int TICKS = 5;

    private CurveSection() {}

    static void append(StringBuilder page, List<TypeResult> results) {
        List<Curve> curves = mean(results.get(0));
        if (curves.isEmpty()) {
            return;
        }
        page.append("<section class=\"panel\"><h2>Precision and recall</h2><div class=\"tools\">");
        appendSelectors(page, results);
        page.append(
                "</div><svg class=\"plot\" viewBox=\"0 0 452 316\" role=\"img\" aria-label=\"Precision over recall\">");
        appendFrame(page);
        for (int i = 0; i < curves.size(); i++) {
            page.append(String.format(
                    Locale.ROOT,
                    "<path class=\"k k%d\" d=\"%s\"/>",
                    i,
                    path(curves.get(i).precision())));
        }
        page.append("</svg><ul class=\"legend\">");
        for (int i = 0; i < curves.size(); i++) {
            page.append(String.format(
                    Locale.ROOT,
                    "<li><svg viewBox=\"0 0 20 8\" aria-hidden=\"true\"><path class=\"k k%d\" d=\"M0 4h20\"/></svg>%s"
                            + " <b>%s</b></li>",
                    i,
                    Markup.escape(curves.get(i).label()),
                    area(curves.get(i).precision())));
        }
        page.append("</ul></section>\n");
    }

    private static void appendSelectors(StringBuilder page, List<TypeResult> results) {
        page.append("<label>Overlap of <select id=\"curve-type\">");
        for (int i = 0; i < results.size(); i++) {
            String name = Markup.escape(Markup.typeName(results.get(i).iouType()));
            page.append(String.format(Locale.ROOT, "<option value=\"%d\">%s</option>", i, name));
        }
        page.append("</select></label><label>Category <select id=\"curve-category\"><option value=\"0\">all</option>");
        List<CategoryResult> categories = results.get(0).categories();
        for (int i = 0; i < categories.size(); i++) {
            String name = Markup.escape(categories.get(i).category().name());
            page.append(String.format(Locale.ROOT, "<option value=\"%d\">%s</option>", i + 1, name));
        }
        page.append("</select></label>");
    }

    private static void appendFrame(StringBuilder page) {
        for (int i = 0; i < TICKS; i++) {
            int x = LEFT + WIDTH * i / (TICKS - 1);
            int y = TOP + HEIGHT - HEIGHT * i / (TICKS - 1);
            String tick = String.format(Locale.ROOT, "%.2f", (double) i / (TICKS - 1));
            page.append(String.format(
                    Locale.ROOT,
                    "<path class=\"grid\" d=\"M%d %dh%dM%d %dv%d\"/>"
                            + "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>"
                            + "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>",
                    LEFT,
                    y,
                    WIDTH,
                    x,
                    TOP,
                    HEIGHT,
                    LEFT - 8,
                    y + 4,
                    tick,
                    x,
                    TOP + HEIGHT + 18,
                    tick));
        }
        page.append(String.format(
                Locale.ROOT,
                "<text class=\"axis\" x=\"%d\" y=\"%d\" text-anchor=\"middle\">recall</text>",
                LEFT + WIDTH / 2,
                TOP + HEIGHT + 38));
        page.append(String.format(
                Locale.ROOT,
                "<text class=\"axis\" transform=\"translate(10 %d) rotate(-90)\" text-anchor=\"middle\">precision</text>",
                TOP + HEIGHT / 2));
    }

    /** Returns lines between the points; where precision is undefined the line is broken. */
    private static String path(List<Double> precision) {
        StringBuilder path = new StringBuilder();
        boolean pen = false;
        for (int i = 0; i < precision.size(); i++) {
            double value = precision.get(i);
            if (value >= 0) {
                double x = LEFT + (double) WIDTH * i / (precision.size() - 1);
                double y = TOP + HEIGHT * (1 - value);
                path.append(String.format(Locale.ROOT, "%s%.1f %.1f", pen ? "L" : "M", x, y));
            }
            pen = value >= 0;
        }
        return path.toString();
    }

    /** Returns the mean precision over the recalls: the average precision at that IoU. */
    private static String area(List<Double> precision) {
        double mean = precision.stream()
                .filter(value -> value >= 0)
                .mapToDouble(Double::doubleValue)
                .average()
                .orElse(-1);
        return mean < 0 ? "–" : String.format(Locale.ROOT, "%.3f", mean);
    }

    /** Returns each curve as the mean over the categories in which it is defined. */
    private static List<Curve> mean(TypeResult result) {
        List<List<Curve>> defined = result.categories().stream()
                .map(CategoryResult::curves)
                .filter(curves -> !curves.isEmpty())
                .toList();
        List<Curve> means = new ArrayList<>();
        for (int k = 0; !defined.isEmpty() && k < defined.get(0).size(); k++) {
            List<Double> points = new ArrayList<>();
            for (int i = 0; i < defined.get(0).get(k).precision().size(); i++) {
                int curve = k;
                int point = i;
                points.add(defined.stream()
                        .mapToDouble(curves -> curves.get(curve).precision().get(point))
                        .filter(value -> value >= 0)
                        .average()
                        .orElse(-1));
            }
            means.add(new Curve(defined.get(0).get(k).label(), points));
        }
        return means;
    }

    /**
     * Returns {@code [type][0 = all, then the first type's categories][curve][point]}: precision in per mille, -1 where
     * undefined.
     */
    static String json(List<TypeResult> results) {
        List<Category> order = results.get(0).categories().stream()
                .map(CategoryResult::category)
                .toList();
        return results.stream()
                .map(result -> {
                    Map<Long, List<Curve>> curves = new HashMap<>();
                    result.categories().forEach(one -> curves.put(one.category().id(), one.curves()));
                    Stream<List<Curve>> listed = order.stream().map(one -> curves.getOrDefault(one.id(), List.of()));
                    return Stream.concat(Stream.of(mean(result)), listed)
                            .map(CurveSection::perMille)
                            .collect(Collectors.joining(",", "[", "]"));
                })
                .collect(Collectors.joining(",", "[", "]"));
    }

    private static String perMille(List<Curve> curves) {
        return curves.stream()
                .map(curve -> curve.precision().stream()
                        .map(value -> Long.toString(value < 0 ? -1 : Math.round(1000 * value)))
                        .collect(Collectors.joining(",", "[", "]")))
                .collect(Collectors.joining(",", "[", "]"));
    }
}
