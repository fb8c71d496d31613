package dev.mnc.jobs.evaluate;

import dev.mnc.jobs.evaluate.config.EvaluateConfig;
import dev.mnc.jobs.evaluate.local.LocalInput;
import dev.mnc.jobs.evaluate.result.CoverageDifference;
import java.io.IOException;
import java.util.List;
import java.util.SortedMap;
import org.apache.hadoop.conf.Configuration;

/** The engine for files of this machine: this process, on all its cores. Spark is neither started nor loaded. */
public record LocalEngine() implements Engine {

    @Override
    public EngineRun open(EvaluateConfig config) throws IOException {
        return LocalRun.open(config);
    }

    @Override
    public CoverageDifference coverageDifference(EvaluateConfig a, EvaluateConfig b) throws IOException {
        List<SortedMap<Long, String>> covered = LocalInput.covered(List.of(a, b));
        return CoverageDifference.of(covered.get(0), covered.get(1));
    }

    @Override
    public Configuration hadoop() {
        return new Configuration();
    }
}
