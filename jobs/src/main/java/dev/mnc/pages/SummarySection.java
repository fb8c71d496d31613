package dev.mnc.pages;

import dev.mnc.pages.ReportData.TypeResult;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The section of the main numbers, large, and of all numbers in a table. */
final class SummarySection {

    private static final int LARGE = 2;

    private static final Map<String, String> MEANINGS = Map.ofEntries(
            Map.entry("AP", "mean over IoU 0.50 to 0.95"),
            Map.entry("AP50", "at IoU 0.50"),
            Map.entry("AP75", "at IoU 0.75"),
            Map.entry("APs", "small objects, area below 32² px"),
            Map.entry("APm", "medium objects, area 32² to 96² px"),
            Map.entry("APl", "large objects, area above 96² px"),
            Map.entry("APr", "rare categories, in at most 10 training images"),
            Map.entry("APc", "common categories, in 11 to 100 training images"),
            Map.entry("APf", "frequent categories, in more training images"),
            Map.entry("AR@300", "recall, 300 predictions an image"),
            Map.entry("ARs@300", "recall, small objects"),
            Map.entry("ARm@300", "recall, medium objects"),
            Map.entry("ARl@300", "recall, large objects"),
            Map.entry("mAP@0.5", "VOC, mean over 11 recalls at IoU 0.5"),
            Map.entry("mAP@0.7", "VOC, mean over 11 recalls at IoU 0.7"),
            Map.entry("mAP@0.5 area", "VOC, area under the curve at IoU 0.5"),
            Map.entry("mAP@0.7 area", "VOC, area under the curve at IoU 0.7"),
            Map.entry("AR1", "recall, 1 prediction an image"),
            Map.entry("AR10", "recall, 10 predictions an image"),
            Map.entry("AR100", "recall, 100 predictions an image"),
            Map.entry("ARs", "recall, small objects"),
            Map.entry("ARm", "recall, medium objects"),
            Map.entry("ARl", "recall, large objects"));

    private SummarySection() {}

    static void append(StringBuilder page, ReportData data) {
        page.append("<section aria-label=\"Headline\"><ul class=\"tiles\">");
        TypeResult first = data.results().get(0);
        first.summary().entrySet().stream()
                .limit(LARGE)
                .forEach(entry ->
                        appendTile(page, "lead", title(first, entry.getKey()), Markup.metric(entry.getValue())));
        for (TypeResult other : data.results().subList(1, data.results().size())) {
            other.summary().entrySet().stream()
                    .limit(1)
                    .forEach(entry ->
                            appendTile(page, "", title(other, entry.getKey()), Markup.metric(entry.getValue())));
        }
        appendTile(page, "", "Images labelled", Markup.count(data.provenance().images()));
        appendTile(page, "", "Predictions", Markup.count(data.provenance().instances()));
        long errors = data.provenance().errors().values().stream()
                .mapToLong(Long::longValue)
                .sum();
        appendTile(page, errors == 0 ? "" : "bad", "Images failed", Markup.count(errors));
        page.append("</ul></section>\n");
    }

    private static String title(TypeResult result, String metric) {
        return Markup.typeName(result.iouType()) + " " + metric;
    }

    private static void appendTile(StringBuilder page, String styleClass, String name, String value) {
        page.append("<li class=\"")
                .append(styleClass)
                .append("\"><span>")
                .append(Markup.escape(name))
                .append("</span><strong>")
                .append(value)
                .append("</strong></li>");
    }

    /** Writes all numbers, one row for each metric and one column for each IoU type. */
    static void appendTable(StringBuilder page, List<TypeResult> results) {
        page.append("<section class=\"panel\"><h2>Metrics</h2><table class=\"metrics\"><thead><tr>")
                .append("<th scope=\"col\">Metric</th>");
        Set<String> names = new LinkedHashSet<>();
        for (TypeResult result : results) {
            names.addAll(result.summary().keySet());
            page.append("<th scope=\"col\" class=\"n\">")
                    .append(Markup.escape(Markup.typeName(result.iouType())))
                    .append("</th>");
        }
        page.append("</tr></thead><tbody>");
        for (String name : names) {
            page.append("<tr><th scope=\"row\">")
                    .append(Markup.escape(name))
                    .append(" <small>")
                    .append(MEANINGS.getOrDefault(name, ""))
                    .append("</small></th>");
            for (TypeResult result : results) {
                page.append("<td class=\"n\">")
                        .append(Markup.metric(result.summary().getOrDefault(name, -1.0)))
                        .append("</td>");
            }
            page.append("</tr>");
        }
        page.append("</tbody></table></section>\n");
    }
}
