package dev.mnc.jobs.label;

import dev.mnc.jobs.cli.Settings;
import dev.mnc.jobs.cli.Version;
import dev.mnc.jobs.host.PredictorSource;
import dev.mnc.jobs.runs.RunClaim;
import dev.mnc.jobs.runs.RunPlan;
import dev.mnc.schemas.PlanRecord;
import dev.mnc.schemas.RunRecord;
import dev.mnc.schemas.WaveRecord;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/** The author of a run's record: puts together what is known at the end. */
final class RecordWriter {

    /** The most entries of the series over time. */
    private static final int SERIES = 64;

    private final SparkSession spark;
    private final PredictorSource source;
    private final LabelConfig config;

    RecordWriter(SparkSession spark, PredictorSource source, LabelConfig config) {
        this.spark = spark;
        this.source = source;
        this.config = config;
    }

    /** The work of one process on a run, or null values where it only published. */
    record Work(RunTotals totals, RunRecord.@Nullable Efficiency efficiency, double imagesPerSecond) {}

    /**
     * Returns the record of a run all of whose images are committed.
     *
     * @param settings as they were read
     * @param work of this process, with the totals of all
     */
    RunRecord record(
            RunClaim claim, RunPlan plan, List<Settings.Entry> settings, Work work, RunRecord.Manifest manifest) {
        PlanRecord planned = plan.record();
        Instant start = Instant.parse(planned.startedAt());
        Instant end = Instant.now();
        List<WaveRecord> waves = claim.log().entries();
        return new RunRecord(
                claim.runId(),
                claim.number(),
                Version.current(),
                source.digest(),
                config.digest(),
                settings.stream().collect(Collectors.toMap(Settings.Entry::key, Settings.Entry::value)),
                source.model(),
                new RunRecord.Input(
                        planned.work().images(),
                        planned.listingDigest(),
                        planned.listed(),
                        planned.images(),
                        planned.bytes(),
                        planned.gone()),
                work.totals().outcome(),
                null,
                manifest,
                new RunRecord.Timing(
                        planned.startedAt(),
                        end.toString(),
                        Math.max(0, LabelImages.seconds(start, end)),
                        work.imagesPerSecond(),
                        work.totals().taskSeconds(),
                        work.efficiency(),
                        claim.processes(),
                        series(waves)),
                versions(),
                waves.stream()
                        .flatMap(wave -> wave.devices().stream())
                        .distinct()
                        .sorted(Comparator.comparing(RunRecord.Device::executor))
                        .toList());
    }

    /** Returns the paces of some commits, evenly chosen where there are many. */
    private static List<RunRecord.Pace> series(List<WaveRecord> waves) {
        int step = (waves.size() + SERIES - 1) / SERIES;
        return IntStream.range(0, waves.size())
                .filter(i -> i % Math.max(1, step) == 0)
                .mapToObj(i -> waves.get(i).pace())
                .toList();
    }

    private Map<String, String> versions() {
        Map<String, String> versions = new TreeMap<>();
        versions.put("java", System.getProperty("java.version"));
        versions.put("spark", spark.version());
        versions.put("hadoop", org.apache.hadoop.util.VersionInfo.getVersion());
        versions.put("tensorflow_java", mavenVersion("org.tensorflow", "tensorflow-core-api"));
        return versions;
    }

    /** Returns the version that the library's jar states, since only the model's packages may call TensorFlow. */
    private static String mavenVersion(String group, String artifact) {
        String resource = "/META-INF/maven/" + group + "/" + artifact + "/pom.properties";
        try (InputStream in = RecordWriter.class.getResourceAsStream(resource)) {
            if (in == null) {
                return "unknown";
            }
            Properties properties = new Properties();
            properties.load(in);
            return properties.getProperty("version", "unknown");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + resource, e);
        }
    }
}
