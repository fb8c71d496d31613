package dev.mnc.evaluation.sds;

import dev.mnc.evaluation.bootstrap.CategoryReplicates;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * A category and its replicates.
 *
 * @param category the category
 * @param replicates its average precision by {@link SdsCategory#number}; null without a bootstrap
 */
public record ReplicatedSdsCategory(
        SdsCategory category, @Nullable CategoryReplicates replicates) implements Serializable {}
