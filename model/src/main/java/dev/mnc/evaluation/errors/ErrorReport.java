package dev.mnc.evaluation.errors;

import java.util.List;

/**
 * What there is to say about errors.
 *
 * @param errors one an IoU type
 * @param confusions one an IoU type
 */
public record ErrorReport(List<TideResult> errors, List<ConfusionMatrix> confusions) {

    public ErrorReport {
        errors = List.copyOf(errors);
        confusions = List.copyOf(confusions);
    }
}
