package dev.mnc.jobs.label;

import com.typesafe.config.ConfigFactory;
import dev.mnc.jobs.cli.Console;
import dev.mnc.jobs.cli.Settings;
import dev.mnc.jobs.executor.HostConfig;
import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.host.PredictorSource;
import dev.mnc.jobs.table.LabelTable;
import dev.mnc.model.Detections;
import dev.mnc.model.Predictor;
import dev.mnc.model.cascade.NetworkInput;
import dev.mnc.schemas.Category;
import dev.mnc.schemas.RunRecord;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The driver of {@link ExecutorFaultsTest}: one application after the other, whose executors are processes and come to grief in
 * different ways. Each line that it prints begins with the name of the application.
 */
final class FaultJobs {

    /** Images of this width end the process. */
    static final int POISON = 31;

    private static final HostConfig MACHINE = Settings.defaults().read("host", HostConfig::from);
    private static final Settings SETTINGS =
            Settings.of(ConfigFactory.parseString("label { batch-size = 4, partitions-per-slot = 1 }"));

    private final PrintStream out;
    private final Path folder;

    private FaultJobs(PrintStream out, Path folder) {
        this.out = out;
        this.folder = folder;
    }

    /** What happens to executors. */
    enum Fault {
        /** The model ends the process on images of one width. */
        POISON,
        /** The first executor cannot load the model, and the device of the first to label something fails from then on. */
        SICK_MACHINES,
        /** Every executor is killed while it loads the model. */
        KILLED_AT_START
    }

    /**
     * A model of squares.
     *
     * @param folder of files by which executors know what others did
     */
    record Source(Fault fault, String folder) implements PredictorSource {

        @Override
        public String digest() {
            return "0".repeat(64);
        }

        @Override
        public RunRecord.Model model() {
            return new RunRecord.Model("squares", "test:squares", SquarePredictor.CATEGORIES);
        }

        @Override
        public Predictor load() {
            switch (fault) {
                case SICK_MACHINES -> {
                    if (isFirst("load")) {
                        throw new IllegalStateException("planted: no such model");
                    }
                }
                case KILLED_AT_START -> Runtime.getRuntime().halt(9);
                default -> {}
            }
            return new Planted(this, new SquarePredictor.Source(digest()).load());
        }

        boolean isFirst(String what) {
            try {
                Files.createFile(Path.of(folder, fault + "-" + what));
                return true;
            } catch (FileAlreadyExistsException e) {
                return false;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static final class Planted implements Predictor {

        private final Source source;
        private final Predictor model;
        private boolean isSick;

        private Planted(Source source, Predictor model) {
            this.source = source;
            this.model = model;
        }

        @Override
        public List<Category> categories() {
            return model.categories();
        }

        @Override
        public String digest() {
            return model.digest();
        }

        @Override
        public NetworkInput preprocess(byte[] encoded) throws dev.mnc.image.UnreadableImageException {
            return model.preprocess(encoded);
        }

        @Override
        public synchronized Detections run(List<NetworkInput> inputs) {
            boolean isWarmUp = inputs.get(0).width() == 640;
            if (source.fault == Fault.SICK_MACHINES && !isWarmUp && source.isFirst("image")) {
                isSick = true;
            }
            if (isSick) {
                throw new IllegalStateException("planted: no kernel image");
            }
            if (source.fault == Fault.POISON && inputs.stream().anyMatch(input -> input.width() == POISON)) {
                Runtime.getRuntime().halt(9);
            }
            return model.run(inputs);
        }

        @Override
        public void close() {
            model.close();
        }
    }

    /**
     * Runs all applications.
     *
     * @param arguments the executors' class path, the folder of all files, the output
     */
    public static void main(String[] arguments) throws IOException {
        System.setProperty("spark.executor.extraClassPath", arguments[0]);
        System.setProperty("spark.executor.memory", "512m");
        // None of these processes lives long enough for the optimising compiler.
        System.setProperty("spark.executor.extraJavaOptions", "-XX:TieredStopAtLevel=1");
        System.setProperty("spark.ui.enabled", "false");
        try (PrintStream out =
                new PrintStream(Files.newOutputStream(Path.of(arguments[2])), true, StandardCharsets.UTF_8)) {
            FaultJobs jobs = new FaultJobs(out, Path.of(arguments[1]));
            jobs.run(Fault.POISON, "local-cluster[1,2,512]");
            jobs.run(Fault.SICK_MACHINES, "local-cluster[2,1,512]");
            jobs.run(Fault.KILLED_AT_START, "local-cluster[1,1,512]");
        }
    }

    private void run(Fault fault, String master) throws IOException {
        System.setProperty("spark.master", master);
        Source source = new Source(fault, folder.toString());
        LabelConfig config = SETTINGS.read("label", LabelConfig::from);
        String table = folder.resolve(fault.name()).toString();
        Console console = new Console(
                out,
                new PrintStream(out) {
                    @Override
                    public void println(String line) {
                        super.println(fault + " says " + line);
                    }
                },
                Console.Format.TEXT,
                Console.Verbosity.NORMAL);
        try (SparkSession spark = LabelImages.session("faults", source, config, MACHINE, Map.of())) {
            LabelRequest request =
                    new LabelRequest(folder.resolve("images").toString(), null, table, "run", LabelRequest.Mode.LABEL);
            LabelSummary summary = new LabelImages(spark, source, config, MACHINE, console)
                    .run(request, LabelConfig.entries(SETTINGS));
            out.println(fault + " state " + summary.state());
            LabelTable written = new LabelTable(spark, table);
            for (Row row : written.images(written.newest())
                    .select("file_name", "status", "error_stage", "error_reason", "instance_count")
                    .orderBy("file_name")
                    .collectAsList()) {
                out.println(fault + " row " + row.mkString(" "));
            }
        } catch (OperatorException e) {
            out.println(fault + " ends with " + e.kind().exitCode() + ": " + e.getMessage() + " | " + e.remedy());
        }
    }
}
