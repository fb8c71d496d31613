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
import dev.mnc.schemas.RunRecord;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.deploy.SparkHadoopUtil;

/**
 * A SavedModel as every executor loads it for itself.
 *
 * @param uri as {@link ModelFolder#of} takes it
 * @param model as runs record it
 * @param digest of the driver's copy; an executor whose copy differs refuses it
 * @param threads of the model's pools, 0 for as many as the executor has cores
 * @param machine settings of the executor's machine
 */
public record SavedModelSource(String uri, RunRecord.Model model, String digest, int threads, HostConfig machine)
        implements PredictorSource {

    /**
     * Returns the source of a model that {@link CheckedModel#of} takes. An executor loads only what has the same digest.
     *
     * @throws OperatorException if the model cannot be used, or executors have no room for it
     * @throws IllegalArgumentException if the files are not those that the model's card pins
     */
    public static SavedModelSource of(
            String model, LabelConfig config, HostConfig machine, Configuration configuration) {
        CheckedModel checked = CheckedModel.of(model, config, machine, configuration);
        ExecutorMemory.of(new SparkConf()).refusal(model, checked.bytes()).ifPresent(refusal -> {
            throw refusal;
        });
        return new SavedModelSource(model, checked.model(), checked.digest(), config.threads(), machine);
    }

    @Override
    public Predictor load() {
        return ModelFolder.read(
                uri,
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
