package dev.mnc.jobs.host;

import dev.mnc.model.Predictor;
import java.io.Serializable;

/** Where a JVM gets its model: the one seam between this job and TensorFlow. Shipped to every executor. */
public interface PredictorSource extends Serializable {

    /** The sha256 over the model's files, hex; known without loading the model. */
    String digest();

    /** The model of this JVM, loaded on the first call and then shared by all its tasks. */
    Predictor predictor();
}
