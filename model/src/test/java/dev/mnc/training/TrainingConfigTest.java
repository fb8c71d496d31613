package dev.mnc.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("tensorflow")
class TrainingConfigTest {

    private static final OptimizerSettings SOLVER =
            new OptimizerSettings(OptimizerSettings.Optimiser.MOMENTUM, 0.1, 10, List.of(0.5, 0.8), 0.1, 2, 0, 5, 1);

    @Test
    void theRateRisesStaysAndDrops() {
        assertThat(SOLVER.rate(0, 0)).isCloseTo(0.01, within(1e-12));
        assertThat(SOLVER.rate(5, 0.05)).isCloseTo(0.055, within(1e-12));
        assertThat(SOLVER.rate(10, 0.1)).isEqualTo(0.1);
        assertThat(SOLVER.rate(50, 0.5)).isCloseTo(0.01, within(1e-12));
        assertThat(SOLVER.rate(80, 0.8)).isCloseTo(0.001, within(1e-12));
    }

    @Test
    void dropsMustRise() {
        assertThatThrownBy(() -> new OptimizerSettings(
                        OptimizerSettings.Optimiser.ADAM, 0.1, 0, List.of(0.8, 0.5), 0.1, 1, 0, 5, 1))
                .hasMessage("the rate drops at rising shares of the training in (0, 1), got [0.8, 0.5]");
    }

    @Test
    void stageWiseTrainingAddsStagesByThirdsEachWithItsOwnSchedule() {
        TrainingConfig endToEnd = TrainerTest.settings(100);
        TrainingConfig stageWise = endToEnd.withFlow(TrainingConfig.GradientFlow.STAGE_WISE);
        assertThat(endToEnd.stageWeights(0.1)).containsExactly(1, 1, 1);
        assertThat(stageWise.stageWeights(0.1)).containsExactly(1, 0, 0);
        assertThat(stageWise.stageWeights(0.5)).containsExactly(1, 1, 0);
        assertThat(stageWise.stageWeights(0.9)).containsExactly(1, 1, 1);
        double full = endToEnd.rate(50, 0.5);
        assertThat(stageWise.rate(50, 0.34)).isEqualTo(full);
        assertThat(stageWise.rate(50, 0.32)).isLessThan(full);
        assertThat(stageWise.rate(70, 0.7)).isEqualTo(full);
    }

    @Test
    void layersAreFrozenByTheBeginningOfTheirNames() {
        TrainingConfig usual = TrainerTest.settings(1);
        TrainingConfig config = new TrainingConfig(
                usual.length(),
                1,
                SOLVER,
                usual.flow(),
                1,
                List.of("conv1_", "conv2_"),
                usual.scales(),
                256,
                usual.anchorLabels(),
                usual.sampling());
        assertThat(config.learns("conv1_2_w")).isFalse();
        assertThat(config.learns("conv3_1_w")).isTrue();
    }
}
