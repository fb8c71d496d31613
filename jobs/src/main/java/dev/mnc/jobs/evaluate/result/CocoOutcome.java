package dev.mnc.jobs.evaluate.result;

import dev.mnc.evaluation.bootstrap.Replicates;
import dev.mnc.evaluation.coco.Outcome;
import java.util.Map;

/**
 * The merged numbers, counts and faults of an evaluation by the protocol of COCO or LVIS, as an engine returns them.
 *
 * @param outcome the point estimates
 * @param replicates of the rankings that are resampled, by their number in the plan; none without a bootstrap
 */
public record CocoOutcome(Outcome outcome, Map<Integer, Replicates> replicates) {}
