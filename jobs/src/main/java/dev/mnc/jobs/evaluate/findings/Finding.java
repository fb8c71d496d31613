package dev.mnc.jobs.evaluate.findings;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.mnc.jobs.evaluate.tables.ResultTable;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** One kind of thing that an evaluation found out. What it writes depends on nothing else, so equal inputs give equal bytes. */
public interface Finding {

    /** Writes its entry in {@code metrics.json}: one field of the outermost object, or none. */
    void writeMetrics(JsonGenerator json) throws IOException;

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
