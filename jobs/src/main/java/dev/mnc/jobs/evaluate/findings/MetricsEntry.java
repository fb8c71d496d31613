package dev.mnc.jobs.evaluate.findings;

import static java.util.Objects.requireNonNull;

/**
 * One field of the outermost object of {@code metrics.json}.
 *
 * @param field its name
 * @param value what Jackson writes there: records, with their components in snake case, maps and lists
 */
public record MetricsEntry(String field, Object value) {

    public MetricsEntry {
        requireNonNull(field, "field");
        requireNonNull(value, "value");
    }
}
