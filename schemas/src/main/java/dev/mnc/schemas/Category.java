package dev.mnc.schemas;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;

/**
 * A kind of object.
 *
 * @param id COCO category id (any integer; COCO's own are 1..90 with gaps), not the network's class index
 * @param name for people
 */
public record Category(long id, String name) implements Serializable {

    public Category {
        requireNonNull(name, "name");
    }
}
