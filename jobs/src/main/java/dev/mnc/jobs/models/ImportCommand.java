package dev.mnc.jobs.models;

import dev.mnc.jobs.cli.CommonOptions;
import dev.mnc.jobs.cli.Console;
import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.model.cascade.MncConfig;
import dev.mnc.model.cascade.MncConfig.Body;
import dev.mnc.model.cascade.MncConfig.Warp;
import dev.mnc.schemas.Category;
import dev.mnc.training.Checkpoint;
import dev.mnc.training.weights.CategoryNames;
import dev.mnc.training.weights.UnusableWeightsException;
import dev.mnc.training.weights.WeightImport;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code mnc model import}, which turns published weights into a checkpoint. */
@Command(
        name = "import",
        description = "Turns published weights into a checkpoint, for mnc model export or mnc train --init.")
final class ImportCommand implements Callable<Integer> {

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @ArgGroup(multiplicity = "1")
    private SourceOptions source = new SourceOptions();

    private static final class SourceOptions {
        @Option(
                names = "--caffe",
                paramLabel = "FILE",
                description = "Snapshot of the released MNC network on VGG-16 (.caffemodel.h5).")
        private @Nullable Path caffe;

        @Option(
                names = "--keras",
                paramLabel = "FILE",
                description = "ImageNet weights of Keras applications (.h5); the cascade's own layers start at random.")
        private @Nullable Path keras;
    }

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "New directory of the checkpoint.")
    private Path out = Path.of("");

    @Option(names = "--body", description = "With --keras: vgg16, resnet50 or resnet101.")
    private @Nullable Body body;

    @Option(
            names = "--stages",
            defaultValue = "5",
            paramLabel = "3|5",
            description = "Stages of the cascade, which share all weights. Default: ${DEFAULT-VALUE}.")
    private int stages;

    @Option(
            names = "--second-warp",
            defaultValue = "pooled",
            paramLabel = "pooled|direct",
            description =
                    "With --caffe: how stage 4 warps its RoIs. The released training network samples them at twice the"
                            + " rate and pools, the released test network samples once. Default: ${DEFAULT-VALUE}.")
    private Warp.SecondRound secondWarp = Warp.SecondRound.POOLED;

    @Option(
            names = "--categories",
            paramLabel = "FILE",
            description = "What the classes stand for: a name a line, a JSON list, or a COCO json. Needed with --keras;"
                    + " with --caffe the 20 of VOC are taken if the snapshot has 21 classes.")
    private @Nullable Path categories;

    @Option(
            names = "--seed",
            defaultValue = "1",
            description = "With --keras: decides the layers that start at random. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Override
    public Integer call() throws IOException {
        if (stages != 3 && stages != 5) {
            throw OperatorException.usage("--stages is " + stages, "a cascade has 3 or 5 stages");
        }
        Console console = common.console();
        try {
            WeightImport.Imported imported = imported();
            console.result(text(imported), json(imported));
            return 0;
        } catch (UnusableWeightsException e) {
            throw OperatorException.usage(String.valueOf(e.getMessage()), e.remedy());
        } catch (DirectoryNotEmptyException e) {
            throw OperatorException.conflict("directory " + out + " is not empty", "name a new one with --out");
        }
    }

    private WeightImport.Imported imported() throws IOException {
        List<Category> named = categories == null ? List.of() : CategoryNames.read(categories);
        WeightImport.Target target = new WeightImport.Target(out, stages == 3 ? 1 : 2, named);
        if (source.caffe != null) {
            if (body != null && body != Body.VGG16) {
                throw OperatorException.usage(
                        "--body is " + name(body) + ", but the released network is on vgg16", "leave out --body");
            }
            return WeightImport.caffe(source.caffe, secondWarp, target);
        }
        if (source.keras == null) {
            throw new IllegalStateException("one of --caffe and --keras is required");
        }
        if (body == null || body == Body.COMPACT) {
            throw OperatorException.usage(
                    body == null ? "--keras needs --body" : "Keras applications have no body compact",
                    "add --body vgg16, --body resnet50 or --body resnet101");
        }
        if (named.isEmpty()) {
            throw OperatorException.usage(
                    "--keras needs --categories: ImageNet weights do not say what the cascade is to find",
                    "name a file with one category a line, or your COCO annotations");
        }
        return WeightImport.keras(source.keras, body, seed, target);
    }

    private static String name(Body body) {
        return body.name().toLowerCase(Locale.ROOT);
    }

    private String text(WeightImport.Imported imported) {
        Checkpoint checkpoint = imported.checkpoint();
        MncConfig config = checkpoint.config();
        return String.format(
                Locale.ROOT,
                "checkpoint  %s%nnetwork     %s, %d stages, %d categories, %,d parameters%nfrom        %s, %s%n"
                        + "at random   %s%nnext        mnc model export --checkpoint %s --out MODEL%n"
                        + "            mnc train --body %s --init %s ...",
                out,
                name(config.body()),
                stages,
                checkpoint.categories().size(),
                imported.parameters(),
                checkpoint.provenance().get("weights_file"),
                "sha256 " + checkpoint.provenance().get("weights_sha256"),
                imported.random().isEmpty() ? "nothing" : String.join(", ", imported.random()),
                out,
                name(config.body()),
                out);
    }

    private Map<String, Object> json(WeightImport.Imported imported) {
        Map<String, Object> json = new TreeMap<>(imported.checkpoint().provenance());
        json.put("checkpoint", out.toString());
        json.put("body", name(imported.checkpoint().config().body()));
        json.put("parameters", imported.parameters());
        json.put("random_layers", imported.random());
        return json;
    }
}
