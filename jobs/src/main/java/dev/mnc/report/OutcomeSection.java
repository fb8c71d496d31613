package dev.mnc.report;

import dev.mnc.report.ReportData.Provenance;
import java.util.Comparator;
import java.util.Map;

/** What became of the run's images: labelled, or why not. Left out if every image was labelled. */
final class OutcomeSection {

    private OutcomeSection() {}

    static void append(StringBuilder page, Provenance provenance) {
        if (provenance.errors().isEmpty()) {
            return;
        }
        page.append("<section class=\"panel wide\"><h2>Images that failed</h2><div class=\"scroll\"><table>")
                .append(
                        "<thead><tr><th scope=\"col\">Reason</th><th scope=\"col\" class=\"n\">Images</th></tr></thead>")
                .append("<tbody>");
        provenance.errors().entrySet().stream()
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
