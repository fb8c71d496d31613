package dev.mnc.jobs.label;

import dev.mnc.jobs.executor.CacheFolder;
import dev.mnc.jobs.executor.HostConfig;
import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.model.ModelDirectory;
import dev.mnc.model.trust.ModelGraph;
import dev.mnc.schemas.RunRecord;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/**
 * A model that is there and may be loaded.
 *
 * @param name as {@link ModelFolder#of} takes it
 * @param model as runs record it
 * @param digest of its files
 * @param bytes length of its files
 */
public record CheckedModel(String name, RunRecord.Model model, String digest, long bytes) {

    /**
     * Checks a model without loading it. One that lies elsewhere is copied to this machine.
     *
     * @throws OperatorException if there is no model, or it has operations that a model may not use and
     *     {@link LabelConfig#trustModel} does not name it
     * @throws IllegalArgumentException if the files are not those that the model's card pins
     */
    public static CheckedModel of(String name, LabelConfig config, HostConfig machine, Configuration configuration) {
        ModelDirectory read = ModelFolder.read(name, CacheFolder.models(machine), configuration, ModelDirectory::read);
        Path folder = read.folder();
        String digest = read.digest();
        if (!config.trustModel().equals(digest)) {
            requireHarmless(folder, digest);
        }
        String shortName = name.replaceAll("/+$", "").replaceAll(".*/", "");
        return new CheckedModel(
                name,
                new RunRecord.Model(shortName, name, read.card().categories()),
                digest,
                ModelFolder.bytes(folder));
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
}
