package dev.mnc.jobs.bench;

import dev.mnc.image.UnreadableImageException;
import dev.mnc.jobs.bench.MeteredPredictor.Sample;
import dev.mnc.jobs.cli.ClassArchive;
import dev.mnc.jobs.cli.CommonOptions;
import dev.mnc.jobs.cli.Sessions;
import dev.mnc.jobs.cli.Settings;
import dev.mnc.jobs.executor.HostConfig;
import dev.mnc.jobs.label.LabelConfig;
import dev.mnc.jobs.label.LabelImages;
import dev.mnc.jobs.label.LabelRequest;
import dev.mnc.jobs.label.LabelSummary;
import dev.mnc.jobs.label.ModelOption;
import dev.mnc.jobs.label.Preparation;
import dev.mnc.jobs.label.SavedModelSource;
import dev.mnc.model.ModelFiles;
import dev.mnc.model.cascade.NetworkInput;
import dev.mnc.schemas.RunRecord.Efficiency;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The command {@code mnc bench label}, which measures how busy labelling keeps a device, and the cost beside the
 * device.
 */
@Command(
        name = "label",
        description = "Labels JPEGs it makes, as mnc label does, with the model or with a device that is emulated, and"
                + " prints how busy the device was and what an image cost beside it.")
final class BenchLabelCommand implements Callable<Integer> {

    /** The shares of the images between which the pipeline is in its steady state. */
    private static final double STEADY_FROM = 0.3;

    private static final double STEADY_TO = 0.95;

    /** The number of batches after which memory counts. */
    private static final int MEMORY_WARM_UP = 10_000;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Option(names = "--images", defaultValue = "2000", description = "How many. Default: ${DEFAULT-VALUE}.")
    private int images;

    @Option(
            names = "--emulated-device-ms",
            paramLabel = "MS",
            description = "A device that takes so long an image, and no processor. Default: the real model.")
    private @Nullable Double deviceMillis;

    @Option(
            names = "--instances",
            defaultValue = "20",
            description = "Instances the emulated device finds on each image. Default: ${DEFAULT-VALUE}.")
    private int instances;

    @Option(
            names = "--decode",
            defaultValue = "MODEL",
            description =
                    "What the emulated device has decoded: ${COMPLETION-CANDIDATES}. HEADER shows how fast files are"
                            + " read. Default: ${DEFAULT-VALUE}.")
    private EmulatedDevice.Decoding decoding = EmulatedDevice.Decoding.MODEL;

    @Mixin
    private final ModelOption model = new ModelOption();

    @Option(
            names = "--s3proxy",
            paramLabel = "JAR",
            description = "Read from and write to an S3 server, started from this jar. Default: a local folder.")
    private @Nullable Path s3proxy;

    @Option(
            names = "--get-latency-ms",
            paramLabel = "MS",
            defaultValue = "20",
            description = "What the S3 server waits before it answers a GET. Default: ${DEFAULT-VALUE}.")
    private int getMillis;

    @Option(
            names = "--rounds",
            defaultValue = "1",
            description = "How often to label all images, each time into a new table. Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Override
    public Integer call() throws IOException {
        Path folder = Files.createTempDirectory("mnc-bench-label");
        try (S3ProxyProcess server = s3proxy == null ? null : new S3ProxyProcess(s3proxy, folder, getMillis)) {
            Map<String, Object> result = bench(folder, server);
            common.console().result(text(result), result);
            ClassArchive.complete(common.console()::note);
            return 0;
        } finally {
            ModelFiles.delete(folder);
        }
    }

    private Map<String, Object> bench(Path folder, @Nullable S3ProxyProcess server) throws IOException {
        Settings settings = common.settings();
        LabelConfig config = settings.read("label", LabelConfig::from);
        HostConfig machine = settings.read("host", HostConfig::from);
        BenchSource source = new BenchSource(
                SavedModelSource.of(model.name(), config, machine, Sessions.hadoop()),
                deviceMillis == null ? null : new BenchSource.Emulated(deviceMillis, instances, decoding));
        common.console().note("making the images");
        double cpu = MeteredPredictor.cpuSeconds();
        BenchCorpus corpus = new BenchCorpus(1);
        String root = server == null ? folder.toUri().toString() : "s3a://" + S3ProxyProcess.BUCKET;
        Map<String, String> access = server == null ? Map.of() : server.settings();
        corpus.write(root + "/images", images, hadoop(access));
        double corpusCpu = MeteredPredictor.cpuSeconds() - cpu;
        List<Map<String, Object>> all = new ArrayList<>();
        // As in mnc label, the first round is prepared while the session opens.
        Preparation first = Preparation.of(request(root, 0), hadoop(access));
        try (SparkSession spark = LabelImages.session("bench label", source, config, machine, access)) {
            boolean here = spark.sparkContext().isLocal();
            for (int round = 0; round < rounds; round++) {
                LabelRequest request = request(root, round);
                source.reset();
                LabelSummary labels = new LabelImages(spark, source, config, machine, common.console())
                        .run(
                                request,
                                round == 0 ? first : Preparation.of(request, hadoop(access)),
                                LabelConfig.entries(settings));
                List<Sample> samples = here ? source.metered().samples() : List.of();
                Map<String, Object> result = result(labels, samples, here ? alone(source, corpus, config) : null);
                if (here && round == 0) {
                    result.put("first_inference_cpu_seconds", source.metered().firstCpuSeconds() - corpusCpu);
                }
                all.add(result);
            }
        }
        Map<String, Object> result = new LinkedHashMap<>(all.get(all.size() - 1));
        result.put("mean_image_bytes", corpus.meanBytes());
        if (rounds > 1) {
            result.put("rounds", all);
        }
        return result;
    }

    private static Configuration hadoop(Map<String, String> access) {
        Configuration hadoop = Sessions.hadoop();
        access.forEach((key, value) -> hadoop.set(key.substring("spark.hadoop.".length()), value));
        return hadoop;
    }

    /**
     * The speed of the model alone on preloaded batches, in this process.
     *
     * @param cpuMillis CPU time of an image while nothing else runs
     * @param busyCpuMillis CPU time of an image while every core works, as beside the rest of the pipeline: cores that
     *     share their execution units then take longer for the same
     */
    private record Alone(double imagesPerSecond, double cpuMillis, double busyCpuMillis) {}

    private Alone alone(BenchSource source, BenchCorpus corpus, LabelConfig config) {
        MeteredPredictor predictor = source.metered();
        try {
            List<NetworkInput> batch = new ArrayList<>();
            for (int i = 0; i < config.batchSize(); i++) {
                batch.add(predictor.preprocess(corpus.file(i)));
            }
            predictor.run(batch).close();
            Rate single = rate(predictor, batch, 1);
            return new Alone(
                    single.imagesPerSecond,
                    single.cpuMillis,
                    rate(predictor, batch, Runtime.getRuntime().availableProcessors()).cpuMillis);
        } catch (UnreadableImageException e) {
            throw new IllegalStateException("the model cannot read our own JPEG", e);
        }
    }

    private record Rate(double imagesPerSecond, double cpuMillis) {}

    /** Runs the model for five seconds, from several threads at once. */
    private static Rate rate(MeteredPredictor predictor, List<NetworkInput> batch, int callers) {
        long start = System.nanoTime();
        double cpu = MeteredPredictor.cpuSeconds();
        int runs = IntStream.range(0, callers)
                .mapToObj(caller -> CompletableFuture.supplyAsync(
                        () -> {
                            int count = 0;
                            while (count < 2 || System.nanoTime() - start < 5_000_000_000L) {
                                predictor.run(batch).close();
                                count++;
                            }
                            return count;
                        },
                        task -> new Thread(task, "alone-" + caller).start()))
                .toList()
                .stream()
                .mapToInt(CompletableFuture::join)
                .sum();
        double images = (double) runs * batch.size();
        return new Rate(
                images / ((System.nanoTime() - start) / 1e9), 1000 * (MeteredPredictor.cpuSeconds() - cpu) / images);
    }

    private static LabelRequest request(String root, int round) {
        return new LabelRequest(root + "/images", null, root + "/table" + round, null, LabelRequest.Mode.LABEL);
    }

    private static Map<String, Object> result(LabelSummary labels, List<Sample> samples, @Nullable Alone alone) {
        Efficiency use = labels.efficiency();
        if (use == null || labels.outcome() == null || labels.outcome().failed() > 0) {
            throw new IllegalStateException("images failed: " + labels.outcome());
        }
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("images", labels.planned());
        result.put("instances", labels.outcome().instances());
        result.put("devices", use.devices());
        result.put("device_busy_steady", use.deviceBusySteady());
        result.put("device_busy_job", use.deviceBusyJob());
        result.put("images_per_second", use.imagesPerSecond());
        if (alone != null) {
            Sample from = at(samples, STEADY_FROM);
            Sample to = at(samples, STEADY_TO);
            double count = to.images() - from.images();
            double cpu = 1000 * (to.cpuSeconds() - from.cpuSeconds()) / count;
            result.put("images_per_second_steady", count / (to.seconds() - from.seconds()));
            result.put("cpu_ms_per_image", cpu);
            result.put("model_alone_images_per_second", alone.imagesPerSecond);
            result.put("model_alone_cpu_ms_per_image", alone.cpuMillis);
            result.put("model_alone_on_busy_cores_cpu_ms_per_image", alone.busyCpuMillis);
            result.put("host_cpu_ms_per_image", cpu - alone.cpuMillis);
            result.put("resident_bytes", to.bytes());
            Double slope = slope(samples);
            if (slope != null) {
                result.put("growth_bytes_per_10000_batches", slope);
            }
        }
        result.put("loss", use.loss());
        return result;
    }

    private static Sample at(List<Sample> samples, double share) {
        return samples.get((int) (share * (samples.size() - 1)));
    }

    /**
     * Returns the slope of the line through the memory of all samples after the warm-up, or null if there were too few
     * batches.
     */
    private static @Nullable Double slope(List<Sample> samples) {
        List<Sample> afterWarmUp = samples.stream()
                .filter(sample -> sample.batches() > MEMORY_WARM_UP)
                .toList();
        if (afterWarmUp.size() < 10) {
            return null;
        }
        double meanX = afterWarmUp.stream().mapToLong(Sample::batches).average().orElseThrow();
        double meanY = afterWarmUp.stream().mapToLong(Sample::bytes).average().orElseThrow();
        double above = 0;
        double below = 0;
        for (Sample sample : afterWarmUp) {
            above += (sample.batches() - meanX) * (sample.bytes() - meanY);
            below += (sample.batches() - meanX) * (sample.batches() - meanX);
        }
        return 10_000 * above / below;
    }

    private static String text(Map<String, Object> result) {
        StringBuilder text = new StringBuilder();
        result.forEach((name, value) -> {
            if (value instanceof Double number) {
                text.append(String.format(Locale.ROOT, "%-32s %.4g%n", name, number));
            } else if (!name.equals("rounds")) {
                text.append(String.format(Locale.ROOT, "%-32s %s%n", name, value));
            }
        });
        return text.toString().stripTrailing();
    }
}
