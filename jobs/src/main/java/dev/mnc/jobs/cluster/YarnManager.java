package dev.mnc.jobs.cluster;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.yarn.api.records.ApplicationId;
import org.apache.hadoop.yarn.api.records.ApplicationReport;
import org.apache.hadoop.yarn.api.records.NodeReport;
import org.apache.hadoop.yarn.api.records.NodeState;
import org.apache.hadoop.yarn.api.records.Resource;
import org.apache.hadoop.yarn.api.records.ResourceInformation;
import org.apache.hadoop.yarn.api.records.YarnApplicationState;
import org.apache.hadoop.yarn.client.api.YarnClient;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.hadoop.yarn.exceptions.YarnException;

/**
 * The resource manager of YARN.
 *
 * @param configuration says where it is
 */
record YarnManager(Configuration configuration) implements ClusterManager {

    private static final String GPU = "yarn.io/gpu";

    /** A question to the resource manager. */
    private interface Question<T> {
        T put(YarnClient client) throws IOException, YarnException;
    }

    private <T> T answer(Question<T> question) throws IOException {
        try (YarnClient client = YarnClient.createYarnClient()) {
            client.init(new YarnConfiguration(configuration));
            client.start();
            return question.put(client);
        } catch (YarnException e) {
            throw new IOException("YARN does not answer: " + e.getMessage(), e);
        }
    }

    @Override
    public List<Machine> machines() throws IOException {
        List<Machine> machines = new ArrayList<>();
        for (NodeReport node : answer(client -> client.getNodeReports(NodeState.RUNNING))) {
            machines.add(new Machine(node.getNodeId().getHost(), free(node.getCapability(), node.getUsed())));
        }
        return machines;
    }

    static Resources free(Resource all, Resource used) {
        return new Resources(
                all.getVirtualCores() - used.getVirtualCores(),
                all.getMemorySize() - used.getMemorySize(),
                gpus(all) - gpus(used));
    }

    private static long gpus(Resource resource) {
        for (ResourceInformation each : resource.getResources()) {
            if (each.getName().equals(GPU)) {
                return each.getValue();
            }
        }
        return 0;
    }

    @Override
    public Waiting waiting(String driver) throws IOException {
        ApplicationReport report = answer(client -> client.getApplicationReport(ApplicationId.fromString(driver)));
        YarnApplicationState state = report.getYarnApplicationState();
        if (state == YarnApplicationState.RUNNING) {
            // The driver's own container is one of them.
            return report.getApplicationResourceUsageReport().getNumUsedContainers() <= 1
                    ? Waiting.EXECUTORS
                    : Waiting.NOTHING;
        }
        return state == YarnApplicationState.ACCEPTED ? Waiting.DRIVER : Waiting.NOTHING;
    }
}
