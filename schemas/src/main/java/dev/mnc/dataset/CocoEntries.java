package dev.mnc.dataset;

import dev.mnc.dataset.GroundTruth.Annotation;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.dataset.JsonEntries.ImageNames;
import dev.mnc.geometry.Box;
import dev.mnc.schemas.Category;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** The parser of single entries of COCO's ground truth. */
final class CocoEntries {

    private CocoEntries() {}

    static Image image(JsonEntries entries, ImageNames names, CocoDialect dialect) throws IOException {
        Long id = null;
        String fileName = "";
        int height = 0;
        int width = 0;
        List<Long> absent = null;
        List<Long> notExhaustive = null;
        boolean lvis = dialect == CocoDialect.LVIS;
        for (String name = entries.nextField(); name != null; name = entries.nextField()) {
            switch (name) {
                case "id" -> id = entries.imageId(names);
                case "file_name" -> fileName = entries.text();
                case "height" -> height = entries.pixels();
                case "width" -> width = entries.pixels();
                case "neg_category_ids" -> absent = lvis ? entries.integers() : skipped(entries);
                case "not_exhaustive_category_ids" -> notExhaustive = lvis ? entries.integers() : skipped(entries);
                default -> entries.skip();
            }
        }
        long known = entries.required(id, "id");
        FederatedLabels checked = lvis
                ? new FederatedLabels(
                        entries.required(absent, "neg_category_ids"),
                        entries.required(notExhaustive, "not_exhaustive_category_ids"))
                : FederatedLabels.NONE;
        return new Image(known, fileName, height, width, checked);
    }

    private static List<Long> skipped(JsonEntries entries) throws IOException {
        entries.skip();
        return List.of();
    }

    /**
     * Reads a category.
     *
     * @param frequencies receives the category's frequency, if the dialect has one
     */
    static Category category(JsonEntries entries, CocoDialect dialect, Map<Long, Frequency> frequencies)
            throws IOException {
        Long id = null;
        String label = null;
        Frequency frequency = null;
        for (String name = entries.nextField(); name != null; name = entries.nextField()) {
            switch (name) {
                case "id" -> id = entries.integer();
                case "name" -> label = entries.text();
                case "frequency" -> {
                    if (dialect == CocoDialect.LVIS) {
                        frequency = entries.frequency();
                    } else {
                        entries.skip();
                    }
                }
                default -> entries.skip();
            }
        }
        long known = entries.required(id, "id");
        if (dialect == CocoDialect.LVIS) {
            frequencies.put(known, entries.required(frequency, "frequency"));
        }
        return new Category(known, label == null ? Long.toString(known) : label);
    }

    static Annotation annotation(JsonEntries entries, ImageNames names, CocoDialect dialect) throws IOException {
        Long id = null;
        Long imageId = null;
        Long categoryId = null;
        Double area = null;
        Boolean crowd = null;
        Box bbox = null;
        Segmentation segmentation = null;
        for (String name = entries.nextField(); name != null; name = entries.nextField()) {
            switch (name) {
                case "id" -> id = entries.integer();
                case "image_id" -> imageId = entries.imageId(names);
                case "category_id" -> categoryId = entries.integer();
                case "area" -> area = entries.finite();
                case "iscrowd" -> crowd = entries.flag();
                case "bbox" -> bbox = entries.box();
                case "segmentation" -> segmentation = CocoSegmentation.read(entries);
                default -> entries.skip();
            }
        }
        return new Annotation(
                entries.required(id, "id"),
                entries.required(imageId, "image_id"),
                entries.required(categoryId, "category_id"),
                bbox,
                entries.required(area, "area"),
                dialect == CocoDialect.COCO && entries.required(crowd, "iscrowd"),
                segmentation);
    }

    /** Reads the id of an annotation and skips the rest of it. */
    static long annotationId(JsonEntries entries) throws IOException {
        Long id = null;
        for (String name = entries.nextField(); name != null; name = entries.nextField()) {
            if (name.equals("id")) {
                id = entries.integer();
            } else {
                entries.skip();
            }
        }
        return entries.required(id, "id");
    }
}
