package dev.mnc.jobs.label;

import dev.mnc.jobs.cli.Settings;
import dev.mnc.jobs.cli.Version;
import dev.mnc.jobs.corpus.ImageListing;
import dev.mnc.jobs.host.PredictorSource;
import dev.mnc.jobs.table.RunClaim;
import dev.mnc.schemas.ImageRef;
import dev.mnc.schemas.RunRecord;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.spark.sql.SparkSession;

/** The author of a run's record: puts together what is known at the end. */
final class RecordWriter {

    private final SparkSession spark;
    private final PredictorSource source;
    private final LabelConfig config;

    RecordWriter(SparkSession spark, PredictorSource source, LabelConfig config) {
        this.spark = spark;
        this.source = source;
        this.config = config;
    }

    /**
     * Returns the record of a finished run.
     *
     * @param work the planned images
     * @param outcome of the waves
     * @param efficiency of the devices
     * @param start of the run
     * @param labelling seconds spent labelling
     */
    RunRecord record(
            RunClaim claim,
            LabelRequest request,
            List<Settings.Entry> settings,
            ImageListing listing,
            List<ImageRef> work,
            WaveRunner.Outcome outcome,
            RunRecord.Efficiency efficiency,
            Instant start,
            double labelling) {
        Instant end = Instant.now();
        return new RunRecord(
                claim.runId(),
                Version.current(),
                source.digest(),
                config.digest(),
                LabelImages.values(settings),
                new RunRecord.Input(
                        request.images(),
                        listing.digest(),
                        listing.images().size(),
                        work.size(),
                        work.stream().mapToLong(ImageRef::sizeBytes).sum()),
                outcome.totals().outcome(),
                outcome.files().stream()
                        .sorted(Comparator.comparing(RunRecord.DataFile::path))
                        .toList(),
                new RunRecord.Timing(
                        start.toString(),
                        end.toString(),
                        LabelImages.seconds(start, end),
                        work.size() / Math.max(labelling, 1e-9),
                        outcome.totals().taskSeconds(),
                        efficiency),
                versions(),
                outcome.hardware());
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
