package dev.mnc.model;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.mnc.schemas.Category;
import java.util.List;
import java.util.SortedMap;

/**
 * The card of a model, by the kind of its head: {@code cascade} if the file names none, as the first cards did not.
 *
 * <p>It pins every other file of the model by its sha256, so that the digest of the card is the digest of the model.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "head", defaultImpl = ModelCard.class)
@JsonSubTypes({
    @JsonSubTypes.Type(value = ModelCard.class, name = "cascade"),
    @JsonSubTypes.Type(value = InstancesCard.class, name = "instances")
})
public sealed interface ModelDescription permits ModelCard, InstancesCard {

    /** Returns the name of the model. */
    String name();

    /** Returns the categories it can find. */
    List<Category> categories();

    /** Returns the origin of its weights: free-form facts. */
    SortedMap<String, String> training();

    /** Returns the sha256 in hex of each file, by its path in the model's directory. */
    SortedMap<String, String> files();
}
