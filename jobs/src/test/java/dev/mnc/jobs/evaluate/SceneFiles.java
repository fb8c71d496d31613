package dev.mnc.jobs.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mnc.dataset.CocoJson;
import dev.mnc.dataset.Detection;
import dev.mnc.evaluation.scores.ScoreTarget;
import dev.mnc.evaluation.shapes.Compat;
import dev.mnc.evaluation.shapes.IouType;
import dev.mnc.jobs.TestSession;
import dev.mnc.jobs.evaluate.config.EvaluateConfig;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.AreaRule;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.Extras;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.ImageKey;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.OnFault;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.Protocol;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.Protocol.Coco;
import dev.mnc.jobs.evaluate.result.EvaluationSummary;
import dev.mnc.jobs.store.Digests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Scenes as files in a folder, and what evaluations of them leave there.
 *
 * @param folder of everything
 */
public record SceneFiles(Scenes scenes, Path folder) {

    /** Writes the ground truth. */
    public static SceneFiles write(Scenes scenes, Path folder) throws IOException {
        SceneFiles files = new SceneFiles(scenes, folder);
        CocoJson.write(scenes.truth(), files.truth());
        return files;
    }

    /** A file or folder beside the others. */
    public Path path(String name) {
        return folder.resolve(name);
    }

    /** The ground truth. */
    public Path truth() {
        return path("truth.json");
    }

    /** Writes all detections as COCO results. */
    public Path results(String name) throws IOException {
        return results(name, scenes.detections());
    }

    /** Writes some detections as COCO results. */
    public Path results(String name, List<Detection> detections) throws IOException {
        return Scenes.writeResults(detections, path(name));
    }

    /** COCO's usual evaluation of masks and boxes, and what is asked for besides. */
    public static Coco coco(Extras extras) {
        return new Coco(
                List.of(IouType.SEGM, IouType.BBOX),
                AreaRule.COMPARED,
                Compat.NONE,
                OnFault.STOP,
                ScoreTarget.DEFAULT,
                Coco.SCORE,
                extras);
    }

    /**
     * An evaluation against the ground truth, images by id.
     *
     * @param out name of the folder for what it writes
     */
    public EvaluateConfig config(Path predictions, Protocol protocol, String out) {
        return config(truth(), predictions, protocol, out);
    }

    /** The same against other ground truth. */
    public EvaluateConfig config(Path groundTruth, Path predictions, Protocol protocol, String out) {
        return new EvaluateConfig(
                groundTruth.toString(), predictions.toString(), null, path(out).toString(), protocol, ImageKey.ID);
    }

    /** The same evaluation, of one run of a label table. */
    static EvaluateConfig ofRun(String runId, EvaluateConfig config) {
        return new EvaluateConfig(
                config.groundTruth(), config.predictions(), runId, config.out(), config.protocol(), config.imageKey());
    }

    /** The same evaluation, images by file name. */
    static EvaluateConfig byName(EvaluateConfig config) {
        return new EvaluateConfig(
                config.groundTruth(),
                config.predictions(),
                config.runId(),
                config.out(),
                config.protocol(),
                ImageKey.FILE_NAME);
    }

    /** The same evaluation, which writes to another folder or URI. */
    static EvaluateConfig to(String out, EvaluateConfig config) {
        return new EvaluateConfig(
                config.groundTruth(), config.predictions(), config.runId(), out, config.protocol(), config.imageKey());
    }

    /** Evaluates with both engines, which must agree to the byte; the files of the local one are where they should be. */
    static EvaluationSummary both(EvaluateConfig config) throws IOException {
        EvaluateConfig elsewhere = to(config.out() + "-spark", config);
        EvaluationSummary far = Evaluation.run(new SparkEngine(TestSession.spark()), elsewhere);
        assertThat(new EngineChoice(null, null, Long.MAX_VALUE).of(config)).isEqualTo(Engine.Kind.LOCAL);

        EvaluationSummary here = Evaluation.run(new LocalEngine(), config);

        assertThat(hashes(Path.of(config.out())))
                .isEqualTo(hashes(Path.of(elsewhere.out())))
                .containsKey("metrics.json");
        assertThat(here.coverage()).isEqualTo(far.coverage());
        assertThat(here.leftOut()).isEqualTo(far.leftOut());
        return here;
    }

    /** Hashes of all files below one of the folders, by path. */
    Map<String, String> hashes(String name) throws IOException {
        return hashes(path(name));
    }

    private static Map<String, String> hashes(Path folder) throws IOException {
        Map<String, String> hashes = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                hashes.put(folder.relativize(file).toString(), Digests.of(Files.readAllBytes(file)));
            }
        }
        return hashes;
    }
}
