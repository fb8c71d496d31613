package dev.mnc.jobs.label;

import com.typesafe.config.ConfigFactory;
import dev.mnc.jobs.cli.Console;
import dev.mnc.jobs.cli.Settings;
import dev.mnc.jobs.executor.HostConfig;
import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.table.LabelTable;
import dev.mnc.model.Predictor;
import dev.mnc.model.cascade.NetworkInput;
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

    /** The first image of this width ends the process, as a kill from outside would. */
    static final int KILLED_ONCE = 33;

    private static final HostConfig MACHINE = Settings.defaults().read("host", HostConfig::from);
    private static final Settings SETTINGS = Settings.of(
            ConfigFactory.parseString("label { batch-size = 4, partitions-per-slot = 1, detect-seconds = 3 }"));

    private final PrintStream out;
    private final Path folder;

    private FaultJobs(PrintStream out, Path folder) {
        this.out = out;
        this.folder = folder;
    }

    /** What happens to executors. */
    enum Fault {
        /** The model ends the process on images of one width, and once while it labels one of another. */
        POISON,
        /**
         * The first executor cannot load the model; the device of the first to label something fails from then on, and that of
         * the second hangs.
         */
        SICK_MACHINES,
        /** Java runs out of memory at every image. */
        HEAP,
        /** No executor can load the model. */
        NO_MODEL,
        /** Every executor is killed while it loads the model. */
        KILLED_AT_START
    }

    /**
     * A model of squares.
     *
     * @param folder of files by which executors know what others did
     */
    record Source(Fault fault, String folder) implements SquareSource {

        @Override
        public Predictor load() {
            switch (fault) {
                case SICK_MACHINES -> {
                    if (isFirst("load")) {
                        throw new IllegalStateException("planted: no such model");
                    }
                }
                case NO_MODEL -> throw new IllegalStateException("planted: no such model");
                case KILLED_AT_START -> Runtime.getRuntime().halt(9);
                default -> {}
            }
            Device device = new Device(this);
            return new PlantedPredictor(input -> {}, device::run);
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

    /** The faults of one executor's device. */
    private static final class Device {

        private final Source source;
        private boolean isSick;

        private Device(Source source) {
            this.source = source;
        }

        private synchronized void run(List<NetworkInput> inputs) {
            boolean isWarmUp = PlantedPredictor.isWarmUp(inputs);
            if (source.fault == Fault.SICK_MACHINES && !isWarmUp) {
                isSick |= source.isFirst("image");
                if (!isSick && source.isFirst("other")) {
                    hang();
                }
            }
            if (source.fault == Fault.HEAP && !isWarmUp) {
                throw new OutOfMemoryError("planted");
            }
            if (isSick) {
                throw new IllegalStateException("planted: no kernel image");
            }
            boolean kills = PlantedPredictor.holds(inputs, POISON)
                    || (PlantedPredictor.holds(inputs, KILLED_ONCE) && source.isFirst("kill"));
            if (source.fault == Fault.POISON && kills) {
                Runtime.getRuntime().halt(9);
            }
        }

        private static void hang() {
            try {
                Thread.sleep(Long.MAX_VALUE); // The process ends before.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
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
        System.setProperty("spark.executor.extraJavaOptions", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
        System.setProperty("spark.ui.enabled", "false");
        try (PrintStream out =
                new PrintStream(Files.newOutputStream(Path.of(arguments[2])), true, StandardCharsets.UTF_8)) {
            FaultJobs jobs = new FaultJobs(out, Path.of(arguments[1]));
            jobs.run(Fault.POISON, "local-cluster[1,2,512]");
            jobs.run(Fault.SICK_MACHINES, "local-cluster[2,1,512]");
            jobs.run(Fault.HEAP, "local[1,4]");
            jobs.run(Fault.NO_MODEL, "local[1]");
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
            out.println(fault + " ends with " + (summary.hasTooManyErrors(config.maxErrorRate()) ? 3 : 0));
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
