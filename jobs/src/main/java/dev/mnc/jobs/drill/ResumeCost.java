package dev.mnc.jobs.drill;

import dev.mnc.jobs.bench.BenchCorpus;
import dev.mnc.jobs.bench.S3ProxyProcess;
import dev.mnc.jobs.failure.ExitCode;
import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.runs.UnfinishedRuns;
import dev.mnc.jobs.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/**
 * The cost of going on with a run that was killed near its end, beside that of the whole run. Images and table lie on S3.
 *
 * @param images of the run
 * @param committed of these when it was killed
 * @param wholeSeconds of a process that labels all
 * @param resumedSeconds of the process that goes on
 * @param idleSeconds of a process that finds nothing to do: what any start costs
 * @param wholeBytes that the store answered to the first
 * @param resumedBytes that it answered to the second
 */
record ResumeCost(
        int images,
        long committed,
        double wholeSeconds,
        double resumedSeconds,
        double idleSeconds,
        long wholeBytes,
        long resumedBytes) {

    private static final int WAVES = 200;
    private static final long LOOK_MILLIS = 20;

    /** A process that has ended. */
    private record Ended(double seconds, long bytes) {}

    /**
     * Measures.
     *
     * @param folder for logs
     * @param share of the images that are committed at least when the run is killed, in (0, 1)
     */
    static ResumeCost measure(Path folder, int images, double share, S3ProxyProcess server)
            throws IOException, InterruptedException {
        new BenchCorpus(1).write(Drill.BUCKET + Drill.IMAGES, images, Drill.configuration(server.settings()));
        try (FaultProxy proxy = new FaultProxy(server.address(), new FaultPlan(0, Map.of()))) {
            Store.delete(Drill.BUCKET + "whole", Drill.configuration(server.settings()));
            Runs runs = new Runs(folder, images, server, proxy);
            Ended whole = runs.toTheEnd("whole");
            Ended idle = runs.toTheEnd("whole");
            long committed = runs.kill("resumed", Math.round(Math.ceil(share * images)));
            Ended resumed = runs.toTheEnd("resumed");
            return new ResumeCost(
                    images, committed, whole.seconds, resumed.seconds, idle.seconds, whole.bytes, resumed.bytes);
        }
    }

    private record Runs(Path folder, int images, S3ProxyProcess server, FaultProxy proxy) {

        private LabelProcess start(String table) throws IOException {
            List<String> words = Drill.words(
                    Drill.BUCKET + Drill.IMAGES,
                    Drill.BUCKET + table,
                    Math.max(1, images / WAVES),
                    false,
                    server.settings(proxy.port()));
            return new LabelProcess(words, folder.resolve(table + ".log"));
        }

        private Ended toTheEnd(String table) throws IOException, InterruptedException {
            long start = System.nanoTime();
            long before = proxy.answeredBytes();
            try (LabelProcess process = start(table)) {
                int exitCode = process.exitCode();
                if (exitCode != ExitCode.OK) {
                    throw new IOException("a run ended with exit code " + exitCode + ": " + process.lastLines());
                }
            }
            return new Ended((System.nanoTime() - start) / 1e9, proxy.answeredBytes() - before);
        }

        /** Kills a run, and returns how many images are committed then. */
        private long kill(String table, long wanted) throws IOException, InterruptedException {
            Configuration direct = Drill.configuration(server.settings());
            Store.delete(Drill.BUCKET + table, direct);
            UnfinishedRuns unfinished = new UnfinishedRuns(Drill.BUCKET + table, direct);
            try (LabelProcess process = start(table)) {
                long waves = wanted * WAVES / images;
                List<UnfinishedRuns.Run> run = List.of();
                while (process.isAlive() && (run.isEmpty() || unfinished.commits(run.get(0)) < waves)) {
                    run = run.isEmpty() ? unfinished.all() : run;
                    Thread.sleep(LOOK_MILLIS);
                }
            }
            long committed = committed(unfinished);
            if (committed < wanted) {
                throw OperatorException.usage(
                        "the run ended before it could be killed", "give more --images, or a smaller --resume-at");
            }
            return committed;
        }

        private static long committed(UnfinishedRuns unfinished) throws IOException {
            long committed = 0;
            for (UnfinishedRuns.Run run : unfinished.all()) {
                committed += unfinished.progress(run).committed();
            }
            return committed;
        }
    }

    /** Returns the share of the whole run's time that going on took, both without what any start costs. */
    double timeShare() {
        return Math.max(0, resumedSeconds - idleSeconds) / (wholeSeconds - idleSeconds);
    }

    /** Returns the share of the whole run's bytes that were read again. */
    double byteShare() {
        return (double) resumedBytes / wholeBytes;
    }

    String text() {
        return String.format(
                Locale.ROOT,
                "killed with %d of %d images committed; going on took %.1f s, the whole run %.1f s, a start with nothing to do"
                        + " %.1f s: %.2f %% of the time, start aside; %.2f %% of the bytes",
                committed,
                images,
                resumedSeconds,
                wholeSeconds,
                idleSeconds,
                100 * timeShare(),
                100 * byteShare());
    }
}
