package dev.mnc.pages;

import dev.mnc.pages.ReportData.Provenance;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/**
 * The renderer of a report as one HTML file that needs nothing else: no network, no other file, no font.
 *
 * <p>Its content security policy admits exactly one style sheet and one script, both by hash, and images inside the
 * page. All text from outside is escaped; the script writes text only, never markup. The same data gives the same
 * bytes.
 */
public final class HtmlReport {

    private HtmlReport() {}

    /** Returns the whole page, to be stored as UTF-8. */
    public static String render(ReportData data) {
        String style = resource("report.css");
        String script = resource("report.js");
        CategoryColours colours = CategoryColours.of(data);
        StringBuilder page = new StringBuilder(1 << 16);
        page.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        page.append(
                        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src ")
                .append(Markup.policyHash(style))
                .append("; script-src ")
                .append(Markup.policyHash(script))
                .append("; base-uri 'none'; form-action 'none'\">\n");
        page.append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        page.append("<meta name=\"referrer\" content=\"no-referrer\">\n");
        page.append("<title>").append(Markup.escape(data.title())).append("</title>\n");
        page.append("<style>").append(style).append("</style>\n</head>\n<body>\n");
        appendHeader(page, data);
        page.append("<main>\n");
        SummarySection.append(page, data);
        page.append("<div class=\"pair\">\n");
        CurveSection.append(page, data.results());
        SummarySection.appendTable(page, data.results());
        page.append("</div>\n");
        CategorySection.append(page, data.results(), colours);
        OutcomeSection.append(page, data.provenance());
        GallerySection.append(page, data, colours);
        page.append("</main>\n<script type=\"application/json\" id=\"curves\">")
                .append(CurveSection.json(data.results()))
                .append("</script>\n<script>")
                .append(script)
                .append("</script>\n</body>\n</html>\n");
        return page.toString();
    }

    private static void appendHeader(StringBuilder page, ReportData data) {
        Provenance from = data.provenance();
        page.append("<header>\n<h1>").append(Markup.escape(data.title())).append("</h1>\n<dl class=\"facts\">");
        appendFact(page, "Run", from.runId() == null ? "not recorded" : from.runId());
        appendFact(page, "Model", from.modelDigest() == null ? "not recorded" : from.modelDigest());
        appendFact(
                page,
                "Evaluated",
                DateTimeFormatter.ISO_INSTANT.format(from.created().truncatedTo(ChronoUnit.SECONDS)));
        page.append("</dl>\n</header>\n");
    }

    private static void appendFact(StringBuilder page, String name, String value) {
        String safe = Markup.escape(value);
        page.append(String.format(
                Locale.ROOT, "<div><dt>%s</dt><dd title=\"%s\"><code>%s</code></dd></div>", name, safe, safe));
    }

    private static String resource(String name) {
        try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the program's own file " + name + " is missing from its jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r", "");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the program's own file " + name, e);
        }
    }
}
