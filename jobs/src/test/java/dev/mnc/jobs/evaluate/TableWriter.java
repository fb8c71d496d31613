package dev.mnc.jobs.evaluate;

import static java.util.Objects.requireNonNull;

import dev.mnc.dataset.Detection;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.dataset.Segmentation;
import dev.mnc.geometry.Box;
import dev.mnc.geometry.Mask;
import dev.mnc.jobs.TestSession;
import dev.mnc.jobs.table.LabelColumns;
import dev.mnc.schemas.RunRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/** Writes label tables as the nightly job does, but with its rows in an order and in files that mean nothing. */
public final class TableWriter {

    private final Path table;

    public TableWriter(Path table) {
        this.table = table;
    }

    /**
     * Adds a published run.
     *
     * @param finishedAt decides which run is the newest
     * @param idOffset added to the image ids
     */
    public void publish(String runId, String finishedAt, Scenes scenes, long idOffset) throws IOException {
        write(runId, scenes, idOffset);
        List<RunRecord.DataFile> files;
        try (Stream<Path> all = Files.walk(table)) {
            files = all.filter(file -> file.toString().contains("run=" + runId))
                    .filter(file -> file.toString().endsWith(".parquet"))
                    .map(file -> new RunRecord.DataFile(
                            table.relativize(file).toString(), file.toFile().length(), 0, null))
                    .toList();
        }
        RunRecord record = new RunRecord(
                runId,
                0,
                "test",
                "model",
                "config",
                Map.of(),
                null,
                new RunRecord.Input("images", "manifest", 0, 0, 0, null),
                new RunRecord.Outcome(0, 0, 0, List.of()),
                files,
                null,
                new RunRecord.Timing(finishedAt, finishedAt, 1, 1, Map.of(), null, null, null),
                Map.of(),
                null);
        Files.createDirectories(table.resolve("runs"));
        Files.writeString(table.resolve("runs").resolve(runId + ".json"), record.toJson());
    }

    /** Leaves the files of a run that was never published. */
    public void write(String runId, Scenes scenes, long idOffset) {
        List<Row> images = new ArrayList<>();
        for (Image image : scenes.truth().images()) {
            images.add(RowFactory.create(
                    image.id() + idOffset,
                    uri(image),
                    image.fileName(),
                    null,
                    1L,
                    image.height(),
                    image.width(),
                    1,
                    "ok",
                    null,
                    null,
                    0,
                    0.0,
                    0.0,
                    0.0,
                    0.0));
        }
        List<Row> instances = new ArrayList<>();
        for (Detection detection : scenes.detections()) {
            instances.add(instance(requireNonNull(scenes.truth().image(detection.imageId())), detection, idOffset));
        }
        write("images/run=" + runId, LabelColumns.IMAGES, images);
        write("instances/run=" + runId, LabelColumns.INSTANCES, instances);
    }

    private static String uri(Image image) {
        return "file:/corpus/" + image.fileName();
    }

    private static Row instance(Image image, Detection detection, long idOffset) {
        Segmentation segmentation = requireNonNull(detection.segmentation());
        Mask mask = segmentation.toMask(image.height(), image.width());
        Box box = mask.boundingBox();
        return RowFactory.create(
                image.id() + idOffset,
                uri(image),
                (int) detection.ordinal(),
                detection.categoryId(),
                "name",
                detection.score(),
                RowFactory.create(box.x(), box.y(), box.width(), box.height()),
                mask.area(),
                RowFactory.create(mask.height(), mask.width(), mask.toCoco()));
    }

    private void write(String folder, StructType columns, List<Row> rows) {
        Collections.shuffle(rows, new Random(11));
        TestSession.spark()
                .createDataFrame(rows, columns)
                .repartition(3)
                .write()
                .parquet(table.resolve(folder).resolve("wave=0000").toString());
    }
}
