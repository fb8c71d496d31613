package dev.mnc.jobs.label;

import dev.mnc.jobs.executor.CacheFolder;
import dev.mnc.jobs.executor.ExecutorCores;
import dev.mnc.jobs.executor.ExecutorMemory;
import dev.mnc.jobs.executor.HostConfig;
import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.host.HostRegistry;
import dev.mnc.jobs.host.PredictorSource;
import dev.mnc.model.ModelDirectory;
import dev.mnc.model.Predictor;
import dev.mnc.model.trust.ModelGraph;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.deploy.SparkHadoopUtil;

/**
 * A SavedModel as every executor loads it for itself.
 *
 * @param model as {@link ModelFolder#of} takes it
 * @param digest of the driver's copy; an executor whose copy differs refuses it
 * @param threads of the model's pools, 0 for as many as the executor has cores
 * @param machine settings of the executor's machine
 */
public record SavedModelSource(String model, String digest, int threads, HostConfig machine)
        implements PredictorSource {

    /** The name of the model that ships with mnc-spark. */
    public static final String SHIPPED = ModelFolder.SHIPPED;

    /**
     * Checks a model without loading it and returns the source of it. An executor loads only what has the same digest.
     *
     * @throws OperatorException if there is no model, or it has operations that a model may not use and
     *     {@link LabelConfig#trustModel} does not name it
     * @throws IllegalArgumentException if the files are not those that the model's card pins
     */
    public static SavedModelSource of(
            String model, LabelConfig config, HostConfig machine, Configuration configuration) {
        ModelDirectory read = ModelFolder.read(model, CacheFolder.models(machine), configuration, ModelDirectory::read);
        Path folder = read.folder();
        String digest = read.digest();
        if (!config.trustModel().equals(digest)) {
            requireHarmless(folder, digest);
        }
        ExecutorMemory.requireRoom(new SparkConf(), model, ModelFolder.bytes(folder));
        return new SavedModelSource(model, digest, config.threads(), machine);
    }

    private static void requireHarmless(Path folder, String digest) {
        List<ModelGraph.Refusal> refusals = ModelGraph.read(folder).refusals();
        if (!refusals.isEmpty()) {
            throw new OperatorException(
                    OperatorException.Kind.VERIFICATION,
                    "the model in " + folder + " may do more than label images: "
                            + refusals.get(0).text(),
                    "see: mnc model verify " + folder
                            + "; if you trust whoever made it as you trust a program, set label.trust-model=" + digest);
        }
    }

    @Override
    public Predictor load() {
        return ModelFolder.read(
                model,
                CacheFolder.models(machine),
                SparkHadoopUtil.get().newConfiguration(SparkEnv.get().conf()),
                this::load);
    }

    private Predictor load(Path folder) {
        String found = ModelDirectory.digest(folder);
        if (!found.equals(digest)) {
            throw new IllegalArgumentException("the model in " + folder + " has the digest " + found
                    + " on this executor, but " + digest + " on the driver; copy one model to all machines");
        }
        return ModelDirectory.load(
                folder,
                threads > 0 ? threads : ExecutorCores.count(),
                HostRegistry.jvm().device().session());
    }
}
