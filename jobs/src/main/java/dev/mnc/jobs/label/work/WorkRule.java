package dev.mnc.jobs.label.work;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** The rule by which an image of a listing is work. */
public sealed interface WorkRule extends Serializable {

    /** The nightly rule: what no published run has labelled with this model and these settings. */
    record NotLabelled() implements WorkRule {}

    /** The rule by which everything is work, also what is labelled: images get new rows, which readers then take. */
    record Everything() implements WorkRule {}

    /**
     * The rule by which only that is work that failed in an earlier run.
     *
     * @param runId names that run
     * @param reason a part of the reason that its row gives, or the stage it failed in; empty for all that failed
     */
    record Errors(String runId, String reason) implements WorkRule {

        public Errors {
            requireNonNull(runId, "runId");
            requireNonNull(reason, "reason");
        }
    }

    /** Returns what tells a run by this rule from one by another; null for the nightly rule. */
    default @Nullable String name() {
        if (this instanceof Errors errors) {
            return "errors of " + errors.runId() + (errors.reason().isEmpty() ? "" : ": " + errors.reason());
        }
        return this instanceof Everything ? "everything" : null;
    }
}
