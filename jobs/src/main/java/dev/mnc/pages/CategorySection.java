package dev.mnc.pages;

import dev.mnc.pages.ReportData.CategoryResult;
import dev.mnc.pages.ReportData.TypeResult;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The section with one row for each category: bar, numbers, and the number of objects. The script sorts it. */
final class CategorySection {

    private CategorySection() {}

    static void append(StringBuilder page, List<TypeResult> results, CategoryColours colours) {
        TypeResult first = results.get(0);
        List<String> names = first.categories().stream()
                .findFirst()
                .map(category -> List.copyOf(category.numbers().keySet()))
                .orElse(List.of("AP", "AP50"));
        page.append("<section class=\"panel wide\"><h2>Categories</h2><p class=\"note\">")
                .append(Markup.escape(String.format(
                        Locale.ROOT,
                        "Bars show %s %s, and lighter behind it %s.",
                        Markup.typeName(first.iouType()),
                        names.get(0),
                        names.get(1))))
                .append("</p><div class=\"scroll\"><table id=\"categories\"><thead><tr>");
        appendHead(page, "Category", "", "");
        page.append("<th scope=\"col\" class=\"bars\"><span class=\"sr\">")
                .append(Markup.escape(names.get(0) + " and " + names.get(1)))
                .append(" as bars</span></th>");
        for (int i = 0; i < names.size(); i++) {
            appendHead(page, names.get(i), i < 2 ? "n" : "n opt", i == 0 ? " aria-sort=\"descending\"" : "");
        }
        for (TypeResult other : results.subList(1, results.size())) {
            appendHead(page, Markup.typeName(other.iouType()) + " " + names.get(0), "n opt", "");
        }
        appendHead(page, "Objects", "n", "");
        page.append("</tr></thead><tbody>");
        first.categories().stream()
                .sorted(Comparator.comparingDouble(CategoryResult::lead)
                        .reversed()
                        .thenComparing(category -> category.category().id()))
                .forEach(category -> appendRow(page, category, results, colours));
        page.append("</tbody></table></div></section>\n");
    }

    private static void appendHead(StringBuilder page, String name, String styleClass, String sort) {
        page.append(String.format(
                Locale.ROOT,
                "<th scope=\"col\" class=\"%s\"%s><button type=\"button\">%s</button></th>",
                styleClass,
                sort,
                Markup.escape(name)));
    }

    private static void appendRow(
            StringBuilder page, CategoryResult category, List<TypeResult> results, CategoryColours colours) {
        String name = category.category().name();
        List<String> names = List.copyOf(category.numbers().keySet());
        page.append(String.format(
                Locale.ROOT,
                "<tr><th scope=\"row\" title=\"%s\"><i class=\"%s\"></i>%s</th>",
                Markup.escape(name),
                colours.styleClass(category.category()),
                Markup.escape(Markup.shorten(name, 40))));
        page.append(String.format(
                Locale.ROOT,
                "<td class=\"bars\"><svg viewBox=\"0 0 100 8\" preserveAspectRatio=\"none\" role=\"img\""
                        + " aria-label=\"%s %.3f\"><rect class=\"track\" width=\"100\" height=\"8\"/>"
                        + "<rect class=\"loose\" width=\"%.2f\" height=\"8\"/>"
                        + "<rect class=\"strict\" width=\"%.2f\" height=\"8\"/></svg></td>",
                Markup.escape(names.get(0)),
                category.lead(),
                100 * Math.max(0, category.numbers().getOrDefault(names.get(1), -1.0)),
                100 * Math.max(0, category.lead())));
        for (int i = 0; i < names.size(); i++) {
            appendNumber(page, i < 2 ? "n" : "n opt", category.numbers().getOrDefault(names.get(i), -1.0));
        }
        for (TypeResult other : results.subList(1, results.size())) {
            appendNumber(
                    page,
                    "n opt",
                    leadById(other).getOrDefault(category.category().id(), -1.0));
        }
        page.append("<td class=\"n\">").append(Markup.count(category.objects())).append("</td></tr>");
    }

    private static void appendNumber(StringBuilder page, String styleClass, double value) {
        page.append("<td class=\"")
                .append(styleClass)
                .append("\">")
                .append(Markup.metric(value))
                .append("</td>");
    }

    private static Map<Long, Double> leadById(TypeResult result) {
        Map<Long, Double> values = new HashMap<>();
        result.categories().forEach(category -> values.put(category.category().id(), category.lead()));
        return values;
    }
}
