package dev.mnc.jobs.label;

import com.typesafe.config.ConfigFactory;
import dev.mnc.jobs.cli.Console;
import dev.mnc.jobs.cli.Settings;
import dev.mnc.jobs.executor.HostConfig;
import dev.mnc.jobs.table.StockSparkTest;
import org.apache.spark.sql.SparkSession;

/**
 * The process of {@link KilledRunTest}, which is killed while it labels: some images are never read. In another thread it
 * may write a table as a stock Spark job does, which does not end either.
 */
final class RunToKill {

    private RunToKill() {}

    static String name(int image) {
        return image + 10 + ".png";
    }

    /**
     * Labels.
     *
     * @param arguments the folder of images, the table, the table of the stock job or nothing, how many images can be read
     */
    public static void main(String[] arguments) {
        SparkSession spark = SparkSession.builder()
                .appName("killed")
                .master("local[4]")
                .config("spark.ui.enabled", "false")
                .getOrCreate();
        FaultyFiles.install(spark.sparkContext().hadoopConfiguration());
        String first = name(Integer.parseInt(arguments[3]));
        FaultyFiles.stalled = name -> name.compareTo(first) >= 0;
        if (!arguments[2].isEmpty()) {
            new Thread(() -> StockSparkTest.appendForEver(spark, arguments[2])).start();
        }
        Settings settings = Settings.of(ConfigFactory.parseString("label.wave-images = 2"));
        LabelSummary unused = new LabelImages(
                        spark,
                        new SquarePredictor.Source("0".repeat(64)),
                        settings.read("label", LabelConfig::from),
                        settings.read("host", HostConfig::from),
                        new Console(System.out, System.err, Console.Format.TEXT, Console.Verbosity.NORMAL))
                .run(KilledRunTest.request(arguments[0], arguments[1]), settings.entries("label", LabelConfig::from));
    }
}
