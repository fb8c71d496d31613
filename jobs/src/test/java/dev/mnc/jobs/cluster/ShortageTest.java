package dev.mnc.jobs.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mnc.jobs.cluster.ClusterManager.Waiting;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("spark")
class ShortageTest {

    private static final String MASTER = "spark://h:7077";

    private static SparkConf conf(String settings) {
        SparkConf conf = new SparkConf(false);
        for (String setting : settings.split(" +", -1)) {
            conf.set("spark." + setting.split("=", 2)[0], setting.split("=", 2)[1]);
        }
        return conf;
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "master=spark://h                                        | 1 core and 1024 MiB        | 1 core and 1024 MiB",
                "master=spark://h executor.cores=4 executor.memory=8g    | 4 cores and 8192 MiB       | 1 core and 1024 MiB",
                "master=yarn executor.memory=8g driver.cores=2           | 1 core and 9011 MiB        | 2 cores and 1408 MiB",
                "master=yarn executor.memoryOverhead=2g driver.memory=4g | 1 core and 3072 MiB        | 1 core and 4505 MiB",
                "master=yarn executor.resource.gpu.amount=1              | 1 core, 1408 MiB and 1 GPU | 1 core and 1408 MiB",
                "master=k8s://h driver.memoryOverhead=512m               | 1 core and 1408 MiB        | 1 core and 1536 MiB",
            })
    void processesNeedWhatTheirSettingsSay(String settings, String executor, String driver) {
        assertThat(Resources.ofExecutor(conf(settings)).text()).isEqualTo(executor);
        assertThat(Resources.ofDriver(conf(settings)).text()).isEqualTo(driver);
    }

    private static JsonNode page(String json) throws IOException {
        return new ObjectMapper().readTree(json.replace('\'', '"'));
    }

    private static String worker(String host, int cores, int memory, String state, String resources) {
        return String.format(
                Locale.ROOT,
                "{'host': '%s', 'cores': 64, 'coresfree': %d, 'memory': 99999, 'memoryfree': %d, 'state': '%s',"
                        + " 'resourcesfree': {%s}}",
                host,
                cores,
                memory,
                state,
                resources);
    }

    private static String offer(Resources needs, String... workers) throws IOException {
        return new Shortage("executor", needs, MASTER, Optional.empty())
                .offer(StandaloneMaster.machines(page("{'workers': [" + String.join(",", workers) + "]}")));
    }

    @Test
    void theMachinesWithTheMostAreNamed() throws IOException {
        Resources needs = new Resources(4, 10240, 0);
        String a = worker("a", 5, 6144, "ALIVE", "");

        assertThat(offer(needs, a, worker("dead", 64, 99999, "DEAD", "")))
                .isEqualTo(MASTER + " has free 5 cores and 6144 MiB on a. Waiting until that is free; to ask for less,"
                        + " stop the command");
        assertThat(offer(
                        needs,
                        a,
                        worker("b", 1, 9000, "ALIVE", ""),
                        worker("c", 2, 1000, "ALIVE", "'gpu': {'name': 'gpu', 'addresses': ['0', '1']}"),
                        worker("d", 3, 500, "ALIVE", "")))
                .startsWith(
                        MASTER + " has free 2 cores, 1000 MiB and 2 GPUs on c; 1 core and 9000 MiB on b; 5 cores and"
                                + " 6144 MiB on a; less on 1 more. Waiting");
        assertThat(offer(needs, a, worker("e", 4, 10240, "ALIVE", "")))
                .isEqualTo(
                        MASTER + " has free 4 cores and 10240 MiB on e; 5 cores and 6144 MiB on a. That would do: look"
                                + " at its page and logs for what keeps it, such as a queue's limit or an executor that ends at"
                                + " once");
        assertThat(offer(needs)).isEqualTo(MASTER + " has no machine that takes work. Waiting for one");
    }

    @Test
    void theLineSaysWhatIsNeededAlsoWhereNobodySaysWhatIsFree() throws IOException {
        Resources needs = new Resources(4, 10240, 1);
        int closed;
        try (ServerSocket socket = new ServerSocket(0)) {
            closed = socket.getLocalPort();
        }
        String master = "spark://127.0.0.1:" + closed;
        SparkConf conf = new SparkConf(false).setMaster(master).set("spark.authenticate", "false");

        assertThat(new Shortage("executor", needs, "k8s://h", Optional.empty()).line(Duration.ofSeconds(60)))
                .isEqualTo(
                        "no executor has started for 60 s. Each needs 4 cores, 10240 MiB and 1 GPU; what k8s://h lacks"
                                + " stands in the events of the pods: kubectl describe pods");
        assertThat(new Shortage("driver", needs, master, Optional.of(new StandaloneMaster(master, conf)))
                        .line(Duration.ofSeconds(661)))
                .isEqualTo("no driver has started for 661 s. It needs 4 cores, 10240 MiB and 1 GPU; what is free cannot"
                        + " be said: the Master at " + master + " does not answer");
        assertThatThrownBy(() -> new StandaloneMaster(master, conf).waiting("driver-1"))
                .isInstanceOf(IOException.class)
                .hasMessage("the Master at " + master + " does not answer");
    }

    @ParameterizedTest(name = "{0}, {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "SUBMITTED | ''                                           | DRIVER",
                "RUNNING   | ''                                           | NOTHING",
                "RUNNING   | {'starttime': 6, 'state': 'WAITING'}         | EXECUTORS",
                "RUNNING   | {'starttime': 6, 'state': 'RUNNING'}         | NOTHING",
                "RUNNING   | {'starttime': 4, 'state': 'WAITING'}         | NOTHING",
                "RUNNING   | {'starttime': 6, 'state': 'WAITING'}, {'starttime': 7, 'state': 'WAITING'} | NOTHING",
            })
    void theMasterKnowsWhatHasNotStarted(String state, String applications, Waiting waiting) throws IOException {
        JsonNode page = page("{'activedrivers': [{'id': 'other', 'starttime': '1', 'state': 'SUBMITTED'},"
                + " {'id': 'driver-1', 'starttime': '5', 'state': '" + state + "'}], 'activeapps': ["
                + applications.replace("''", "'") + "]}");

        assertThat(StandaloneMaster.waiting(page, "driver-1")).isEqualTo(waiting);
        assertThat(StandaloneMaster.waiting(page, "driver-2")).isEqualTo(Waiting.NOTHING);
    }

    /** A shortage is told again only after the longer time, and afresh once it is over. */
    @Test
    void theWatchSaysEachShortageOnce() throws InterruptedException {
        Shortage executors = new Shortage("executor", new Resources(1, 1, 0), "k8s://h", Optional.empty());
        Shortage driver = new Shortage("driver", new Resources(1, 1, 0), "k8s://h", Optional.empty());
        AtomicReference<@Nullable Shortage> now = new AtomicReference<>(driver);
        BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        BlockingQueue<Boolean> looks = new LinkedBlockingQueue<>();
        ShortageWatch.Look look = () -> {
            looks.add(true);
            return now.get();
        };
        ShortageWatch.Rhythm rhythm =
                new ShortageWatch.Rhythm(Duration.ofMillis(1), Duration.ofMillis(20), Duration.ofDays(1));

        try (ShortageWatch watch = new ShortageWatch(look, lines::add, rhythm)) {
            assertThat(watch).isNotNull();
            assertThat(lines.poll(1, TimeUnit.MINUTES)).startsWith("no driver has started for 0 s. ");
            now.set(executors);
            assertThat(lines.poll(1, TimeUnit.MINUTES)).startsWith("no executor has started for 0 s. ");
            now.set(null);
            looks.clear();
            for (int i = 0; i < 3; i++) {
                assertThat(looks.poll(1, TimeUnit.MINUTES)).isTrue();
            }
            now.set(executors);
            assertThat(lines.poll(1, TimeUnit.MINUTES)).startsWith("no executor has started for 0 s. ");
            looks.clear();
            for (int i = 0; i < 30; i++) {
                assertThat(looks.poll(1, TimeUnit.MINUTES)).isTrue();
            }
        }
        assertThat(lines).isEmpty();
    }

    @Test
    void aRepeatedLineComesAfterTheLongerTime() throws InterruptedException {
        Shortage executors = new Shortage("executor", new Resources(1, 1, 0), "k8s://h", Optional.empty());
        BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        Duration tick = Duration.ofMillis(1);

        try (ShortageWatch watch =
                new ShortageWatch(() -> executors, lines::add, new ShortageWatch.Rhythm(tick, tick, tick))) {
            assertThat(watch).isNotNull();
            for (int i = 0; i < 3; i++) {
                assertThat(lines.poll(1, TimeUnit.MINUTES)).startsWith("no executor has started");
            }
        }
    }

    @Test
    void managersAreKnownByTheirMaster() {
        Configuration hadoop = new Configuration(false);

        assertThat(ClusterManager.of(conf("master=spark://h:7077"), hadoop))
                .get()
                .isInstanceOf(StandaloneMaster.class);
        assertThat(ClusterManager.of(conf("master=yarn"), hadoop)).get().isInstanceOf(YarnManager.class);
        assertThat(ClusterManager.of(conf("master=k8s://h"), hadoop)).isEmpty();
    }
}
