package dev.mnc.pages;

import dev.mnc.geometry.Box;
import dev.mnc.pages.ReportData.GalleryImage;
import dev.mnc.schemas.Category;
import dev.mnc.schemas.Instance;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The section of images with ground truth and predictions drawn over them. The script filters, fades by score and
 * enlarges.
 */
final class GallerySection {

    /** The most predictions drawn on an image: more masks would hide it and bloat the page. */
    private static final int MOST_PREDICTIONS = 50;

    private static final int NAME_LETTERS = 18;
    private static final double LETTERS_A_WIDTH = 27;

    private GallerySection() {}

    static void append(StringBuilder page, ReportData data, CategoryColours colours) {
        if (data.gallery().isEmpty()) {
            return;
        }
        page.append("<section class=\"wide\" id=\"gallery\"><h2>Images</h2><div class=\"tools\">");
        appendTools(page, data.minScore(), colours);
        page.append("</div><p class=\"note\" id=\"shown\" role=\"status\"></p><div class=\"cards\">\n");
        data.gallery().forEach(image -> appendCard(page, image, colours));
        page.append("</div></section>\n<dialog id=\"zoom\" aria-label=\"Enlarged image\">"
                + "<form method=\"dialog\"><button>Close</button></form><div></div></dialog>\n");
    }

    private static void appendTools(StringBuilder page, double minScore, CategoryColours colours) {
        page.append("<label>Show <select id=\"pick\"><option value=\"\">worst, best and random</option>"
                + "<option value=\"worst\">worst</option><option value=\"best\">best</option>"
                + "<option value=\"random\">random</option></select></label>");
        page.append("<label>Category <select id=\"category\"><option value=\"\">all</option>");
        for (Category category : colours.categories()) {
            page.append(String.format(
                    Locale.ROOT,
                    "<option value=\"%d\">%s</option>",
                    colours.position(category),
                    Markup.escape(category.name())));
        }
        page.append("</select></label>");
        page.append(String.format(
                Locale.ROOT,
                "<label class=\"slider\">Score from <output id=\"score-shown\">%.2f</output>"
                        + " <input id=\"score\" type=\"range\" min=\"0\" max=\"1\" step=\"0.01\" value=\"%.2f\"></label>",
                minScore,
                minScore));
        page.append("<label><input type=\"checkbox\" data-hides=\"no-truth\" checked> Ground truth"
                + " <small>(dashed)</small></label>");
        page.append("<label><input type=\"checkbox\" data-hides=\"no-predictions\" checked> Predictions</label>");
        page.append("<label><input type=\"checkbox\" data-hides=\"no-names\" checked> Names</label>");
    }

    private static void appendCard(StringBuilder page, GalleryImage image, CategoryColours colours) {
        List<Instance> drawn =
                image.predictions().stream().limit(MOST_PREDICTIONS).toList();
        String positions = Stream.concat(
                        image.truth().stream().map(AnnotatedObject::category),
                        drawn.stream().map(Instance::category))
                .map(colours::position)
                .collect(Collectors.toCollection(TreeSet::new))
                .stream()
                .map(Object::toString)
                .collect(Collectors.joining(" "));
        String name = Markup.escape(image.fileName());
        String pick = image.pick().name().toLowerCase(Locale.ROOT);
        page.append(String.format(
                Locale.ROOT,
                "<figure data-pick=\"%s\" data-places=\"%s\"><button type=\"button\" aria-label=\"Enlarge %s\">",
                pick,
                positions,
                name));
        appendDrawing(page, image, drawn, colours);
        page.append(String.format(
                Locale.ROOT,
                "</button><figcaption><b title=\"%s\">%s</b><em class=\"%s\">%s</em><span>quality %s · %d %s · %s</span>"
                        + "</figcaption></figure>\n",
                name,
                Markup.escape(Markup.shorten(image.fileName(), 48)),
                pick,
                pick,
                Markup.metric(image.quality()),
                image.truth().size(),
                image.truth().size() == 1 ? "object" : "objects",
                predictionCount(image)));
    }

    private static String predictionCount(GalleryImage image) {
        int count = image.predictions().size();
        if (count > MOST_PREDICTIONS) {
            return String.format(Locale.ROOT, "%d of %d predicted", MOST_PREDICTIONS, count);
        }
        return count + " predicted";
    }

    private static void appendDrawing(
            StringBuilder page, GalleryImage image, List<Instance> predictions, CategoryColours colours) {
        page.append(String.format(
                Locale.ROOT,
                "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\" font-size=\"%.1f\">",
                image.width(),
                image.height(),
                Markup.escape(image.fileName()),
                image.width() / LETTERS_A_WIDTH));
        appendPicture(page, image);
        page.append("<g class=\"truth\">");
        for (AnnotatedObject truth : image.truth()) {
            page.append(String.format(
                    Locale.ROOT,
                    "<path d=\"%s\"><title>%s</title></path>",
                    MaskOutline.path(truth.mask()),
                    Markup.escape(truth.category().name())));
        }
        page.append("</g><g class=\"predictions\">");
        // The highest scores on top, and names above all masks.
        for (int i = predictions.size() - 1; i >= 0; i--) {
            appendMask(
                    page,
                    predictions.get(i),
                    colours.styleClass(predictions.get(i).category()));
        }
        for (int i = predictions.size() - 1; i >= 0; i--) {
            appendName(page, predictions.get(i), image.width());
        }
        page.append("</g></svg>");
    }

    private static void appendPicture(StringBuilder page, GalleryImage image) {
        Optional<String> uri = Thumbnail.dataUri(image.encoded());
        page.append(uri.map(data -> String.format(
                        Locale.ROOT,
                        "<image href=\"%s\" width=\"%d\" height=\"%d\" preserveAspectRatio=\"none\"/>",
                        data,
                        image.width(),
                        image.height()))
                .orElse("<rect class=\"missing\" width=\"100%\" height=\"100%\"/><text class=\"missing\" x=\"50%\""
                        + " y=\"50%\" text-anchor=\"middle\">image cannot be shown</text>"));
    }

    private static void appendMask(StringBuilder page, Instance prediction, String styleClass) {
        page.append(String.format(
                Locale.ROOT,
                "<path class=\"%s\" data-score=\"%s\" d=\"%s\"><title>%s %.3f</title></path>",
                styleClass,
                prediction.score(),
                MaskOutline.path(prediction.mask()),
                Markup.escape(prediction.category().name()),
                prediction.score()));
    }

    /** Writes the name at the upper left of the mask, moved inside the image where it would stick out. */
    private static void appendName(StringBuilder page, Instance prediction, int imageWidth) {
        Box box = prediction.mask().boundingBox();
        String name = Markup.shorten(prediction.category().name(), NAME_LETTERS);
        double letter = imageWidth / LETTERS_A_WIDTH;
        double width = 0.6 * letter * (name.length() + " 0.00".length());
        page.append(String.format(
                Locale.ROOT,
                "<text data-score=\"%s\" x=\"%.1f\" y=\"%.1f\">%s %.2f</text>",
                prediction.score(),
                Math.max(1, Math.min(box.x(), imageWidth - width)),
                Math.max(letter, box.y() - 0.25 * letter),
                Markup.escape(name),
                prediction.score()));
    }
}
