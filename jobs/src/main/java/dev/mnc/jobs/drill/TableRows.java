package dev.mnc.jobs.drill;

import dev.mnc.jobs.parquet.Rows;
import dev.mnc.jobs.runs.PublishedRuns;
import dev.mnc.schemas.RunRecord;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.schema.GroupType;

/**
 * The published rows of a table, as texts that are the same in every run over the same images: without times and addresses.
 *
 * @param images number of rows by the image's name
 * @param texts number of rows by their text
 */
record TableRows(Map<String, Integer> images, Map<String, Integer> texts) {

    /** Reads all published runs of a table, whatever they have in common. */
    static TableRows of(String table, Configuration configuration) {
        PublishedRuns runs = new PublishedRuns(table, configuration);
        Map<String, Integer> images = new TreeMap<>();
        Map<String, Integer> texts = new HashMap<>();
        for (RunRecord run : runs.published()) {
            for (String file : runs.files(run, "images")) {
                Rows.of(file, configuration, row -> row.group()).forEachRemaining(row -> {
                    images.merge(row.getString("file_name", 0), 1, Integer::sum);
                    texts.merge("image " + text(row), 1, Integer::sum);
                });
            }
            for (String file : runs.files(run, "instances")) {
                Rows.of(file, configuration, row -> row.group())
                        .forEachRemaining(row -> texts.merge("instance " + text(row), 1, Integer::sum));
            }
        }
        return new TableRows(images, texts);
    }

    private static String text(Group row) {
        GroupType columns = row.getType();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < columns.getFieldCount(); i++) {
            String name = columns.getFieldName(i);
            boolean varies = name.endsWith("_ms") || name.equals("image_uri") || name.equals("etag");
            if (!varies && row.getFieldRepetitionCount(i) > 0) {
                text.append(name)
                        .append('=')
                        .append(
                                columns.getType(i).isPrimitive()
                                        ? row.getValueToString(i, 0)
                                        : text(row.getGroup(i, 0)))
                        .append(' ');
            }
        }
        return text.toString();
    }

    /** Returns how many images of another table have no row here. */
    long lost(TableRows undisturbed) {
        return undisturbed.images.keySet().stream()
                .filter(name -> !images.containsKey(name))
                .count();
    }

    /** Returns how many rows of images there are beyond the first of each. */
    long doubled() {
        return images.values().stream().mapToLong(count -> count - 1).sum();
    }

    /** Returns how many rows are in one of two tables and not in the other. */
    long differing(TableRows undisturbed) {
        Map<String, Integer> counts = new HashMap<>(texts);
        undisturbed.texts.forEach((row, count) -> counts.merge(row, -count, Integer::sum));
        return counts.values().stream().mapToLong(Math::abs).sum();
    }
}
