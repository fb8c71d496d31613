package dev.mnc.jobs.evaluate.distributed;

import dev.mnc.evaluation.coco.Lane;
import dev.mnc.evaluation.coco.MatchRules;
import dev.mnc.evaluation.coco.Pass;
import java.io.Serializable;
import java.util.List;

/**
 * What counts as found in each cell.
 *
 * @param lanes the rules of each lane
 * @param categories how many categories each lane has
 */
record CellRules(List<MatchRules> lanes, int categories) implements Serializable {

    static CellRules of(Pass pass) {
        return new CellRules(
                pass.lanes().stream().map(Lane::rules).toList(),
                pass.categories().size());
    }

    MatchRules of(int cell) {
        return lanes.get(cell / categories);
    }
}
