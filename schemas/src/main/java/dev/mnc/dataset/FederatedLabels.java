package dev.mnc.dataset;

import java.io.Serializable;
import java.util.List;

/**
 * The image-level labels of a data set like LVIS, whose images were not searched for every category.
 *
 * @param absent ids of categories that were searched for and are not there
 * @param notExhaustive ids of categories that are there, but not every object of them is annotated
 */
public record FederatedLabels(List<Long> absent, List<Long> notExhaustive) implements Serializable {

    /** The labels of an image without any, or of a data set whose images were searched for every category. */
    public static final FederatedLabels NONE = new FederatedLabels(List.of(), List.of());

    public FederatedLabels {
        absent = List.copyOf(absent);
        notExhaustive = List.copyOf(notExhaustive);
    }
}
