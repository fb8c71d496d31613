package dev.mnc.evaluation.curves;

import java.io.Serializable;
import java.util.List;

/** A number of one category, read off its figures. A value, compared by {@code equals}. */
public interface Measure extends Serializable {

    /**
     * Returns the number of a category.
     *
     * @return in [0, 1], or -1 if the category does not have it
     */
    double of(CategoryFigures category);

    /** Returns the mean over the categories that have the number; -1 if none has. */
    default double mean(List<? extends CategoryFigures> categories) {
        double sum = 0;
        int count = 0;
        for (CategoryFigures category : categories) {
            double value = of(category);
            if (value >= 0) {
                sum += value;
                count++;
            }
        }
        return count == 0 ? -1 : sum / count;
    }
}
