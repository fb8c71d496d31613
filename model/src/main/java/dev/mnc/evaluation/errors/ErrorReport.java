package dev.mnc.evaluation.errors;

import java.util.List;

/**
 * The report of the errors of an evaluation.
 *
 * @param errors one for each IoU type
 * @param confusions one for each IoU type
 */
public record ErrorReport(List<TideResult> errors, List<ConfusionMatrix> confusions) {

    public ErrorReport {
        errors = List.copyOf(errors);
        confusions = List.copyOf(confusions);
    }
}
