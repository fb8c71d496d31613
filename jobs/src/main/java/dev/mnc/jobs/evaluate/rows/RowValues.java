package dev.mnc.jobs.evaluate.rows;

import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The values of a row, or of a struct in one, however it was read. */
public interface RowValues {

    /**
     * Returns the value of a column.
     *
     * @return a {@link Long}, {@link Double}, {@link BigDecimal}, {@link Boolean} or {@link String}, a {@link List} of
     *     such, or {@link RowValues}; null if there is none; anything else is of no use but to be shown
     */
    @Nullable
    Object value(String column);
}
