package dev.mnc.jobs.bench;

import dev.mnc.jobs.cli.CommonOptions;
import dev.mnc.jobs.cli.Sessions;
import dev.mnc.jobs.cli.Settings;
import dev.mnc.jobs.corpus.Spill;
import dev.mnc.jobs.executor.HostConfig;
import dev.mnc.jobs.label.LabelConfig;
import dev.mnc.jobs.label.LabelImages;
import dev.mnc.jobs.label.ModelOption;
import dev.mnc.jobs.label.SavedModelSource;
import dev.mnc.model.ModelFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code mnc bench night}, which measures what a large corpus costs on a night with little that is new. */
@Command(
        name = "night",
        description =
                "Labels what is new in a made-up object store, all else in it being labelled already, with a device"
                        + " that is emulated and takes no time; prints how long listing, planning, labelling and publishing took"
                        + " together.")
final class BenchNightCommand implements Callable<Integer> {

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Option(names = "--objects", defaultValue = "1000000", description = "How many. Default: ${DEFAULT-VALUE}.")
    private long objects;

    @Option(
            names = "--new",
            paramLabel = "N",
            defaultValue = "10000",
            description = "About how many of these are new. Default: ${DEFAULT-VALUE}.")
    private long newObjects;

    @Mixin
    private final ModelOption model = new ModelOption();

    @Override
    public Integer call() throws IOException {
        Settings settings = common.settings();
        LabelConfig config = settings.read("label", LabelConfig::from);
        HostConfig machine = settings.read("host", HostConfig::from);
        BenchSource source = new BenchSource(
                SavedModelSource.of(model.name(), config, machine, Sessions.hadoop()),
                new BenchSource.Emulated(0, 0, EmulatedDevice.Decoding.HEADER));
        Path folder = Files.createTempDirectory("mnc-bench-night");
        try (SparkSession spark = LabelImages.session("bench night", source, config, machine, Map.of())) {
            Map<String, Object> result = new NightBenchmark(objects, newObjects, Spill.MEMORY_IMAGES)
                    .run(spark, source, settings, folder, common.console());
            common.console()
                    .result(
                            result.entrySet().stream()
                                    .map(entry -> entry.getKey() + " " + entry.getValue())
                                    .collect(Collectors.joining("\n")),
                            result);
            return 0;
        } finally {
            ModelFiles.delete(folder);
        }
    }
}
