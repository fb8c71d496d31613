package dev.mnc.jobs.bench;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.mnc.benchmark.Ablation;
import dev.mnc.dataset.GroundTruth;
import dev.mnc.evaluation.curves.Metric;
import dev.mnc.jobs.cli.CommonOptions;
import dev.mnc.jobs.cli.Console;
import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.train.TrainSettings;
import dev.mnc.model.cascade.MncConfig;
import dev.mnc.scenes.SceneGenerator;
import dev.mnc.training.TrainingConfig;
import dev.mnc.training.Validation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code mnc bench ablation}, which repeats the paper's first table on generated scenes. */
@Command(
        name = "ablation",
        description =
                "Trains the compact network step by step, end to end, and with 3 and 5 stages, on scenes it makes,"
                        + " and prints the masks' AP of each with its spread over seeds. Stopped and started again it goes on.")
final class BenchAblationCommand implements Callable<Integer> {

    private static final String RESULTS = "results.json";
    private static final List<Metric> SHOWN = List.of(Metric.AP, Metric.AP50, Metric.AP75);
    private static final long TRAINING_SCENES = 1;
    private static final long VALIDATION_SCENES = 777;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Where scenes and networks go.")
    private Path out = Path.of("");

    @Option(names = "--scenes", defaultValue = "2000", description = "Scenes to learn from. Default: ${DEFAULT-VALUE}.")
    private int scenes;

    @Option(
            names = "--validation-scenes",
            defaultValue = "200",
            description = "Scenes to measure on. Default: ${DEFAULT-VALUE}.")
    private int validationScenes;

    @Option(
            names = "--steps",
            defaultValue = "2000",
            description = "Images of each training. Default: ${DEFAULT-VALUE}.")
    private int steps;

    @Option(names = "--seeds", defaultValue = "3", description = "Trainings of each kind. Default: ${DEFAULT-VALUE}.")
    private int seeds;

    @Override
    public Integer call() throws IOException {
        if (scenes < 1 || validationScenes < 1 || steps < 1 || seeds < 1) {
            throw OperatorException.usage("a number of scenes, steps or seeds is below 1", "give numbers from 1 on");
        }
        Console console = common.console();
        Map<String, Map<String, Double>> results = earlierResults();
        Ablation ablation = ablation();
        for (long seed = 1; seed <= seeds; seed++) {
            for (Ablation.Way way : Ablation.Way.values()) {
                String key = key(way, seed);
                if (!results.containsKey(key)) {
                    console.note(String.format(Locale.ROOT, "seed %d  (%s) %s", seed, way.letter(), way.title()));
                    Validation.Outcome outcome = ablation.run(
                            way,
                            seed,
                            out.resolve("seed-" + seed),
                            progress -> console.note(String.format(
                                    Locale.ROOT,
                                    "step %d  %.1f images/s  loss %.3f",
                                    progress.step(),
                                    progress.imagesPerSecond(),
                                    progress.losses().getOrDefault("total", Double.NaN))));
                    Map<String, Double> figures = new LinkedHashMap<>();
                    SHOWN.forEach(metric ->
                            figures.put(metric.toString(), outcome.masks().metric(metric)));
                    results.put(key, figures);
                    save(results);
                }
            }
        }
        console.result(table(results), json(results));
        return 0;
    }

    private static String key(Ablation.Way way, long seed) {
        return way.letter() + seed;
    }

    private Ablation ablation() {
        TrainSettings settings = common.settings().read("train", TrainSettings::from);
        GroundTruth truth = new SceneGenerator(TRAINING_SCENES).write(out.resolve("train"), scenes);
        GroundTruth measured = new SceneGenerator(VALIDATION_SCENES).write(out.resolve("val"), validationScenes);
        return new Ablation(
                MncConfig.compact(truth.categories().size(), 2),
                settings.config(TrainingConfig.Length.ofSteps(steps), 1),
                truth,
                out.resolve("train").resolve("images"),
                new Validation(measured, out.resolve("val").resolve("images"), Validation.MIN_SCORE));
    }

    /** Returns the results of an earlier start, which are not measured again, so they must be of the same study. */
    private Map<String, Map<String, Double>> earlierResults() throws IOException {
        Path file = out.resolve(RESULTS);
        if (!Files.isRegularFile(file)) {
            return new TreeMap<>();
        }
        Study study = new ObjectMapper().readValue(file.toFile(), new TypeReference<Study>() {});
        if (!study.of().equals(study())) {
            throw OperatorException.conflict(
                    file + " is of another study: " + study.of() + ", not " + study(), "name a new folder with --out");
        }
        return new TreeMap<>(study.results());
    }

    private record Study(String of, Map<String, Map<String, Double>> results) {}

    private String study() {
        return String.format(
                Locale.ROOT,
                "%d scenes, %d validation scenes, %d steps, %s",
                scenes,
                validationScenes,
                steps,
                common.settings().read("train", TrainSettings::from));
    }

    private void save(Map<String, Map<String, Double>> results) throws IOException {
        Files.createDirectories(out);
        Files.write(
                out.resolve(RESULTS),
                new ObjectMapper()
                        .enable(SerializationFeature.INDENT_OUTPUT)
                        .writeValueAsBytes(new Study(study(), results)));
    }

    private List<Double> values(Map<String, Map<String, Double>> results, Ablation.Way way, Metric metric) {
        List<Double> values = new ArrayList<>();
        for (long seed = 1; seed <= seeds; seed++) {
            values.add(results.getOrDefault(key(way, seed), Map.of()).getOrDefault(metric.toString(), Double.NaN));
        }
        return values;
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
    }

    /** Returns the standard deviation over the seeds, with n - 1; 0 for one seed. */
    private static double deviation(List<Double> values) {
        double mean = mean(values);
        double squares = values.stream()
                .mapToDouble(value -> (value - mean) * (value - mean))
                .sum();
        return values.size() < 2 ? 0 : Math.sqrt(squares / (values.size() - 1));
    }

    private String table(Map<String, Map<String, Double>> results) {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "%d seeds, %d steps on %d scenes, measured on %d others; mean and standard deviation",
                seeds,
                steps,
                scenes,
                validationScenes));
        lines.add("");
        lines.add("masks                                 AP              AP50            AP75");
        for (Ablation.Way way : Ablation.Way.values()) {
            StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "(%s) %-32s", way.letter(), way.title()));
            for (Metric metric : SHOWN) {
                List<Double> values = values(results, way, metric);
                line.append(String.format(Locale.ROOT, "  %.3f ± %.3f", mean(values), deviation(values)));
            }
            lines.add(line.toString());
        }
        return String.join(System.lineSeparator(), lines);
    }

    private Map<String, Object> json(Map<String, Map<String, Double>> results) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("steps", steps);
        json.put("scenes", scenes);
        json.put("validation_scenes", validationScenes);
        for (Ablation.Way way : Ablation.Way.values()) {
            Map<String, Object> figures = new LinkedHashMap<>();
            for (Metric metric : SHOWN) {
                List<Double> values = values(results, way, metric);
                figures.put(
                        metric.toString(), Map.of("mean", mean(values), "spread", deviation(values), "values", values));
            }
            json.put(way.letter(), figures);
        }
        return json;
    }
}
