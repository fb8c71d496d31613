package dev.mnc.report;

import dev.mnc.report.ReportData.CategoryResult;
import dev.mnc.report.ReportData.TypeResult;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** One row a category: bar, numbers, and the number of objects they rest on. The script sorts it. */
final class CategorySection {

    private CategorySection() {}

    static void append(StringBuilder page, List<TypeResult> results, CategoryColours colours) {
        TypeResult first = results.get(0);
        page.append("<section class=\"panel wide\"><h2>Categories</h2><p class=\"note\">Bars show ")
                .append(Markup.escape(Markup.typeName(first.iouType())))
                .append(
                        " AP, and lighter behind it AP50.</p><div class=\"scroll\"><table id=\"categories\"><thead><tr>");
        head(page, "Category", "", "");
        page.append("<th scope=\"col\" class=\"bars\"><span class=\"sr\">AP and AP50 as bars</span></th>");
        head(page, "AP", "n", " aria-sort=\"descending\"");
        head(page, "AP50", "n", "");
        head(page, "AP75", "n opt", "");
        for (TypeResult other : results.subList(1, results.size())) {
            head(page, Markup.typeName(other.iouType()) + " AP", "n opt", "");
        }
        head(page, "Objects", "n", "");
        page.append("</tr></thead><tbody>");
        first.categories().stream()
                .sorted(Comparator.comparingDouble(CategoryResult::ap)
                        .reversed()
                        .thenComparing(category -> category.category().id()))
                .forEach(category -> row(page, category, results, colours));
        page.append("</tbody></table></div></section>\n");
    }

    private static void head(StringBuilder page, String name, String styleClass, String sort) {
        page.append(String.format(
                Locale.ROOT,
                "<th scope=\"col\" class=\"%s\"%s><button type=\"button\">%s</button></th>",
                styleClass,
                sort,
                Markup.escape(name)));
    }

    private static void row(
            StringBuilder page, CategoryResult category, List<TypeResult> results, CategoryColours colours) {
        String name = category.category().name();
        page.append(String.format(
                Locale.ROOT,
                "<tr><th scope=\"row\" title=\"%s\"><i class=\"%s\"></i>%s</th>",
                Markup.escape(name),
                colours.styleClass(category.category()),
                Markup.escape(Markup.shorten(name, 40))));
        page.append(String.format(
                Locale.ROOT,
                "<td class=\"bars\"><svg viewBox=\"0 0 100 8\" preserveAspectRatio=\"none\" role=\"img\""
                        + " aria-label=\"AP %.3f\"><rect class=\"track\" width=\"100\" height=\"8\"/>"
                        + "<rect class=\"loose\" width=\"%.2f\" height=\"8\"/>"
                        + "<rect class=\"strict\" width=\"%.2f\" height=\"8\"/></svg></td>",
                category.ap(),
                100 * Math.max(0, category.ap50()),
                100 * Math.max(0, category.ap())));
        number(page, "n", category.ap());
        number(page, "n", category.ap50());
        number(page, "n opt", category.ap75());
        for (TypeResult other : results.subList(1, results.size())) {
            number(page, "n opt", apById(other).getOrDefault(category.category().id(), -1.0));
        }
        page.append("<td class=\"n\">").append(Markup.count(category.objects())).append("</td></tr>");
    }

    private static void number(StringBuilder page, String styleClass, double value) {
        page.append("<td class=\"")
                .append(styleClass)
                .append("\">")
                .append(Markup.metric(value))
                .append("</td>");
    }

    private static Map<Long, Double> apById(TypeResult result) {
        Map<Long, Double> values = new HashMap<>();
        result.categories().forEach(category -> values.put(category.category().id(), category.ap()));
        return values;
    }
}
