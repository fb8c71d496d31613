package dev.mnc.jobs.models;

import dev.mnc.jobs.cli.CommonOptions;
import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.model.ForeignModel;
import dev.mnc.model.InstancesCard;
import dev.mnc.model.ModelCard;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code mnc model adopt}, which copies a SavedModel of another project and gives the copy a card. */
@Command(
        name = "adopt",
        description = {
            "Copies a SavedModel of other makers and gives the copy a card, which pins its files.",
            "The description is a JSON that names its categories and, where they differ from those of the TensorFlow"
                    + " Object Detection API, its input and outputs. All but the categories may be left out; what stands"
                    + " here is what is then taken:",
            "  {\"categories\": [{\"id\": 1, \"name\": \"person\"}],",
            "   \"signature\": \"serving_default\",",
            "   \"input\": {\"name\": the only one, \"kind\": by its type and shape, \"scale\": 1},",
            "   \"boxes\": {\"output\": \"detection_boxes\", \"order\": \"y1x1y2x2\", \"unit\": \"normalised\"},",
            "   \"scores\": \"detection_scores\",",
            "   \"classes\": {\"output\": \"detection_classes\", \"numbers\": \"category_id\"},",
            "   \"masks\": {\"output\": \"detection_masks\", \"frame\": \"box\", \"threshold\": 0.5},",
            "   \"count\": \"num_detections\"}",
            "Other words: kind encoded, encoded_batch, uint8, uint8_batch, float, float_batch; order x1y1x2y2; unit px"
                    + " (of the stored image, or of the size in an output that \"size\" names); numbers from_0, from_1"
                    + " (places in the list of categories); frame image."
        })
final class AdoptCommand implements Callable<Integer> {

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Option(
            names = "--saved-model",
            required = true,
            paramLabel = "DIR",
            description = "The SavedModel as its makers wrote it.")
    private Path savedModel = Path.of("");

    @Option(
            names = "--description",
            paramLabel = "FILE",
            description = "What it is. Default: the file beside it, DIR.json.")
    private @Nullable Path description;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "New directory of the model.")
    private Path out = Path.of("");

    @Override
    public Integer call() throws IOException {
        InstancesCard card;
        try {
            card = ForeignModel.adopt(
                    savedModel, description == null ? ForeignModel.besides(savedModel) : description, out);
        } catch (DirectoryNotEmptyException e) {
            throw OperatorException.conflict("directory " + out + " is not empty", "name a new one with --out");
        }
        String digest = ModelCard.digest(out);
        String text = String.format(
                Locale.ROOT,
                "model   %s (%s, %d categories)%ndigest  %s%nnext    mnc model verify %s%n"
                        + "        mnc label --images DIR --model %s --table TABLE",
                out,
                card.name(),
                card.categories().size(),
                digest,
                out,
                out);
        common.console().result(text, Map.of("model", out.toString(), "digest", digest));
        return 0;
    }
}
