package dev.mnc.jobs.label;

import dev.mnc.jobs.host.PredictorSource;
import dev.mnc.schemas.RunRecord;

/** A source of the model of {@link SquarePredictor}, whose way to load it a test chooses. */
interface SquareSource extends PredictorSource {

    @Override
    default String digest() {
        return "0".repeat(64);
    }

    @Override
    default RunRecord.Model model() {
        return new RunRecord.Model("squares", "test:squares", SquarePredictor.CATEGORIES);
    }
}
