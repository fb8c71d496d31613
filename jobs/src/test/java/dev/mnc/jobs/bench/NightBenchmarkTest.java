package dev.mnc.jobs.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.mnc.jobs.TestSession;
import dev.mnc.jobs.cli.Console;
import dev.mnc.jobs.cli.Settings;
import dev.mnc.jobs.host.PredictorSource;
import dev.mnc.jobs.store.FileWalk;
import dev.mnc.jobs.store.StoredInput;
import dev.mnc.model.Detections;
import dev.mnc.model.Predictor;
import dev.mnc.model.cascade.NetworkInput;
import dev.mnc.schemas.Category;
import dev.mnc.schemas.RunRecord;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.EtagSource;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.RemoteIterator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A large corpus on a night with little that is new, in small: more images than may be in memory. */
@Tag("spark")
@Tag("tensorflow")
class NightBenchmarkTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path folder;

    /** An emulated device without a model behind it. */
    private record Source() implements PredictorSource {

        @Override
        public String digest() {
            return "b".repeat(64);
        }

        @Override
        public RunRecord.Model model() {
            return new RunRecord.Model("nothing", "test:nothing", List.of());
        }

        @Override
        public Predictor load() {
            return new EmulatedDevice(new NoModel(), 0, 0, EmulatedDevice.Decoding.HEADER);
        }
    }

    private static final class NoModel implements Predictor {

        @Override
        public List<Category> categories() {
            return List.of();
        }

        @Override
        public String digest() {
            return "b".repeat(64);
        }

        @Override
        public NetworkInput preprocess(byte[] encoded) {
            throw new AssertionError("only headers are read");
        }

        @Override
        public Detections run(List<NetworkInput> inputs) {
            throw new AssertionError("the device is emulated");
        }

        @Override
        public void close() {}
    }

    @Test
    void labelsWhatIsNewOfAHundredThousand() throws IOException {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);

        Map<String, Object> night = new NightBenchmark(100_000, 1_000, 20_000)
                .run(
                        TestSession.spark(),
                        new Source(),
                        Settings.of(ConfigFactory.parseString("label.batch-wait-millis = 0")),
                        folder,
                        new Console(nowhere, nowhere, Console.Format.TEXT, Console.Verbosity.QUIET));

        assertThat(night)
                .containsEntry("listed", 100_000L)
                .containsEntry("planned", 1_000L)
                .containsEntry("labelled", 1_000L)
                .containsEntry("failed", 0L)
                .containsEntry("gone", 0L)
                .containsEntry("read_requests", 1_000L);
        assertThat((Long) night.get("record_bytes")).isLessThan(1 << 20);
        assertThat(folder.resolve("table/runs/listings")).isEmptyDirectory();
    }

    @Test
    void aBucketInRangesIsWhatS3aLists() throws IOException {
        try (MadeUpStore store = new MadeUpStore(12_345)) {
            Configuration configuration = new Configuration(false);
            configuration.set("fs.s3a.impl", "org.apache.hadoop.fs.s3a.S3AFileSystem");
            configuration.set("fs.s3a.impl.disable.cache", "true");
            configuration.set("hadoop.tmp.dir", folder.toString());
            store.settings().forEach(configuration::set);
            String root = FileWalk.root(MadeUpStore.folder(), configuration);
            List<String> found = Collections.synchronizedList(new ArrayList<>());

            FileWalk.all(MadeUpStore.folder(), root, configuration, new FileWalk.Visitor() {
                @Override
                public void file(FileWalk.Found file) {
                    found.add(file.uri() + " " + file.name() + " " + file.sizeBytes() + " " + file.version());
                }

                @Override
                public void leftOut(String name) {
                    throw new AssertionError(name);
                }
            });

            List<String> expected = new ArrayList<>();
            org.apache.hadoop.fs.Path start = new org.apache.hadoop.fs.Path(MadeUpStore.folder());
            RemoteIterator<? extends FileStatus> files =
                    start.getFileSystem(configuration).listFiles(start, true);
            while (files.hasNext()) {
                FileStatus file = files.next();
                expected.add(file.getPath() + " " + file.getPath().getName() + " " + file.getLen() + " "
                        + ((EtagSource) file).getEtag());
            }
            assertThat(found).containsExactlyInAnyOrderElementsOf(expected).hasSize(12_345);
            String first = MadeUpStore.folder() + MadeUpStore.name(0);
            StoredInput.Status status = StoredInput.status(first, configuration);
            assertThat(found)
                    .contains(first + " " + MadeUpStore.name(0) + " " + status.size() + " " + status.version());
        }
    }
}
