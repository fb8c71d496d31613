package dev.mnc.jobs.label;

import dev.mnc.jobs.cli.Settings;
import dev.mnc.schemas.ImageRef;
import dev.mnc.schemas.RunRecord;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.sql.SparkSession;

/** Puts together the record of a finished run. */
final class RecordWriter {

    private static final String DEVELOPMENT = "development";

    private final SparkSession spark;
    private final PredictorSource source;
    private final LabelConfig config;

    RecordWriter(SparkSession spark, PredictorSource source, LabelConfig config) {
        this.spark = spark;
        this.source = source;
        this.config = config;
    }

    /**
     * @param work the planned images
     * @param start of the run
     * @param labelling seconds spent labelling
     */
    RunRecord record(
            RunClaim claim,
            LabelRequest request,
            List<Settings.Entry> settings,
            ImageListing listing,
            List<ImageRef> work,
            RunTotals totals,
            Instant start,
            double labelling) {
        Instant end = Instant.now();
        return new RunRecord(
                claim.runId(),
                codeVersion(),
                source.digest(),
                config.digest(),
                LabelImages.values(settings),
                new RunRecord.Input(
                        request.images(),
                        listing.digest(),
                        listing.images().size(),
                        work.size(),
                        work.stream().mapToLong(ImageRef::sizeBytes).sum()),
                totals.outcome(),
                files(claim),
                new RunRecord.Timing(
                        start.toString(),
                        end.toString(),
                        LabelImages.seconds(start, end),
                        work.size() / Math.max(labelling, 1e-9),
                        totals.taskSeconds()),
                versions());
    }

    private List<RunRecord.DataFile> files(RunClaim claim) {
        List<RunRecord.DataFile> files = new ArrayList<>();
        try {
            for (String part : List.of("images", "instances")) {
                list(claim, part, files);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list the files of run " + claim.runId(), e);
        }
        files.sort(Comparator.comparing(RunRecord.DataFile::path));
        return files;
    }

    private void list(RunClaim claim, String part, List<RunRecord.DataFile> files) throws IOException {
        Configuration configuration = spark.sparkContext().hadoopConfiguration();
        Path folder = Store.hadoop(claim.folder(part));
        FileSystem store = folder.getFileSystem(configuration);
        String root = store.getFileStatus(folder).getPath().toUri().getPath();
        RemoteIterator<LocatedFileStatus> found = store.listFiles(folder, true);
        while (found.hasNext()) {
            LocatedFileStatus file = found.next();
            String path = file.getPath().toUri().getPath();
            if (!path.endsWith(".parquet")) {
                continue;
            }
            try (ParquetFileReader reader = ParquetFileReader.open(HadoopInputFile.fromStatus(file, configuration))) {
                files.add(new RunRecord.DataFile(
                        part + "/run=" + claim.runId() + path.substring(root.length()),
                        file.getLen(),
                        reader.getRecordCount()));
            } catch (FileNotFoundException e) {
                throw new IOException("a file of this run vanished: " + path, e);
            }
        }
    }

    private static String codeVersion() {
        String version = RecordWriter.class.getPackage().getImplementationVersion();
        return version == null ? DEVELOPMENT : version;
    }

    private Map<String, String> versions() {
        Map<String, String> versions = new TreeMap<>();
        versions.put("java", System.getProperty("java.version"));
        versions.put("spark", spark.version());
        versions.put("hadoop", org.apache.hadoop.util.VersionInfo.getVersion());
        versions.put("tensorflow_java", mavenVersion("org.tensorflow", "tensorflow-core-api"));
        return versions;
    }

    /** Asked of the jar, since only the model's packages may use TensorFlow. */
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
