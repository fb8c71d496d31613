package dev.mnc.jobs.models;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.model.InstancesCard;
import dev.mnc.model.InstancesSignature;
import dev.mnc.model.ModelCard;
import dev.mnc.model.ModelDescription;
import dev.mnc.model.ModelDirectory;
import dev.mnc.model.trust.ModelGraph;
import dev.mnc.model.trust.ModelSignature;
import dev.mnc.schemas.Category;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A report on a model that is not loaded.
 *
 * @param model directory of the model
 * @param digest of its card, and so of the whole model
 * @param card against which its files have been checked
 * @param graph of the model
 */
record ModelReport(Path model, String digest, ModelDescription card, ModelGraph graph) {

    /**
     * Reads a model.
     *
     * @throws IllegalArgumentException if its files are not those that its card pins, or its graph is broken
     */
    static ModelReport of(Path model) {
        ModelDirectory read = ModelDirectory.read(model);
        return new ModelReport(model, read.digest(), read.card(), ModelGraph.read(model));
    }

    /**
     * Reads a model and checks that it may run.
     *
     * @throws OperatorException of the kind {@code VERIFICATION} if its files are not those that its card pins, or it
     *     does more than compute
     */
    static ModelReport verified(Path model) {
        ModelReport report = readable(model);
        List<ModelGraph.Refusal> refusals = report.graph().refusals();
        if (!refusals.isEmpty()) {
            throw new OperatorException(
                    OperatorException.Kind.VERIFICATION,
                    "the model in " + model + " may do more than label images:"
                            + refusals.stream()
                                    .map(refusal -> String.format(Locale.ROOT, "%n    %s", refusal.text()))
                                    .collect(Collectors.joining()),
                    "do not run it, or only if you trust whoever made it as you trust a program: mnc label runs it with"
                            + " --set label.trust-model=" + report.digest());
        }
        return report;
    }

    private static ModelReport readable(Path model) {
        String wrong;
        try {
            return of(model);
        } catch (IllegalArgumentException e) {
            if (!hasCard(model) && Files.exists(model.resolve("saved_model.pb"))) {
                // Without a card nothing is verified, so the description is wrong: an error of the operator.
                throw e;
            }
            wrong = String.valueOf(e.getMessage());
        } catch (UncheckedIOException e) {
            if (!(e.getCause() instanceof JsonProcessingException)) {
                throw e;
            }
            wrong = String.valueOf(e.getMessage());
        }
        throw new OperatorException(
                OperatorException.Kind.VERIFICATION, wrong, "do not run it; get it again from whoever made it");
    }

    /** Returns the checks as text. */
    String verification() {
        return String.format(
                Locale.ROOT,
                "model       %s%ndigest      %s%nfiles       %d, %s%nsignatures  %s%n"
                        + "operations  %d distinct, all on the list of what a model may use",
                model,
                digest,
                card.files().size(),
                hasCard(model)
                        ? "each as its card pins it"
                        : "not pinned: the model has no card, and its digest is of the files as they are",
                graph.signatures().stream().map(ModelSignature::name).collect(Collectors.joining(", ")),
                graph.operations().size());
    }

    private static boolean hasCard(Path model) {
        return Files.exists(model.resolve("assets.extra/mnc.json"));
    }

    /** Returns the checks as JSON. */
    Map<String, Object> verificationJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("model", model.toString());
        json.put("digest", digest);
        json.put("files", card.files());
        json.put(
                "signatures",
                graph.signatures().stream().map(ModelSignature::name).toList());
        json.put("operations", graph.operations());
        return json;
    }

    /** Returns a description of the model as text. */
    String info() {
        return String.format(
                Locale.ROOT,
                "name        %s%ndigest      %s%n%s%ncategories  %s%nparameters  %s%n"
                        + "training%s%nfiles%s%nsignatures%s",
                card.name(),
                digest,
                kind(),
                card.categories().stream().map(Category::name).collect(Collectors.joining(", ")),
                graph.parameters().isPresent()
                        ? String.format(Locale.ROOT, "%,d", graph.parameters().getAsLong())
                        : "unknown, a variable states no shape",
                training(),
                files(),
                graph.signatures().stream().map(ModelReport::signature).collect(Collectors.joining()));
    }

    private String kind() {
        if (card instanceof ModelCard cascade) {
            return String.format(
                    Locale.ROOT,
                    "body        %s, %d stages",
                    cascade.config().body().name().toLowerCase(Locale.ROOT),
                    cascade.config().rounds() == 1 ? 3 : 5);
        }
        InstancesSignature tensors = ((InstancesCard) card).tensors();
        InstancesSignature.Boxes boxes = tensors.boxes();
        return String.format(
                Locale.ROOT,
                "head        instances, from signature %s%nimage       %s, %s%nboxes       %s%nscores      %s%n"
                        + "classes     %s, %s%nmasks       %s, each over its %s, threshold %s",
                tensors.signature(),
                tensors.input().name(),
                words(tensors.input().kind()),
                boxes == null ? "none" : boxes.output() + ", " + words(boxes.order()) + ", " + words(boxes.unit()),
                tensors.scores(),
                tensors.classes().output(),
                words(tensors.classes().numbers()),
                tensors.masks().output(),
                words(tensors.masks().frame()),
                tensors.masks().threshold());
    }

    private static String words(Enum<?> word) {
        return word.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private String training() {
        return card.training().entrySet().stream()
                .map(fact -> String.format(Locale.ROOT, "%n  %-14s %s", fact.getKey(), fact.getValue()))
                .collect(Collectors.joining());
    }

    private String files() {
        return sizes().entrySet().stream()
                .map(file -> String.format(Locale.ROOT, "%n  %-38s %,12d bytes", file.getKey(), file.getValue()))
                .collect(Collectors.joining());
    }

    private static String signature(ModelSignature signature) {
        return String.format(Locale.ROOT, "%n  %s", signature.name())
                + tensors("in", signature.inputs())
                + tensors("out", signature.outputs());
    }

    private static String tensors(String way, List<ModelSignature.Tensor> tensors) {
        return tensors.stream()
                .map(tensor -> String.format(
                        Locale.ROOT, "%n    %-3s %-14s %-7s %s", way, tensor.name(), tensor.dtype(), tensor.shape()))
                .collect(Collectors.joining());
    }

    /** Returns a description of the model as JSON; {@code parameters} is absent where a variable states no shape. */
    Map<String, Object> infoJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("digest", digest);
        json.put("card", card);
        graph.parameters().ifPresent(count -> json.put("parameters", count));
        json.put("file_bytes", sizes());
        json.put("signatures", graph.signatures());
        return json;
    }

    private SortedMap<String, Long> sizes() {
        SortedMap<String, Long> sizes = new TreeMap<>();
        for (String file : card.files().keySet()) {
            try {
                sizes.put(file, Files.size(model.resolve(file)));
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read " + model.resolve(file) + ": " + e.getMessage(), e);
            }
        }
        return sizes;
    }
}
