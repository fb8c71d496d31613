package dev.mnc.jobs.doctor;

import dev.mnc.jobs.cli.CommonOptions;
import dev.mnc.jobs.cli.Console;
import dev.mnc.jobs.cli.JavaRuntime;
import dev.mnc.jobs.cli.Sessions;
import dev.mnc.jobs.executor.CacheFolder;
import dev.mnc.jobs.executor.HostConfig;
import dev.mnc.jobs.label.CheckedModel;
import dev.mnc.jobs.label.LabelConfig;
import dev.mnc.jobs.label.ModelOption;
import dev.mnc.jobs.store.CommandPath;
import dev.mnc.model.NativeLibraries;
import dev.mnc.model.NativeLibrary;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code mnc doctor}, which looks for what would stop a run or spoil it, before a night is lost to it. */
@Command(
        name = "doctor",
        description =
                "Checks Java, memory, native libraries, the store and the cluster, and says what to do about each.")
public final class DoctorCommand implements Callable<Integer> {

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Option(
            names = "--table",
            paramLabel = "DIR|URI",
            description = "A label table, or where one is to be: writes, lists and deletes below it.")
    private @Nullable String table;

    @Option(
            names = "--images",
            paramLabel = "DIR|URI",
            description = "Images, as mnc label takes them: lists and reads.")
    private @Nullable String images;

    @Mixin
    private final ModelOption model = new ModelOption();

    @Option(
            names = "--wait",
            defaultValue = "60",
            paramLabel = "SECONDS",
            description = "How long to wait for executors. Default: ${DEFAULT-VALUE}.")
    private int seconds = 60;

    @Override
    public Integer call() {
        Console console = common.console();
        JavaRuntime java = JavaRuntime.current();
        SparkSettings settings = SparkSettings.of(System.getProperties());
        HostConfig host = common.settings().read("host", HostConfig::from);
        if (java.refusal().isPresent()) {
            List<Check> checks = new ArrayList<>(machine(java, settings, host, 0));
            checks.add(
                    () -> List.of(Finding.skipped("model, store and executors", "Hadoop does not run on this Java")));
            return tell(console, checks);
        }
        LabelConfig config = common.settings().read("label", LabelConfig::from);
        Configuration configuration = impatient(Sessions.hadoop());
        ModelCheck checked =
                ModelCheck.of(model.name(), () -> CheckedModel.of(model.name(), config, host, configuration));
        List<Check> checks = new ArrayList<>(machine(java, settings, host, checked.bytes()));
        checks.add(checked);
        checks.addAll(storeAndExecutors(settings, configuration, console));
        return tell(console, checks);
    }

    private static int tell(Console console, List<Check> checks) {
        Diagnosis diagnosis = Diagnosis.of(checks);
        console.result(diagnosis.text(), diagnosis);
        return diagnosis.exitCode();
    }

    private List<Check> machine(JavaRuntime java, SparkSettings settings, HostConfig host, long modelBytes) {
        Machine machine = Machine.here();
        Runtime runtime = Runtime.getRuntime();
        return List.of(
                new JavaCheck(java),
                new MemoryCheck(machine, runtime.maxMemory(), settings, model.name(), modelBytes),
                new CoresCheck(runtime.availableProcessors(), settings),
                new NativeLibraryCheck(machine, System.getProperty("os.name", ""), () -> nativeLibrary(host)),
                new GpuCheck(machine, settings),
                new SecretsCheck(settings));
    }

    /** Loads the library from where executors of this machine would. */
    private static String nativeLibrary(HostConfig host) {
        NativeLibraries.prepare(
                CacheFolder.nativeLibraries(host, System.getProperty(NativeLibraries.FOLDER_PROPERTY, "")));
        return NativeLibrary.version();
    }

    private List<Check> storeAndExecutors(SparkSettings settings, Configuration configuration, Console console) {
        List<Check> checks = new ArrayList<>();
        if (table == null) {
            checks.add(() -> List.of(Finding.skipped("table", "no --table")));
        } else {
            String folder = String.format(
                    Locale.ROOT, "_doctor-%08x", ThreadLocalRandom.current().nextInt());
            String address = CommandPath.address(table, configuration);
            checks.add(new CommitterCheck(address, settings, configuration));
            checks.add(new TableCheck(address, folder, configuration));
        }
        checks.add(
                images == null
                        ? () -> List.of(Finding.skipped("images", "no --images"))
                        : new ImagesCheck(CommandPath.address(images, configuration), configuration));
        checks.add(
                settings.master().isEmpty()
                        ? () -> List.of(Finding.skipped("executors", "no master: add -- --master ADDRESS"))
                        : () -> {
                            console.note("starting Spark on " + settings.master());
                            return new ExecutorsCheck(
                                            settings,
                                            ExecutorFacts.Versions.here(),
                                            Duration.ofSeconds(seconds),
                                            new SparkCluster(settings))
                                    .findings();
                        });
        return checks;
    }

    /** A run tries for minutes to reach a store; who asks whether it can be reached wants to know at once. */
    static Configuration impatient(Configuration configuration) {
        Configuration impatient = new Configuration(configuration);
        impatient.set("fs.s3a.attempts.maximum", "2");
        impatient.set("fs.s3a.retry.limit", "1");
        impatient.set("fs.s3a.retry.interval", "200ms");
        impatient.set("fs.s3a.retry.throttle.limit", "3");
        impatient.set("fs.s3a.connection.establish.timeout", "15s");
        impatient.set("fs.s3a.connection.timeout", "30s");
        return impatient;
    }
}
