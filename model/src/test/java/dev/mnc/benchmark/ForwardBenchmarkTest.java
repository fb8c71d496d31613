package dev.mnc.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mnc.model.cascade.BodiesTest;
import dev.mnc.model.cascade.DetectGraph;
import dev.mnc.model.cascade.Layers;
import dev.mnc.model.cascade.MncConfig;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.op.Ops;

@Tag("tensorflow")
class ForwardBenchmarkTest {

    @Test
    void eachStageHasTheProductsThatInferenceComputes() {
        List<List<String>> products = new ArrayList<>();
        try (Graph graph = new Graph()) {
            Ops tf = Ops.create(graph);
            DetectGraph detect = new DetectGraph(tf, MncConfig.vgg16(20, 2), Layers.uninitialised(tf));
            detect.build();
            for (DetectGraph.Stage stage : detect.stages()) {
                products.add(
                        stage.products().stream().map(Layers.Product::layer).toList());
            }
        }
        assertThat(products.get(0)).hasSize(13).startsWith("conv1_1", "conv1_2", "conv2_1");
        assertThat(products.subList(1, 6))
                .containsExactly(
                        List.of("rpn_conv_3x3", "rpn_cls_score", "rpn_bbox_pred"),
                        List.of("fc6_maskest", "mask_pred"),
                        List.of("fc6_mask", "fc7_mask", "fc6", "fc7", "bbox_pred", "seg_cls_score"),
                        List.of("fc6_maskest", "mask_pred"),
                        List.of("fc6_mask", "fc7_mask", "fc6", "fc7", "seg_cls_score"));
    }

    @Test
    void everyStageIsTimedAndTheWholeToo() {
        ForwardBenchmark.Report report = ForwardBenchmark.run(BodiesTest.tiny(MncConfig.Body.RESNET50), 90, 130, 1, 2);

        assertThat(report.stages())
                .extracting(ForwardBenchmark.StageTimes::stage)
                .containsExactly("conv", "stage 1", "stage 2", "stage 3", "stage 4", "stage 5");
        assertThat(report.stages()).allSatisfy(stage -> {
            assertThat(stage.forward().wall()).isPositive();
            assertThat(stage.bare().wall()).isPositive();
        });
        assertThat(report.whole().forward().wall()).isPositive();
        assertThat(report.proposals()).isBetween(1, 5);
        assertThat(report.parameters()).isPositive();
    }

    @Test
    void theMedianOfAnEvenNumberLiesBetweenTheTwoInTheMiddle() {
        assertThat(ForwardBenchmark.Times.median(List.of(
                        new ForwardBenchmark.Times(4, 40),
                        new ForwardBenchmark.Times(1, 10),
                        new ForwardBenchmark.Times(3, 20),
                        new ForwardBenchmark.Times(2, 90))))
                .isEqualTo(new ForwardBenchmark.Times(2.5, 30));
    }
}
