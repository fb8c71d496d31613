package dev.mnc.jobs.executor;

import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.model.NativeLibraries;
import dev.mnc.model.cascade.SessionConfig;
import dev.mnc.model.cascade.SessionDevice;
import dev.mnc.model.cascade.TensorFlowDevices;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.resource.ResourceInformation;

/**
 * The device that Spark assigned to an executor, and how TensorFlow is told to use it and no other. Spark names an address
 * and leaves the rest to the application.
 *
 * @param device for people and records
 * @param session for TensorFlow
 */
public record DeviceAssignment(Device device, SessionDevice session) {

    private static final String RESOURCE = "gpu";
    private static final String AMOUNT = "spark.executor.resource.gpu.amount";
    private static final String FAKE = "MNC_FAKE_GPUS";
    private static final String VISIBLE = "CUDA_VISIBLE_DEVICES";
    private static final String ONE_GPU =
            "TensorFlow uses one GPU for a whole process, so an executor can have only one";
    private static final String LOCAL_EXECUTOR = "driver";

    /**
     * Refuses settings that give an executor several GPUs.
     *
     * @throws OperatorException with the reason
     */
    public static void requireOneGpu(SparkConf conf) {
        String amount = conf.get(AMOUNT, "");
        if (amount.matches("\\d+") && !amount.matches("0*[01]?")) {
            throw OperatorException.usage(
                    AMOUNT + " is " + amount + ", but " + ONE_GPU,
                    "set " + AMOUNT + "=1 and take " + amount + " times as many executors, each with "
                            + "spark.task.resource.gpu.amount of 1/N for N task slots");
        }
    }

    /**
     * Reads the device of this executor. Loads TensorFlow's native libraries only where Spark assigned a GPU.
     *
     * @param environment of this process
     * @throws OperatorException if Spark assigned several GPUs, or one that TensorFlow cannot use
     */
    public static DeviceAssignment of(PluginContext context, double memoryShare, Map<String, String> environment) {
        ResourceInformation gpu = context.resources().get(RESOURCE);
        if (gpu != null && gpu.addresses().length > 0) {
            return of(host(context), List.of(gpu.addresses()), memoryShare, environment);
        }
        if (!context.executorID().equals(LOCAL_EXECUTOR)) {
            return new DeviceAssignment(new Device(host(context), "", Device.Kind.CPU), SessionDevice.CPU);
        }
        return new DeviceAssignment(
                new Device(host(context), "", seesGpu() ? Device.Kind.GPU : Device.Kind.CPU), SessionDevice.AUTOMATIC);
    }

    /**
     * Returns the device of an executor to which Spark assigned GPUs.
     *
     * @param addresses of these, at least one
     */
    static DeviceAssignment of(
            String host, List<String> addresses, double memoryShare, Map<String, String> environment) {
        if (addresses.size() > 1) {
            throw OperatorException.environment(
                    "Spark assigned " + addresses.size() + " GPUs on " + host + " (" + String.join(", ", addresses)
                            + "), but " + ONE_GPU,
                    "set " + AMOUNT + "=1; on YARN without isolation, let the discovery script print the address of one"
                            + " free GPU alone");
        }
        String address = addresses.get(0);
        if (environment.containsKey(FAKE)) {
            return new DeviceAssignment(new Device(host, address, Device.Kind.FAKE), SessionDevice.CPU);
        }
        SessionDevice session = new SessionDevice.Gpu(index(host, address, environment), memoryShare);
        requireGpu(host, address, session);
        return new DeviceAssignment(new Device(host, address, Device.Kind.GPU), session);
    }

    /** Returns this machine's name; the context knows none on executors, which nobody can call. */
    private static String host(PluginContext context) {
        return context.executorID().equals(LOCAL_EXECUTOR)
                ? context.conf().get("spark.driver.host", "localhost")
                : SparkEnv.get().blockManager().blockManagerId().host();
    }

    /** Returns whether TensorFlow, left to itself, takes a GPU. */
    private static boolean seesGpu() {
        return NativeLibraries.supportGpus()
                && TensorFlowDevices.types(SessionConfig.ofThreads(1)).contains("GPU");
    }

    /**
     * Returns the index by which TensorFlow knows an address: that among all GPUs of the machine or its container, or among
     * those that {@code CUDA_VISIBLE_DEVICES} leaves.
     */
    static int index(String host, String address, Map<String, String> environment) {
        String visible = environment.get(VISIBLE);
        if (visible != null) {
            List<String> devices =
                    Arrays.stream(visible.split(",", -1)).map(String::strip).toList();
            int index = devices.indexOf(address);
            if (index >= 0) {
                return index;
            }
            // In a container, address 0 is the one GPU that it was given, whatever that is called outside.
            if (devices.size() == 1 && !visible.isBlank() && address.equals("0")) {
                return 0;
            }
            throw OperatorException.environment(
                    "Spark assigned GPU " + address + " on " + host + ", but " + VISIBLE + " is \"" + visible
                            + "\" there",
                    "unset " + VISIBLE + " where executors start: Spark says which GPU an executor has");
        }
        if (!address.matches("\\d{1,4}")) {
            throw OperatorException.environment(
                    "Spark assigned the GPU \"" + address + "\" on " + host + ", which is no index of a GPU",
                    "use a discovery script that prints indices, such as deploy/bin/discover-gpus.sh");
        }
        return Integer.parseInt(address);
    }

    private static void requireGpu(String host, String address, SessionDevice session) {
        if (!NativeLibraries.supportGpus()) {
            throw OperatorException.environment(
                    "Spark assigned GPU " + address + " on " + host
                            + ", but this build of mnc-spark computes on the CPU",
                    "build with -Pgpu, or leave out the spark.executor.resource.gpu settings; for a test without GPUs set "
                            + FAKE + " where executors start");
        }
        if (!TensorFlowDevices.types(SessionConfig.of(ExecutorCores.count(), session))
                .contains("GPU")) {
            throw OperatorException.environment(
                    "Spark assigned GPU " + address + " on " + host + ", but TensorFlow finds no such GPU there",
                    "install the NVIDIA driver, CUDA 12 and cuDNN 9 on the machine; TensorFlow's own reason is in the"
                            + " executor's log with TF_CPP_MIN_LOG_LEVEL=0");
        }
    }
}
