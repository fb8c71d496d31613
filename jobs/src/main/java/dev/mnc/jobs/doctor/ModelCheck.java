package dev.mnc.jobs.doctor;

import dev.mnc.jobs.failure.ErrorMessages;
import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.label.CheckedModel;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Check that the model is there and may be loaded.
 *
 * @param bytes length of the model's files, 0 if there is no such model
 */
record ModelCheck(Finding finding, long bytes) implements Check {

    private static final String NAME = "model";

    /**
     * Reads the model.
     *
     * @param model as it was named
     * @param read reads it as a run does
     */
    static ModelCheck of(String model, Supplier<CheckedModel> read) {
        try {
            CheckedModel found = read.get();
            String size = String.format(Locale.ROOT, "%.1f MiB", found.bytes() / (double) (1 << 20));
            return new ModelCheck(Finding.ok(NAME, model + ", " + size), found.bytes());
        } catch (OperatorException e) {
            return new ModelCheck(Finding.failed(NAME, String.valueOf(e.getMessage()), e.remedy()), 0);
        } catch (RuntimeException e) {
            return new ModelCheck(
                    Finding.failed(NAME, ErrorMessages.firstLine(e), "see: mnc model verify " + model), 0);
        }
    }

    @Override
    public List<Finding> findings() {
        return List.of(finding);
    }
}
