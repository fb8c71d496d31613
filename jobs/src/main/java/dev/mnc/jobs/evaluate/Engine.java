package dev.mnc.jobs.evaluate;

import dev.mnc.jobs.cli.OperatorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** What computes an evaluation. The numbers, and the bytes of the files, are the same. */
public enum Engine {
    /** This process, on all its cores. */
    LOCAL,
    /** Spark, on a cluster or on this machine. */
    SPARK;

    /** Bytes of memory that a byte of a results file takes while it is evaluated. */
    private static final double MEMORY_PER_BYTE = 0.9;

    private static final double MEMORY_PER_COMPRESSED_BYTE = 4;

    /** The usual one: local for a results file on this machine that fits into memory, unless spark-submit was told more. */
    static Engine of(EvaluateConfig config) throws IOException {
        boolean submitted = System.getProperty("spark.master") != null;
        return !submitted && canBeLocal(config) ? LOCAL : SPARK;
    }

    /** Whether files can be evaluated without Spark, and memory is enough. */
    public static boolean canBeLocal(EvaluateConfig config) throws IOException {
        return isPossible(config) && fits(config);
    }

    private static boolean isPossible(EvaluateConfig config) {
        return config.fromResultsFile()
                && LocalFiles.isLocal(config.predictions())
                && LocalFiles.isLocal(config.groundTruth())
                && LocalFiles.isLocal(config.out())
                && !Files.isDirectory(LocalFiles.path(config.groundTruth()));
    }

    private static boolean fits(EvaluateConfig config) throws IOException {
        Path file = LocalFiles.path(config.predictions());
        double perByte = config.predictions().endsWith(".gz") ? MEMORY_PER_COMPRESSED_BYTE : MEMORY_PER_BYTE;
        return !Files.exists(file)
                || Files.size(file) * perByte < Runtime.getRuntime().maxMemory();
    }

    /**
     * Checks that the files can be evaluated without Spark.
     *
     * @throws OperatorException if they cannot
     */
    public static void requireLocal(EvaluateConfig config) {
        if (!isPossible(config)) {
            throw OperatorException.usage(
                    String.format(
                            Locale.ROOT,
                            "--engine local reads JSON files of this machine, not %s with %s",
                            config.predictions(),
                            config.groundTruth()),
                    "use --engine spark");
        }
    }
}
