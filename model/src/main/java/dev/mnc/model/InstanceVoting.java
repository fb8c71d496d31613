package dev.mnc.model;

import dev.mnc.geometry.Mask;
import dev.mnc.geometry.SoftMask;
import dev.mnc.model.voting.MaskVoting;
import dev.mnc.model.voting.VotingSettings;
import dev.mnc.schemas.Category;
import dev.mnc.schemas.Instance;
import java.util.ArrayList;
import java.util.List;

/**
 * The step from an image's candidates to its instances: mask voting, then each voted square stretched over its box.
 *
 * @param categories for which classes 1, 2, … of the candidates stand, in order
 * @param settings of the voting
 */
public record InstanceVoting(List<Category> categories, VotingSettings settings) {

    public InstanceVoting {
        categories = List.copyOf(categories);
    }

    /**
     * Returns the instances of one image, the highest score first; instances without a pixel are left out.
     *
     * @param minScore instances with a lower score are left out, in [0, 1]
     */
    public List<Instance> instances(MaskVoting.Candidates candidates, double minScore) {
        List<Instance> found = new ArrayList<>();
        for (MaskVoting.VotedInstance voted : MaskVoting.vote(candidates, settings.withMinScore((float) minScore))) {
            Mask mask = SoftMask.paste(
                    voted.mask(),
                    candidates.maskSize(),
                    voted.x1(),
                    voted.y1(),
                    voted.x2(),
                    voted.y2(),
                    candidates.height(),
                    candidates.width(),
                    settings.binarise());
            if (mask.area() > 0) {
                found.add(new Instance(categories.get(voted.classIndex() - 1), voted.score(), mask));
            }
        }
        return found;
    }
}
