package dev.mnc.jobs.label;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.codahale.metrics.MetricRegistry;
import dev.mnc.image.ImageLimits;
import dev.mnc.jobs.TestSession;
import dev.mnc.jobs.executor.HostConfig;
import dev.mnc.jobs.host.Deadlines;
import dev.mnc.jobs.host.HostRegistry;
import dev.mnc.jobs.host.HostReport;
import dev.mnc.jobs.host.HostReports;
import dev.mnc.jobs.host.HostSettings;
import dev.mnc.jobs.host.MinScores;
import dev.mnc.jobs.host.PredictorSource;
import dev.mnc.model.Predictor;
import dev.mnc.schemas.RunRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.resource.ResourceInformation;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("spark")
@Tag("tensorflow")
class ModelHostPluginTest {

    private static final HostSettings SETTINGS = new HostSettings(
            1,
            0,
            1,
            1 << 20,
            1 << 20,
            1,
            new MinScores(0.05, Map.of()),
            100,
            ImageLimits.DEFAULT,
            new Deadlines(Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofMinutes(1)));

    private static final HostConfig MACHINE = new HostConfig("", "", 0.9, 120);

    private record Broken(String digest) implements PredictorSource {

        @Override
        public RunRecord.Model model() {
            return new RunRecord.Model("squares", "test:squares", List.of());
        }

        @Override
        public Predictor load() {
            throw new IllegalStateException("planted: no device");
        }
    }

    /** What Spark gives a plugin of one executor. */
    private static final class Context implements PluginContext {

        private final MetricRegistry metrics = new MetricRegistry();
        private final List<Object> sent = new ArrayList<>();
        private final SparkConf conf = new SparkConf(false);

        private Context(Map<String, String> settings) {
            settings.forEach(conf::set);
        }

        @Override
        public MetricRegistry metricRegistry() {
            return metrics;
        }

        @Override
        public SparkConf conf() {
            return conf;
        }

        @Override
        public String executorID() {
            return "3";
        }

        @Override
        public String hostname() {
            return "localhost";
        }

        @Override
        public Map<String, ResourceInformation> resources() {
            return Map.of();
        }

        @Override
        public synchronized void send(Object message) {
            sent.add(message);
        }

        @Override
        public Object ask(Object message) {
            throw new UnsupportedOperationException();
        }
    }

    /** An executor's plugin asks the environment of its process for the name of the machine. */
    @BeforeAll
    static void openSession() {
        var unused = TestSession.spark();
    }

    @Test
    void theSettingsOfASessionStartItsHost() {
        SquarePredictor.Source source = new SquarePredictor.Source("plugin test");
        Context context = new Context(ModelHostPlugin.sessionSettings(source, SETTINGS, MACHINE));
        ExecutorPlugin executor = new ModelHostPlugin().executorPlugin();

        executor.init(context, Map.of());

        assertThat(SquarePredictor.LOADED.get("plugin test")).hasValue(1);
        assertThat(HostRegistry.jvm().host(source, SETTINGS).report("3").executor())
                .isEqualTo("3");
        assertThat(SquarePredictor.LOADED.get("plugin test")).hasValue(1);
        assertThat(context.metrics.getGauges().keySet())
                .contains("device.busy.seconds", "images.done", "device.wait.read.seconds");
        executor.shutdown();
    }

    @Test
    void aSessionThatDoesNotLabelStartsNothing() {
        Context context = new Context(Map.of());
        ExecutorPlugin executor = new ModelHostPlugin().executorPlugin();

        executor.init(context, Map.of());

        assertThat(context.metrics.getNames()).isEmpty();
        executor.shutdown();
    }

    @Test
    void tellsTheDriverWhyTheModelCannotBeLoaded() {
        Context context = new Context(ModelHostPlugin.sessionSettings(new Broken("b"), SETTINGS, MACHINE));
        ExecutorPlugin executor = new ModelHostPlugin().executorPlugin();

        assertThatIllegalStateException()
                .isThrownBy(() -> executor.init(context, Map.of()))
                .withMessage("planted: no device");

        assertThat(context.sent).containsExactly(new HostReports.Failure("3", "planted: no device"));
        executor.shutdown();
    }

    @Test
    void theDriverCollectsReportsForItsSession() throws Exception {
        SparkContext session = TestSession.spark().sparkContext();
        DriverPlugin driver = new ModelHostPlugin().driverPlugin();
        HostReport report = new HostReport("9", "plugin run", 0, 1000, 3000, 1.5, 4, 1, 4, 0, 0, Map.of());

        assertThat(driver.init(session, new Context(Map.of()))).isEmpty();
        driver.receive(report);

        assertThat(HostRegistry.jvm().reports(session).of("plugin run")).containsExactly(report);
    }
}
