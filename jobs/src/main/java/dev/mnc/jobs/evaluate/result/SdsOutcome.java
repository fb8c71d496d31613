package dev.mnc.jobs.evaluate.result;

import dev.mnc.evaluation.matching.FaultLog;
import dev.mnc.evaluation.sds.SdsResult;

/**
 * The merged numbers and faults of an evaluation by the protocol voc-sds, as an engine returns them.
 *
 * @param faults the entries that could not be used
 */
public record SdsOutcome(SdsResult result, FaultLog faults) {}
