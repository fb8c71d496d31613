package dev.mnc.jobs.kubernetes;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The fields of both Spark operators' own kinds that a manifest of ours may use, noted from their documentation: Kubeflow's
 * {@code docs/api-docs.md} of v1beta2 and the custom resource definition of Apache's v1.
 *
 * <p>A type is {@code string}, {@code integer}, {@code boolean}, {@code map} (of texts), {@code [T]} (a list of T), words in
 * the form {@code a|b}, the name of another type in this table, or {@code core:Kind} for a type of Kubernetes itself. A field
 * with {@code !} must be there.
 */
final class CustomResources {

    private static final String NOTES = """
            kubeflow.SparkApplication
              apiVersion! sparkoperator.k8s.io/v1beta2
              kind! SparkApplication
              metadata! core:ObjectMeta
              spec! kubeflow.Spec
            kubeflow.ScheduledSparkApplication
              apiVersion! sparkoperator.k8s.io/v1beta2
              kind! ScheduledSparkApplication
              metadata! core:ObjectMeta
              spec! kubeflow.Schedule
            kubeflow.Schedule
              schedule! string
              timeZone string
              template! kubeflow.Spec
              suspend boolean
              concurrencyPolicy Allow|Forbid|Replace
              successfulRunHistoryLimit integer
              failedRunHistoryLimit integer
            kubeflow.Spec
              type! Java|Scala|Python|R
              mode cluster|client
              sparkVersion! string
              suspend boolean
              image string
              imagePullPolicy Always|IfNotPresent|Never
              imagePullSecrets [string]
              mainClass string
              mainApplicationFile! string
              arguments [string]
              sparkConf map
              hadoopConf map
              sparkConfigMap string
              hadoopConfigMap string
              volumes [core:Volume]
              driver! kubeflow.Driver
              executor! kubeflow.Executor
              deps kubeflow.Dependencies
              restartPolicy kubeflow.RestartPolicy
              nodeSelector map
              memoryOverheadFactor string
              timeToLiveSeconds integer
              batchScheduler string
              dynamicAllocation kubeflow.DynamicAllocation
              driverPodDisruptionBudget boolean
            kubeflow.RestartPolicy
              type Never|Always|OnFailure
              onFailureRetries integer
              onFailureRetryInterval integer
              onSubmissionFailureRetries integer
              onSubmissionFailureRetryInterval integer
            kubeflow.DynamicAllocation
              enabled boolean
              initialExecutors integer
              minExecutors integer
              maxExecutors integer
              shuffleTrackingEnabled boolean
              shuffleTrackingTimeout integer
            kubeflow.Dependencies
              jars [string]
              files [string]
              archives [string]
              packages [string]
              excludePackages [string]
              repositories [string]
            kubeflow.Driver
              cores integer
              coreRequest string
              coreLimit string
              memory string
              memoryOverhead string
              memoryLimit string
              gpu kubeflow.Gpu
              env [core:EnvVar]
              envFrom [core:EnvFromSource]
              labels map
              annotations map
              serviceAccount string
              serviceAnnotations map
              podName string
              javaOptions string
              nodeSelector map
              tolerations [core:Toleration]
              priorityClassName string
              template core:PodTemplateSpec
            kubeflow.Executor
              instances integer
              cores integer
              coreRequest string
              coreLimit string
              memory string
              memoryOverhead string
              memoryLimit string
              gpu kubeflow.Gpu
              env [core:EnvVar]
              envFrom [core:EnvFromSource]
              labels map
              annotations map
              serviceAccount string
              javaOptions string
              nodeSelector map
              tolerations [core:Toleration]
              priorityClassName string
              deleteOnTermination boolean
              template core:PodTemplateSpec
            kubeflow.Gpu
              name! string
              quantity! integer
            apache.SparkApplication
              apiVersion! spark.apache.org/v1
              kind! SparkApplication
              metadata! core:ObjectMeta
              spec! apache.Spec
            apache.Spec
              deploymentMode ClusterMode|ClientMode
              mainClass string
              jars string
              files string
              proxyUser string
              driverArgs [string]
              sparkConf map
              runtimeVersions! apache.Versions
              applicationTolerations apache.Tolerations
              driverSpec apache.Pod
              executorSpec apache.Pod
            apache.Versions
              sparkVersion! string
              scalaVersion string
              jdkVersion string
            apache.Tolerations
              restartConfig apache.RestartConfig
              applicationTimeoutConfig apache.Timeouts
              instanceConfig apache.Instances
              resourceRetainPolicy Always|Never|OnFailure
              resourceRetainDurationMillis integer
              ttlAfterStopMillis integer
            apache.RestartConfig
              restartPolicy Always|Never|OnFailure|OnInfrastructureFailure
              maxRestartAttempts integer
              maxRestartOnFailure integer
              maxRestartOnSchedulingFailure integer
              restartBackoffMillis integer
              restartBackoffMillisForFailure integer
              restartBackoffMillisForSchedulingFailure integer
              restartCounterResetMillis integer
            apache.Timeouts
              driverStartTimeoutMillis integer
              driverReadyTimeoutMillis integer
              executorStartTimeoutMillis integer
              forceTerminationGracePeriodMillis integer
              terminationRequeuePeriodMillis integer
            apache.Instances
              initExecutors integer
              minExecutors integer
              maxExecutors integer
            apache.Pod
              podTemplateSpec core:PodTemplateSpec
            """;

    /** A field of a type. */
    record Field(String type, boolean required) {}

    /** Fields by their name, for each type. */
    static final Map<String, Map<String, Field>> TYPES = read();

    private CustomResources() {}

    private static Map<String, Map<String, Field>> read() {
        Map<String, Map<String, Field>> types = new LinkedHashMap<>();
        Map<String, Field> fields = new LinkedHashMap<>();
        for (String line : NOTES.lines().toList()) {
            if (line.startsWith(" ")) {
                String[] words = line.strip().split(" ", 2);
                boolean required = words[0].endsWith("!");
                fields.put(words[0].replace("!", ""), new Field(words[1], required));
            } else {
                fields = new LinkedHashMap<>();
                types.put(line, fields);
            }
        }
        return types;
    }
}
