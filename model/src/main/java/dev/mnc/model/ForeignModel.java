package dev.mnc.model;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.mnc.model.InstancesSignature.Boxes;
import dev.mnc.model.InstancesSignature.Classes;
import dev.mnc.model.InstancesSignature.Input;
import dev.mnc.model.InstancesSignature.Masks;
import dev.mnc.model.trust.ModelGraph;
import dev.mnc.model.trust.ModelSignature;
import dev.mnc.schemas.Category;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A SavedModel of another project, without a card: a JSON file beside it describes it, {@code fruits.json} for
 * {@code fruits/}. Only the categories are required there; the defaults of everything else are those of the TensorFlow
 * Object Detection API.
 *
 * <pre>{@code
 * {
 *   "categories": [{"id": 1, "name": "date"}, {"id": 2, "name": "fig"}],
 *   "name": "fruits",                                                     the folder's name
 *   "signature": "serving_default",                                       this one, or the only one
 *   "input":   {"name": "image", "kind": "encoded", "scale": 1},          the only input; kind from its type and shape
 *   "boxes":   {"output": "detection_boxes", "order": "y1x1y2x2", "unit": "normalised", "size": null},
 *   "scores":  "detection_scores",
 *   "classes": {"output": "detection_classes", "numbers": "category_id"},
 *   "masks":   {"output": "detection_masks", "frame": "box", "threshold": 0.5},
 *   "count":   "num_detections",                                          if the model has it
 *   "training": {"from": "..."}                                           nothing
 * }
 * }</pre>
 *
 * <p>The words' meanings are those of {@link InstancesSignature}.
 */
public final class ForeignModel {

    private static final String INITIALISER = "__saved_model_init_op";
    private static final ObjectReader READER = ModelFiles.JSON
            .readerFor(Description.class)
            .without(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES);

    private final Path savedModel;
    private final Path file;
    private final Description description;
    private final ModelSignature signature;

    private ForeignModel(Path savedModel, Path file) throws IOException {
        this.savedModel = savedModel;
        this.file = file;
        this.description = description(savedModel, file);
        this.signature = signature(ModelGraph.read(savedModel).signatures());
    }

    /** The JSON file; absent values are null. */
    private record Description(
            @Nullable List<Named> categories,
            @Nullable String name,
            @Nullable String signature,
            @Nullable GivenInput input,
            @Nullable GivenBoxes boxes,
            @Nullable String scores,
            @Nullable GivenClasses classes,
            @Nullable GivenMasks masks,
            @Nullable String count,
            @Nullable SortedMap<String, String> training) {}

    /** A category in COCO's format; other fields of COCO are ignored. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Named(@Nullable Long id, @Nullable String name) {}

    private record GivenInput(
            @Nullable String name,
            Input.@Nullable Kind kind,
            @Nullable Float scale) {}

    private record GivenBoxes(
            @Nullable String output,
            Boxes.@Nullable Order order,
            Boxes.@Nullable Unit unit,
            @Nullable String size) {}

    private record GivenClasses(@Nullable String output, Classes.@Nullable Numbers numbers) {}

    private record GivenMasks(
            @Nullable String output,
            Masks.@Nullable Frame frame,
            @Nullable Float threshold) {}

    /** Returns the default path of the description of a SavedModel: beside its folder, with its name. */
    public static Path besides(Path savedModel) {
        Path folder = savedModel.toAbsolutePath().normalize();
        return folder.resolveSibling(folder.getFileName() + ".json");
    }

    /**
     * Returns the card of a SavedModel, which pins its files as they are now.
     *
     * @param description the JSON, e.g. {@link #besides}
     * @throws IllegalArgumentException if there is no description, it is malformed, or it names a signature, input or
     *     output that the model does not have
     */
    static InstancesCard describe(Path savedModel, Path description) throws IOException {
        return new ForeignModel(savedModel, description).card();
    }

    /**
     * Copies a SavedModel and writes a card for the copy, which makes it a complete model of this project.
     *
     * @param out the directory to write; it must not exist or be empty
     * @return the card
     * @throws IllegalArgumentException if it has a card already, or the description is missing or malformed
     */
    public static InstancesCard adopt(Path savedModel, Path description, Path out) throws IOException {
        if (ModelFiles.hasCard(savedModel)) {
            throw new IllegalArgumentException(
                    "the model in " + savedModel + " has a card (" + ModelFiles.CARD + "); use it as it is");
        }
        InstancesCard card = describe(savedModel, description);
        ModelFiles.requireEmpty(out);
        for (String path : card.files().keySet()) {
            Path target = out.resolve(path);
            Files.createDirectories(target.getParent());
            Files.copy(savedModel.resolve(path), target);
        }
        ModelFiles.writeCard(out, card);
        ModelFiles.requirePinned(out, card.files());
        return card;
    }

    private static Description description(Path savedModel, Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException("the model in " + savedModel + " has no card (" + ModelFiles.CARD
                    + "), and no file " + file + " says what its classes are called; write that file, e.g."
                    + " {\"categories\": [{\"id\": 1, \"name\": \"person\"}]}");
        }
        try {
            return READER.readValue(file.toFile());
        } catch (JsonProcessingException e) {
            String line =
                    e.getLocation() == null ? "" : " in line " + e.getLocation().getLineNr();
            throw new IllegalArgumentException(
                    "model description " + file + " cannot be read" + line + ": " + e.getOriginalMessage(), e);
        }
    }

    private InstancesCard card() throws IOException {
        try {
            InstancesSignature tensors = tensors();
            tensors.requireOn(List.of(signature), "name the right one in " + file);
            return new InstancesCard(
                    or(
                            description.name(),
                            String.valueOf(
                                    savedModel.toAbsolutePath().normalize().getFileName())),
                    categories(),
                    tensors,
                    or(description.training(), new TreeMap<>()),
                    ModelFiles.digests(savedModel));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("model " + savedModel + ": " + e.getMessage(), e);
        }
    }

    private List<Category> categories() {
        if (description.categories() == null) {
            throw new IllegalArgumentException(
                    file + " names no categories; add e.g. \"categories\": [{\"id\": 1, \"name\": \"person\"}]");
        }
        return description.categories().stream().map(this::category).toList();
    }

    private Category category(Named named) {
        if (named.id() == null || named.name() == null) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "each category in %s needs an id and a name, got id %s and name %s",
                    file,
                    named.id(),
                    named.name()));
        }
        return new Category(named.id(), named.name());
    }

    private ModelSignature signature(List<ModelSignature> signatures) {
        List<ModelSignature> candidates = signatures.stream()
                .filter(candidate -> !candidate.name().equals(INITIALISER))
                .toList();
        String signatureName = or(description.signature(), "serving_default");
        for (ModelSignature candidate : candidates) {
            if (candidate.name().equals(signatureName)) {
                return candidate;
            }
        }
        if (description.signature() == null && candidates.size() == 1) {
            return candidates.get(0);
        }
        throw new IllegalArgumentException(String.format(
                Locale.ROOT,
                "model %s: it has no signature \"%s\" but %s; name the right one in %s, e.g. \"signature\": \"detect\"",
                savedModel,
                signatureName,
                InstancesSignature.quoted(
                        candidates.stream().map(ModelSignature::name).toList()),
                file));
    }

    private InstancesSignature tensors() {
        GivenClasses classes = or(description.classes(), new GivenClasses(null, null));
        GivenMasks masks = or(description.masks(), new GivenMasks(null, null, null));
        Masks.Frame frame = or(masks.frame(), Masks.Frame.BOX);
        String count = description.count();
        if (count == null && has("num_detections")) {
            count = "num_detections";
        }
        return new InstancesSignature(
                signature.name(),
                input(),
                frame == Masks.Frame.IMAGE ? null : boxes(),
                or(description.scores(), "detection_scores"),
                new Classes(
                        or(classes.output(), "detection_classes"), or(classes.numbers(), Classes.Numbers.CATEGORY_ID)),
                new Masks(or(masks.output(), "detection_masks"), frame, or(masks.threshold(), 0.5f)),
                count);
    }

    private boolean has(String output) {
        return signature.outputs().stream().anyMatch(tensor -> tensor.name().equals(output));
    }

    private Boxes boxes() {
        GivenBoxes boxes = or(description.boxes(), new GivenBoxes(null, null, null, null));
        return new Boxes(
                or(boxes.output(), "detection_boxes"),
                or(boxes.order(), Boxes.Order.Y1X1Y2X2),
                or(boxes.unit(), Boxes.Unit.NORMALISED),
                boxes.size());
    }

    private Input input() {
        GivenInput settings = or(description.input(), new GivenInput(null, null, null));
        List<ModelSignature.Tensor> inputs = signature.inputs();
        if (settings.name() == null && inputs.size() != 1) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "its signature \"%s\" has %d inputs: %s; name the image in %s, e.g. \"input\": {\"name\": \"image\"}",
                    signature.name(),
                    inputs.size(),
                    InstancesSignature.quoted(
                            inputs.stream().map(ModelSignature.Tensor::name).toList()),
                    file));
        }
        String name = settings.name() == null ? inputs.get(0).name() : settings.name();
        return new Input(name, settings.kind() == null ? kind(name) : settings.kind(), or(settings.scale(), 1f));
    }

    private Input.Kind kind(String name) {
        for (ModelSignature.Tensor tensor : signature.inputs()) {
            if (tensor.name().equals(name)) {
                String type = tensor.dtype() + " " + tensor.shape().replaceAll("\\d+|\\?", "n");
                return switch (type) {
                    case "string []" -> Input.Kind.ENCODED;
                    case "string [n]" -> Input.Kind.ENCODED_BATCH;
                    case "uint8 [n, n, n]" -> Input.Kind.UINT8;
                    case "uint8 [n, n, n, n]" -> Input.Kind.UINT8_BATCH;
                    case "float [n, n, n]" -> Input.Kind.FLOAT;
                    case "float [n, n, n, n]" -> Input.Kind.FLOAT_BATCH;
                    default ->
                        throw new IllegalArgumentException(String.format(
                                Locale.ROOT,
                                "its input \"%s\" is %s %s, which is no image file (string) and no image (uint8 or float"
                                        + " [1, height, width, 3]); if it is one of these all the same, say in %s which, e.g."
                                        + " \"input\": {\"kind\": \"encoded\"}",
                                name,
                                tensor.dtype(),
                                tensor.shape(),
                                file));
                };
            }
        }
        // The check of the names against the model reports what is wrong.
        return Input.Kind.ENCODED;
    }

    private static <T> T or(@Nullable T value, T otherwise) {
        return value == null ? otherwise : value;
    }
}
