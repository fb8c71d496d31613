package dev.mnc.pages;

import dev.mnc.pages.ReportData.Provenance;
import java.util.Comparator;
import java.util.Map;

/** The section of images that could not be labelled and entries that could not be evaluated, with the reasons. */
final class OutcomeSection {

    private OutcomeSection() {}

    static void append(StringBuilder page, Provenance provenance) {
        append(page, "Images that failed", "Images", provenance.errors());
        append(page, "Left out of the evaluation", "Entries", provenance.leftOut());
    }

    private static void append(StringBuilder page, String title, String unit, Map<String, Long> reasons) {
        if (reasons.isEmpty()) {
            return;
        }
        page.append("<section class=\"panel wide\"><h2>")
                .append(title)
                .append("</h2><div class=\"scroll\"><table><thead><tr><th scope=\"col\">Reason</th>")
                .append("<th scope=\"col\" class=\"n\">")
                .append(unit)
                .append("</th></tr></thead><tbody>");
        reasons.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue()
                        .reversed()
                        .thenComparing(Map.Entry.comparingByKey(Comparator.naturalOrder())))
                .forEach(entry -> page.append("<tr><th scope=\"row\" class=\"reason\">")
                        .append(Markup.escape(Markup.shorten(entry.getKey(), 300)))
                        .append("</th><td class=\"n\">")
                        .append(Markup.count(entry.getValue()))
                        .append("</td></tr>"));
        page.append("</tbody></table></div></section>\n");
    }
}
