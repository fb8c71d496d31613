package dev.mnc.evaluation.bootstrap;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mnc.evaluation.curves.ImageWeights;
import dev.mnc.evaluation.sds.SdsEvaluation;
import dev.mnc.evaluation.sds.SdsEvaluation.Form;
import dev.mnc.evaluation.sds.SdsEvaluation.Threshold;
import dev.mnc.evaluation.sds.SdsResult;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The replicates of the protocol voc-sds against evaluations of images repeated as often as they count. */
class SdsReplicatesTest {

    private static SdsResult evaluate(Data data, ImageWeights weights) {
        return SdsEvaluation.evaluate(data.truth(), data.detections().iterator(), weights);
    }

    private static double[] values(SdsResult result, int number) {
        return requireNonNull(result.replicates())
                .values(number, IntStream.range(0, result.categories().size()));
    }

    @Test
    void weightsOfOneGiveThePointEstimateInEveryBit() throws IOException {
        Data data = Data.of(Data.golden("fuzz_cont"));
        SdsResult point = SdsEvaluation.evaluate(data.truth(), data.detections().iterator());
        SdsResult drawn = evaluate(data, new Data.Ones(ReplicateBlock.SIZE + 2));

        assertThat(drawn.categories()).isEqualTo(point.categories());
        int number = 0;
        for (Threshold threshold : Threshold.values()) {
            for (Form form : Form.values()) {
                assertThat(values(drawn, number))
                        .hasSize(ReplicateBlock.SIZE + 2)
                        .containsOnly(point.meanAveragePrecision(threshold, form));
                for (int i = 0; i < point.categories().size(); i++) {
                    assertThat(requireNonNull(drawn.replicates())
                                    .categories()
                                    .get(i)
                                    .values(number))
                            .containsOnly(point.categories().get(i).averagePrecision(threshold, form));
                }
                number++;
            }
        }
        assertThat(point.meanAveragePrecision(Threshold.SEVEN_TENTHS, Form.AREA))
                .isBetween(0.05, 0.95);
    }

    @Test
    void weightsGiveWhatTheImagesGiveWhenRepeatedAsOften() throws IOException {
        Data data = Data.of(Data.golden("fuzz_cont"));
        List<Map<Long, Integer>> weights = data.poisson(30);
        SdsResult drawn = evaluate(data, new Data.Given(weights));
        for (int i = 0; i < weights.size(); i++) {
            Data repeated = data.repeated(weights.get(i));
            SdsResult expected = SdsEvaluation.evaluate(
                    repeated.truth(), repeated.detections().iterator());
            int number = 0;
            for (Threshold threshold : Threshold.values()) {
                for (Form form : Form.values()) {
                    assertThat(values(drawn, number++)[i])
                            .as("replicate %d, %s, %s", i, threshold, form)
                            .isCloseTo(expected.meanAveragePrecision(threshold, form), within(1e-14));
                }
            }
        }
    }
}
