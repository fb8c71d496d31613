package dev.mnc.model.cascade;

import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GPUOptions;
import org.tensorflow.proto.GraphOptions;
import org.tensorflow.proto.RewriterConfig;

/** The configuration of every TensorFlow session of the project. */
public final class SessionConfig {

    private SessionConfig() {}

    /**
     * Returns the configuration of a session on the device that TensorFlow chooses.
     *
     * @param threads of one operation, at least 1
     */
    public static ConfigProto ofThreads(int threads) {
        return of(threads, SessionDevice.AUTOMATIC);
    }

    /**
     * Returns the configuration of a session. TensorFlow's memory optimiser stays off: it has nothing to swap to on one
     * device, and it prints a warning for each crop whose size is not known beforehand.
     *
     * <p>The options of GPUs hold for the whole process, whichever session comes first, so all sessions of a process must
     * name one GPU or none.
     *
     * @param threads of one operation, at least 1
     */
    public static ConfigProto of(int threads, SessionDevice device) {
        RewriterConfig rewriting = RewriterConfig.newBuilder()
                .setMemoryOptimization(RewriterConfig.MemOptType.NO_MEM_OPT)
                .build();
        ConfigProto.Builder config = ConfigProto.newBuilder()
                .setIntraOpParallelismThreads(threads)
                .setInterOpParallelismThreads(1)
                .setExperimental(ConfigProto.Experimental.newBuilder().setDisableThreadSpinning(true))
                .setGraphOptions(GraphOptions.newBuilder().setRewriteOptions(rewriting));
        if (device instanceof SessionDevice.Cpu) {
            config.putDeviceCount("GPU", 0);
        } else if (device instanceof SessionDevice.Gpu gpu) {
            // Operations without a GPU kernel run on the processor.
            config.setAllowSoftPlacement(true)
                    .setGpuOptions(GPUOptions.newBuilder()
                            .setVisibleDeviceList(Integer.toString(gpu.index()))
                            .setAllowGrowth(true)
                            .setPerProcessGpuMemoryFraction(gpu.memoryShare()));
        }
        return config.build();
    }
}
