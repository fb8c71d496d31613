package dev.mnc.jobs.evaluate.findings;

import dev.mnc.jobs.parquet.ResultTable;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One kind of result of an evaluation. What it writes depends on nothing else, so equal inputs give equal values. */
public interface Finding {

    /** Returns its entry in {@code metrics.json}, or null if it has none; made each time. */
    @Nullable
    MetricsEntry metrics();

    /** Returns its tables; made each time. */
    List<ResultTable> tables();

    /** Returns a few lines for the terminal, each ended; none if the files are enough. */
    default String lines() {
        return "";
    }

    /** Returns other files by name, text in UTF-8. */
    default Map<String, String> texts() {
        return Map.of();
    }
}
