package dev.mnc.jobs.evaluate.findings;

import dev.mnc.jobs.evaluate.tables.ResultTable;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One kind of thing that an evaluation found out. What it writes depends on nothing else, so equal inputs give equal bytes. */
public interface Finding {

    /** Returns its entry in {@code metrics.json}, or null if it has none; made each time. */
    @Nullable
    MetricsEntry metrics();

    /** Its tables; made each time. */
    List<ResultTable> tables();

    /** A few lines for whoever reads along, each ended; none if the files are enough. */
    default String lines() {
        return "";
    }

    /** Other files by name, text in UTF-8. */
    default Map<String, String> texts() {
        return Map.of();
    }
}
