package dev.mnc.model.cascade;

import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GraphOptions;
import org.tensorflow.proto.RewriterConfig;

/** The configuration of every TensorFlow session of the project. */
public final class SessionConfig {

    private SessionConfig() {}

    /**
     * Returns the configuration of a session. TensorFlow's memory optimiser stays off: it has nothing to swap to on one
     * device, and it prints a warning for each crop whose size is not known beforehand.
     *
     * @param threads of one operation, at least 1
     */
    public static ConfigProto ofThreads(int threads) {
        RewriterConfig rewriting = RewriterConfig.newBuilder()
                .setMemoryOptimization(RewriterConfig.MemOptType.NO_MEM_OPT)
                .build();
        return ConfigProto.newBuilder()
                .setIntraOpParallelismThreads(threads)
                .setInterOpParallelismThreads(1)
                .setExperimental(ConfigProto.Experimental.newBuilder().setDisableThreadSpinning(true))
                .setGraphOptions(GraphOptions.newBuilder().setRewriteOptions(rewriting))
                .build();
    }
}
