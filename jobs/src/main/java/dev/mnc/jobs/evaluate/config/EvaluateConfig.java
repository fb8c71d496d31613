package dev.mnc.jobs.evaluate.config;

import static java.util.Objects.requireNonNull;

import dev.mnc.dataset.CocoDialect;
import dev.mnc.evaluation.bootstrap.PoissonWeights;
import dev.mnc.evaluation.ranges.MetricGrid;
import dev.mnc.evaluation.scores.ScoreTarget;
import dev.mnc.evaluation.sds.SdsEvaluation;
import dev.mnc.evaluation.shapes.Compat;
import dev.mnc.evaluation.shapes.IouType;
import dev.mnc.jobs.failure.OperatorException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of an evaluation. Inputs and outputs are named by paths of this machine or URIs of any Hadoop file system.
 *
 * @param groundTruth COCO json, may end in {@code .gz}, a local split list of SBD, or a folder that
 *     {@code mnc ground-truth} made
 * @param predictions a COCO results json (ends in {@code .json} or {@code .json.gz}), Parquet (ends in {@code .parquet}),
 *     or else a label table
 * @param runId of a label table this run alone; null for each image's newest labels
 * @param out folder for {@code metrics.json}, {@code curves.json}, {@code tables/*.parquet} and
 *     {@code min-scores-*.conf}; they are replaced
 * @param protocol what is computed
 * @param imageKey how labels find their image in the ground truth
 * @param listed a corpus: labels of a table of other images are left out; null for all
 */
public record EvaluateConfig(
        String groundTruth,
        String predictions,
        @Nullable String runId,
        String out,
        Protocol protocol,
        ImageKey imageKey,
        @Nullable String listed) {

    /** Creates a configuration in which all images of a table count. */
    public EvaluateConfig(
            String groundTruth,
            String predictions,
            @Nullable String runId,
            String out,
            Protocol protocol,
            ImageKey imageKey) {
        this(groundTruth, predictions, runId, out, protocol, imageKey, null);
    }

    /** The protocol: which numbers are computed, and by which rules. */
    public sealed interface Protocol {

        /** Returns the treatment of an entry that cannot be used. */
        OnFault onFault();

        /** Tells how sure the numbers are, or null. */
        @Nullable
        PoissonWeights bootstrap();

        /**
         * COCO's twelve numbers.
         *
         * @param iouTypes what to compare, at least one
         * @param areaRule which area of a detection counts
         * @param compat whose answer is given where pycocotools is wrong
         * @param onFault what becomes of an entry that cannot be used
         * @param target what thresholds on scores are to achieve
         * @param score where one score must be chosen, detections with less are not looked at
         * @param extras what is asked for besides
         */
        record Coco(
                List<IouType> iouTypes,
                AreaRule areaRule,
                Compat compat,
                OnFault onFault,
                ScoreTarget target,
                double score,
                Extras extras)
                implements Protocol {

            /** The usual choice of one score. */
            public static final double SCORE = 0.5;

            public Coco {
                requireNonNull(areaRule, "areaRule");
                requireNonNull(compat, "compat");
                requireNonNull(onFault, "onFault");
                requireNonNull(target, "target");
                requireNonNull(extras, "extras");
                iouTypes = iouTypes.stream().distinct().toList();
                if (iouTypes.isEmpty()) {
                    throw new IllegalArgumentException("an evaluation needs at least one IoU type, got none");
                }
                if (Double.isNaN(score)) {
                    throw new IllegalArgumentException("the score must be a number, got NaN");
                }
            }

            /** With the usual scores. */
            public Coco(List<IouType> iouTypes, AreaRule areaRule, Compat compat, OnFault onFault) {
                this(iouTypes, areaRule, compat, onFault, ScoreTarget.DEFAULT, SCORE, Extras.NONE);
            }

            @Override
            public @Nullable PoissonWeights bootstrap() {
                return extras.bootstrap();
            }
        }

        /** The usual: whatever cannot be used stops the evaluation, and every number is right. */
        static Coco coco(List<IouType> iouTypes) {
            return new Coco(iouTypes, AreaRule.COMPARED, Compat.NONE, OnFault.STOP);
        }

        /**
         * Mean average precision of masks as VOC, SDS and the paper of MNC have it: {@link SdsEvaluation}.
         *
         * @param onFault what becomes of an entry that cannot be used
         * @param bootstrap tells how sure the numbers are, or null
         */
        record VocSds(OnFault onFault, @Nullable PoissonWeights bootstrap) implements Protocol {

            public VocSds {
                requireNonNull(onFault, "onFault");
            }

            /** The first entry that cannot be used stops it. */
            public VocSds(@Nullable PoissonWeights bootstrap) {
                this(OnFault.STOP, bootstrap);
            }
        }
    }

    /**
     * The numbers that may be requested besides COCO's own.
     *
     * @param dialect LVIS for its protocol in the place of COCO's
     * @param lists overlaps, sizes and limits to have numbers for besides COCO's, or null
     * @param slicing how the images are told apart, or null
     * @param errors whether errors are told apart, which takes longer
     * @param bootstrap tells how sure the numbers are, or null
     */
    public record Extras(
            CocoDialect dialect,
            @Nullable MetricGrid lists,
            @Nullable Slicing slicing,
            Errors errors,
            @Nullable PoissonWeights bootstrap) {

        /** Nothing. */
        public static final Extras NONE = new Extras(CocoDialect.COCO, null, null, Errors.COUNTED);

        /** Without a bootstrap. */
        public Extras(CocoDialect dialect, @Nullable MetricGrid lists, @Nullable Slicing slicing, Errors errors) {
            this(dialect, lists, slicing, errors, null);
        }

        public Extras {
            requireNonNull(dialect, "dialect");
            requireNonNull(errors, "errors");
        }
    }

    /**
     * The slices of an evaluation: images grouped by the values that a table has for them.
     *
     * @param table the table: {@code ImageTable}
     * @param columns of the table, at least one
     */
    public record Slicing(String table, List<String> columns) {

        public Slicing {
            requireNonNull(table, "table");
            columns = columns.stream().distinct().toList();
            if (columns.isEmpty()) {
                throw new IllegalArgumentException("slices need a column, got none");
            }
        }
    }

    /** The treatment of an entry of the input that cannot be used. */
    public enum OnFault {
        /** It stops the evaluation, which names file and entry. */
        STOP,
        /** It is left out, and the result says how many were and why. */
        LEAVE_OUT
    }

    /** The detail in which errors are reported. */
    public enum Errors {
        /** The number of errors alone. */
        COUNTED,
        /** Also their kinds, the cost of each kind, and the categories that are taken for each other. */
        TOLD_APART
    }

    /** The area of an unmatched detection that decides about its size. */
    public enum AreaRule {
        /** That of what is compared: masks for segm, boxes for bbox. */
        COMPARED,
        /** That of the box if the first detection has one, else that of the mask, for both types. */
        PYCOCOTOOLS
    }

    /** The key by which the labels of a table find their image in the ground truth. Results files always go by id. */
    public enum ImageKey {
        /** By {@code image_id}; right where the images were listed by a COCO json. */
        ID,
        /** By {@code file_name}; right where they were found in a folder. */
        FILE_NAME
    }

    public EvaluateConfig {
        requireNonNull(groundTruth, "groundTruth");
        requireNonNull(predictions, "predictions");
        requireNonNull(out, "out");
        requireNonNull(protocol, "protocol");
        requireNonNull(imageKey, "imageKey");
    }

    /** The usual: COCO's numbers of masks and boxes, each image's newest labels, by id. */
    public static EvaluateConfig of(String groundTruth, String predictions, String out) {
        return new EvaluateConfig(
                groundTruth, predictions, null, out, Protocol.coco(List.of(IouType.SEGM, IouType.BBOX)), ImageKey.ID);
    }

    /** Returns the dialect in which the ground truth is read. */
    public CocoDialect dialect() {
        return protocol instanceof Protocol.Coco coco ? coco.extras().dialect() : CocoDialect.COCO;
    }

    /**
     * Checks that nothing is wanted of ground truth that only LVIS's json has.
     *
     * @throws OperatorException if it is
     */
    public static void requireCoco(CocoDialect dialect, String groundTruth) {
        if (dialect == CocoDialect.LVIS) {
            throw OperatorException.usage(
                    "--protocol lvis needs to know which categories each image was searched for, which " + groundTruth
                            + " does not say",
                    "give the json of LVIS, or a folder that mnc ground-truth --protocol lvis made of it");
        }
    }

    /** Returns whether the predictions are a label table. */
    public boolean readsTable() {
        return !fromResultsFile() && !fromParquet();
    }

    /** Returns whether the predictions are Parquet files with the columns of {@code DetectionRows}, rather than a label table. */
    public boolean fromParquet() {
        return predictions.endsWith(".parquet") || predictions.endsWith(".parquet/");
    }

    /** Returns whether the predictions are a file of COCO results rather than a table. */
    public boolean fromResultsFile() {
        return predictions.endsWith(".json") || predictions.endsWith(".json.gz");
    }
}
