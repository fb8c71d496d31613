package dev.mnc.jobs.evaluate;

import dev.mnc.jobs.evaluate.Engine.Kind;
import dev.mnc.jobs.evaluate.config.EvaluateConfig;
import dev.mnc.jobs.evaluate.config.LocalFiles;
import dev.mnc.jobs.evaluate.rows.ParquetFiles;
import dev.mnc.jobs.failure.OperatorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The choice of an engine. What {@code --engine} names is taken. Without it the local engine is taken, unless options for
 * spark-submit were given, a file is not on this machine, Parquet lies in folders of folders, or memory is too small.
 *
 * @param requested what {@code --engine} names, or null
 * @param master what the property {@code spark.master} says, which options for spark-submit set, or null
 * @param memory bytes that the heap may grow to
 */
record EngineChoice(@Nullable Kind requested, @Nullable String master, long memory) {

    private static final double MIB = 1 << 20;

    /** Bytes that an evaluation takes however small its files are. */
    private static final double FIXED = 640 * MIB;

    /** Bytes of memory for a byte of COCO results. */
    private static final double PLAIN = 0.95;

    /** Bytes of memory for a byte of predictions in Parquet or compressed. */
    private static final double COMPRESSED = 4.2;

    /** Bytes of memory for a byte of ground truth in a file. */
    private static final double TRUTH_FILE = 2;

    /** Bytes of memory for a byte of ground truth in Parquet. */
    private static final double TRUTH_FOLDER = 5;

    /** Returns the choice that this process has. */
    static EngineChoice here(@Nullable Kind requested) {
        return new EngineChoice(
                requested,
                System.getProperty("spark.master"),
                Runtime.getRuntime().maxMemory());
    }

    /**
     * Chooses the engine.
     *
     * @param runs are evaluated one after the other, so each has all of the memory
     * @throws OperatorException if the local engine was requested and cannot read the files
     */
    Kind of(EvaluateConfig... runs) throws IOException {
        if (requested == Kind.SPARK) {
            return Kind.SPARK;
        }
        if (requested == null && master != null) {
            return Kind.SPARK;
        }
        for (EvaluateConfig run : runs) {
            if (requested == Kind.LOCAL) {
                requireLocal(run);
            } else if (!isLocal(run) || bytes(run) >= memory) {
                return Kind.SPARK;
            }
        }
        return Kind.LOCAL;
    }

    private static void requireLocal(EvaluateConfig run) throws IOException {
        if (!isLocal(run)) {
            throw OperatorException.usage(
                    String.format(
                            Locale.ROOT,
                            "--engine local reads files of this machine, not %s with %s",
                            run.predictions(),
                            run.groundTruth()),
                    "use --engine spark");
        }
    }

    /** Returns whether the local engine can read the files. Files that are missing count: it says so soonest. */
    private static boolean isLocal(EvaluateConfig run) throws IOException {
        return LocalFiles.isLocal(run.predictions())
                && LocalFiles.isLocal(run.groundTruth())
                && LocalFiles.isLocal(run.out())
                && (run.listed() == null || LocalFiles.isLocal(run.listed()))
                // Only Spark knows the columns that folders of folders stand for.
                && (!run.fromParquet() || ParquetFiles.isPlain(LocalFiles.path(run.predictions())));
    }

    /** Returns the bytes of memory that the local engine takes for a run, at a rough estimate. */
    static double bytes(EvaluateConfig run) throws IOException {
        String predictions = run.readsTable() ? run.predictions() + "/instances" : run.predictions();
        boolean folder = Files.isDirectory(LocalFiles.path(run.groundTruth()));
        return FIXED
                + size(predictions) * (predictions.endsWith(".json") ? PLAIN : COMPRESSED)
                + size(run.groundTruth()) * (folder ? TRUTH_FOLDER : TRUTH_FILE);
    }

    /** Returns the bytes of a file, or of all files of a folder; 0 if it is missing. */
    private static double size(String name) throws IOException {
        double bytes = 0;
        Path path = LocalFiles.path(name);
        if (Files.exists(path)) {
            try (Stream<Path> files = Files.walk(path)) {
                for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                    bytes += Files.size(file);
                }
            }
        }
        return bytes;
    }
}
