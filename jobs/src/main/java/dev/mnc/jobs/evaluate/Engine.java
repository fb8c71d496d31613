package dev.mnc.jobs.evaluate;

import dev.mnc.jobs.evaluate.config.EvaluateConfig;
import dev.mnc.jobs.evaluate.result.CoverageDifference;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;

/**
 * The computation behind an evaluation: in this process or by Spark. Numbers are equal to the last bit, so the files that
 * {@link Evaluation} makes of them are equal to the byte.
 */
public sealed interface Engine permits LocalEngine, SparkEngine {

    /** The engines by the names they have on the command line. */
    enum Kind {
        /** This process, on all its cores. */
        LOCAL,
        /** Spark, on a cluster or on this machine. */
        SPARK
    }

    /** A computation that needs an engine. */
    interface Task<T> {

        /** Computes with an engine. */
        T on(Engine engine) throws IOException;
    }

    /**
     * Opens the ground truth and the predictions of an evaluation.
     *
     * @throws dev.mnc.jobs.failure.OperatorException if a label table and the ground truth have no image in common
     */
    EngineRun open(EvaluateConfig config) throws IOException;

    /** Returns the images that only one of two label tables covers; both are evaluated on the same ground truth. */
    CoverageDifference coverageDifference(EvaluateConfig a, EvaluateConfig b) throws IOException;

    /** Returns the settings of Hadoop's file systems. */
    Configuration hadoop();
}
