package dev.mnc.evaluation.ranges;

import dev.mnc.evaluation.matching.AreaRange;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * An area range.
 *
 * @param name of the range in the output
 * @param from least area, px², at least 0
 * @param to greatest area, px², which belongs to the range
 */
public record AreaBounds(String name, double from, double to) {

    public AreaBounds {
        if (name.isBlank()) {
            throw new IllegalArgumentException("a size range needs a name");
        }
        if (!(from >= 0 && to >= from)) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT, "size range %s must go from at least 0 to no less, got %s to %s", name, from, to));
        }
    }

    /** Returns COCO's four area ranges. */
    static List<AreaBounds> coco() {
        return Arrays.stream(AreaRange.values())
                .map(area -> new AreaBounds(area.label(), area.from(), area.to()))
                .toList();
    }
}
