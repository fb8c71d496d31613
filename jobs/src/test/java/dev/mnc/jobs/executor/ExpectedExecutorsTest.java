package dev.mnc.jobs.executor;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("spark")
class ExpectedExecutorsTest {

    private static SparkConf conf(String master, String settings) {
        SparkConf conf = new SparkConf(false).set("spark.master", master);
        ConfigFactory.parseString(settings)
                .entrySet()
                .forEach(entry -> conf.set(
                        "spark." + entry.getKey(),
                        String.valueOf(entry.getValue().unwrapped())));
        return conf;
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "yarn                     | executor.instances=7                                        | 7",
                "yarn                     | ''                                                          | 2",
                "k8s://host               | ''                                                          | 2",
                "spark://host:7077        | ''                                                          | 0",
                "local-cluster[3,2,1024]  | executor.instances=7                                        | 3",
                "yarn | 'executor.instances=2, dynamicAllocation.minExecutors=5'                        | 2",
                "yarn | 'dynamicAllocation.enabled=true, dynamicAllocation.minExecutors=5'              | 5",
                "yarn | 'dynamicAllocation.enabled=true, dynamicAllocation.initialExecutors=6, executor.instances=2' | 6",
                "yarn | 'dynamicAllocation.enabled=true, executor.instances=4'                          | 4",
            })
    void countsTheExecutorsAskedFor(String master, String settings, int count) {
        assertThat(ExpectedExecutors.count(conf(master, settings))).isEqualTo(count);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "executor.instances=7                                                                          | 7",
                "'executor.instances=7, dynamicAllocation.minExecutors=5'                                      | 7",
                "'dynamicAllocation.enabled=true, executor.instances=7'                                        | 0",
                "'dynamicAllocation.enabled=true, dynamicAllocation.minExecutors=2, dynamicAllocation.initialExecutors=6' | 2",
            })
    void waitsForTheExecutorsThatStay(String settings, int count) {
        assertThat(ExpectedExecutors.lasting(conf("yarn", settings))).isEqualTo(count);
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "yarn                    | 'executor.instances=8, executor.cores=4'                      | 32",
                "yarn                    | 'executor.instances=8, executor.cores=4, task.cpus=2'         | 16",
                "k8s://host              | executor.instances=8                                          | 8",
                "yarn                    | ''                                                            | 2",
                "yarn                    | dynamicAllocation.enabled=true                                | 16",
                "yarn | 'dynamicAllocation.enabled=true, dynamicAllocation.minExecutors=1, executor.cores=4' | 16",
                "yarn | 'dynamicAllocation.enabled=true, dynamicAllocation.minExecutors=9, executor.cores=4' | 36",
                "local-cluster[4,2,768]  | ''                                                            | 8",
                "spark://host:7077       | 'executor.cores=4, cores.max=10'                              | 10",
                "spark://host:7077       | 'executor.instances=8, executor.cores=4, cores.max=16'        | 16",
                "spark://host:7077       | 'executor.instances=8'                                        | 16",
                "spark://host:7077       | ''                                                            | 16",
                "yarn                    | 'executor.instances=8, executor.cores=4, default.parallelism=5' | 5",
                "yarn | 'executor.instances=2, executor.cores=8, executor.resource.gpu.amount=1, task.resource.gpu.amount=0.25' | 8",
                "yarn | 'executor.instances=2, executor.cores=8, executor.resource.gpu.amount=1, task.resource.gpu.amount=0.33' | 6",
                "yarn | 'dynamicAllocation.enabled=true, dynamicAllocation.maxExecutors=10, executor.cores=4' | 40",
                "yarn | 'dynamicAllocation.enabled=true, dynamicAllocation.maxExecutors=2147483647, executor.cores=4' | 2147483647",
            })
    void countsTheirTaskSlots(String master, String settings, int slots) {
        assertThat(ExpectedExecutors.slots(conf(master, settings))).isEqualTo(slots);
    }

    @ParameterizedTest(name = "{0} {1}, {2} executors with {3} cores")
    @CsvSource(
            delimiter = '|',
            value = {
                "yarn              | 'executor.instances=8, executor.cores=4'       | 2 | 8 | 32",
                "yarn              | 'executor.instances=8, executor.cores=4'       | 20 | 80 | 80",
                "yarn              | 'executor.instances=8, executor.cores=4, task.cpus=2' | 20 | 80 | 40",
                "spark://host:7077 | ''                                             | 0 | 0 | 16",
                "spark://host:7077 | ''                                             | 3 | 12 | 12",
                "spark://host:7077 | ''                                             | 40 | 160 | 160",
                "yarn | 'executor.instances=1, executor.cores=8, executor.resource.gpu.amount=1, task.resource.gpu.amount=0.5' | 3 | 24 | 6",
            })
    void countsTheSlotsOfExecutorsThatCame(String master, String settings, int executors, int cores, int slots) {
        assertThat(ExpectedExecutors.slots(conf(master, settings), executors, cores))
                .isEqualTo(slots);
    }

    @ParameterizedTest(name = "{2} cores")
    @CsvSource(
            delimiter = '|',
            value = {
                "org.apache.spark.executor.CoarseGrainedExecutorBackend --executor-id 0 --cores 3 --app-id app-1 | 5 | 3",
                "org.apache.spark.scheduler.cluster.k8s.KubernetesExecutorBackend --app-id app-1 --cores 2       | 5 | 2",
                "org.apache.spark.deploy.SparkSubmit --cores 3                                                   | 5 | 5",
                "''                                                                                              | 0 | 64",
            })
    void anExecutorKnowsItsCores(String command, int setting, int cores) {
        SparkConf conf = new SparkConf(false);
        if (setting > 0) {
            conf.set("spark.executor.cores", Integer.toString(setting));
        }
        assertThat(ExecutorCores.count(command, conf, 64)).isEqualTo(cores);
    }
}
