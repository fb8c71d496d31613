package dev.mnc.jobs.host;

import dev.mnc.model.Predictor;
import dev.mnc.schemas.RunRecord;
import java.io.Serializable;

/**
 * A description of a model from which each executor loads it: the one seam between labelling and TensorFlow. Sent to
 * every executor; equal sources mean the same model.
 */
public interface PredictorSource extends Serializable {

    /** Returns the sha256 over the model's files, hex; known without loading the model. */
    String digest();

    /** Returns the model's name, place and categories, for the record of a run; known without loading the model. */
    RunRecord.Model model();

    /** Loads the model. {@link HostRegistry#predictor} does so once in a JVM, for all tasks. */
    Predictor load();
}
