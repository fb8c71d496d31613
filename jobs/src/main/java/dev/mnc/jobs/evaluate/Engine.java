package dev.mnc.jobs.evaluate;

import dev.mnc.jobs.evaluate.config.EvaluateConfig;
import dev.mnc.jobs.evaluate.result.LocalFiles;
import dev.mnc.jobs.evaluate.rows.ParquetFiles;
import dev.mnc.jobs.failure.OperatorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What computes an evaluation. The numbers, and the bytes of the files, are the same. */
public enum Engine {
    /** This process, on all its cores. */
    LOCAL,
    /** Spark, on a cluster or on this machine. */
    SPARK;

    /** Bytes of memory that a byte of a file takes while it is evaluated. */
    private static final double MEMORY_PER_BYTE = 0.9;

    private static final double MEMORY_PER_COMPRESSED_BYTE = 4;

    /**
     * What was asked for, or the usual one: local for files on this machine that fit into memory, unless spark-submit was
     * told more.
     *
     * @param runs are evaluated one after the other
     * @throws OperatorException if local was asked for and cannot be
     */
    static Engine choose(@Nullable Engine asked, EvaluateConfig... runs) throws IOException {
        boolean local = asked == null && System.getProperty("spark.master") == null;
        for (EvaluateConfig run : runs) {
            if (asked == LOCAL) {
                requireLocal(run);
            }
            local = local && canBeLocal(run);
        }
        return asked != null ? asked : local ? LOCAL : SPARK;
    }

    /** Whether files can be evaluated without Spark, and memory is enough. */
    public static boolean canBeLocal(EvaluateConfig config) throws IOException {
        return isPossible(config) && fits(config);
    }

    private static boolean isPossible(EvaluateConfig config) throws IOException {
        return LocalFiles.isLocal(config.predictions())
                && LocalFiles.isLocal(config.groundTruth())
                && LocalFiles.isLocal(config.out())
                && (!config.fromParquet() || ParquetFiles.isPlain(LocalFiles.path(config.predictions())));
    }

    private static boolean fits(EvaluateConfig config) throws IOException {
        boolean plain = config.predictions().endsWith(".json");
        double bytes = size(config.readsTable() ? config.predictions() + "/instances" : config.predictions())
                * (plain ? MEMORY_PER_BYTE : MEMORY_PER_COMPRESSED_BYTE);
        if (Files.isDirectory(LocalFiles.path(config.groundTruth()))) {
            bytes += size(config.groundTruth()) * MEMORY_PER_COMPRESSED_BYTE;
        }
        return bytes < Runtime.getRuntime().maxMemory();
    }

    /** Bytes of a file, or of all files of a folder. */
    private static double size(String place) throws IOException {
        double bytes = 0;
        Path path = LocalFiles.path(place);
        if (Files.exists(path)) {
            try (Stream<Path> files = Files.walk(path)) {
                for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                    bytes += Files.size(file);
                }
            }
        }
        return bytes;
    }

    /**
     * Checks that the files can be evaluated without Spark.
     *
     * @throws OperatorException if they cannot
     */
    public static void requireLocal(EvaluateConfig config) throws IOException {
        if (!isPossible(config)) {
            throw OperatorException.usage(
                    String.format(
                            Locale.ROOT,
                            "--engine local reads files of this machine, not %s with %s",
                            config.predictions(),
                            config.groundTruth()),
                    "use --engine spark");
        }
    }
}
