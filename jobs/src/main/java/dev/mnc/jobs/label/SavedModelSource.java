package dev.mnc.jobs.label;

import dev.mnc.mnc.ModelCard;
import dev.mnc.mnc.Predictor;
import dev.mnc.mnc.SavedModelPredictor;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkEnv;
import org.apache.spark.deploy.SparkHadoopUtil;

/**
 * A SavedModel, loaded once in each JVM that asks for it.
 *
 * @param model as {@link ModelFolder#of} takes it
 * @param digest what the driver found; an executor whose copy differs refuses it
 * @param threads of the model's pools, 0 for as many as the executor has cores
 */
record SavedModelSource(String model, String digest, int threads) implements PredictorSource {

    private static final Map<String, Predictor> LOADED = new HashMap<>();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(SavedModelSource::closeAll, "mnc-close-models"));
    }

    /**
     * Checks a model without loading it.
     *
     * @throws dev.mnc.jobs.cli.OperatorException if there is none
     * @throws IllegalArgumentException if its files are not those its card pins
     */
    static SavedModelSource of(String model, int threads, Configuration configuration) {
        Path folder = ModelFolder.of(model, configuration);
        ModelCard unused = ModelCard.read(folder);
        return new SavedModelSource(model, ModelCard.digest(folder), threads);
    }

    @Override
    public Predictor predictor() {
        synchronized (LOADED) {
            return LOADED.computeIfAbsent(digest, key -> load());
        }
    }

    private Predictor load() {
        Path folder = ModelFolder.of(
                model, SparkHadoopUtil.get().newConfiguration(SparkEnv.get().conf()));
        String found = ModelCard.digest(folder);
        if (!found.equals(digest)) {
            throw new IllegalArgumentException("the model in " + folder + " has the digest " + found
                    + " on this executor, but " + digest + " on the driver; copy one model to all machines");
        }
        int cores = Runtime.getRuntime().availableProcessors();
        return SavedModelPredictor.load(
                folder, threads > 0 ? threads : SparkEnv.get().conf().getInt("spark.executor.cores", cores));
    }

    private static void closeAll() {
        synchronized (LOADED) {
            LOADED.values().forEach(Predictor::close);
            LOADED.clear();
        }
    }
}
