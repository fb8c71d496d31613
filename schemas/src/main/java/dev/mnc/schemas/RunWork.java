package dev.mnc.schemas;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * The work of a run. A process goes on with a run of another one only if both have the same work.
 *
 * @param images the corpus, as the user named it
 * @param imageRoot where its relative names lie, or null
 * @param imageColumn the column that images are in, or null
 * @param modelDigest sha256 over the model's files, hex
 * @param configDigest sha256 over the settings that labels depend on, hex
 * @param rule which images are work, in words; null for the nightly rule: those that are not labelled
 */
public record RunWork(
        String images,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String imageRoot,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String imageColumn,
        String modelDigest,
        String configDigest,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String rule) {

    public RunWork {
        requireNonNull(images, "images");
        requireNonNull(modelDigest, "modelDigest");
        requireNonNull(configDigest, "configDigest");
    }

    /** Returns whether two runs give an image the same labels. */
    public boolean labelsAs(RunWork other) {
        return modelDigest.equals(other.modelDigest) && configDigest.equals(other.configDigest);
    }
}
