package dev.mnc.jobs.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SecurityManager;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.master.MasterMessages;
import org.apache.spark.rpc.RpcAddress;
import org.apache.spark.rpc.RpcEnv;
import scala.Option;
import scala.reflect.ClassTag$;

/**
 * The Master of a standalone cluster. Its page tells in JSON what it knows; the port of the page it tells to whoever talks to
 * it as Spark does.
 *
 * @param url {@code spark://host:port}, several hosts with commas between
 * @param conf with the secrets of the cluster
 */
record StandaloneMaster(String url, SparkConf conf) implements ClusterManager {

    private static final String SCHEME = "spark://";
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final ObjectMapper JSON = new ObjectMapper();

    @Override
    public List<Machine> machines() throws IOException {
        return machines(page());
    }

    static List<Machine> machines(JsonNode page) {
        List<Machine> machines = new ArrayList<>();
        for (JsonNode worker : page.path("workers")) {
            if (worker.path("state").asText().equals("ALIVE")) {
                int gpus = worker.path("resourcesfree")
                        .path("gpu")
                        .path("addresses")
                        .size();
                machines.add(new Machine(
                        worker.path("host").asText(),
                        new Resources(
                                worker.path("coresfree").asLong(),
                                worker.path("memoryfree").asLong(),
                                gpus)));
            }
        }
        return machines;
    }

    @Override
    public Waiting waiting(String driver) throws IOException {
        return waiting(page(), driver);
    }

    /** The page does not say whose an application is; one that waits alone and is younger than the driver is the driver's. */
    static Waiting waiting(JsonNode page, String driver) {
        for (JsonNode active : page.path("activedrivers")) {
            if (!active.path("id").asText().equals(driver)) {
                continue;
            }
            if (active.path("state").asText().equals("SUBMITTED")) {
                return Waiting.DRIVER;
            }
            List<JsonNode> younger = new ArrayList<>();
            for (JsonNode application : page.path("activeapps")) {
                if (application.path("starttime").asLong()
                        >= Long.parseLong(active.path("starttime").asText())) {
                    younger.add(application);
                }
            }
            boolean waits =
                    younger.size() == 1 && younger.get(0).path("state").asText().equals("WAITING");
            return waits ? Waiting.EXECUTORS : Waiting.NOTHING;
        }
        return Waiting.NOTHING;
    }

    private JsonNode page() throws IOException {
        SparkConf impatient = conf.clone().set("spark.rpc.askTimeout", PATIENCE.toSeconds() + "s");
        SecurityManager security =
                new SecurityManager(impatient, Option.empty(), SecurityManager.$lessinit$greater$default$3());
        RpcEnv rpc = RpcEnv.create("mnc-master-page", "localhost", 0, impatient, security, true);
        try {
            IOException last = new IOException("no Master at " + url);
            for (String host : url.substring(SCHEME.length()).split(",", -1)) {
                try {
                    return page(rpc, RpcAddress.fromSparkURL(SCHEME + host));
                } catch (IOException e) {
                    last = e;
                }
            }
            throw last;
        } finally {
            rpc.shutdown();
        }
    }

    private static JsonNode page(RpcEnv rpc, RpcAddress address) throws IOException {
        int port;
        try {
            MasterMessages.BoundPortsResponse ports = rpc.setupEndpointRef(address, "Master")
                    .askSync(
                            MasterMessages.BoundPortsRequest$.MODULE$,
                            ClassTag$.MODULE$.apply(MasterMessages.BoundPortsResponse.class));
            port = ports.webUIPort();
        } catch (Exception e) { // Scala throws checked ones that no signature names.
            throw new IOException("the Master at " + address.toSparkURL() + " does not answer", e);
        }
        URI page = URI.create("http://" + address.host() + ":" + port + "/json/");
        try {
            HttpResponse<String> answer = HttpClient.newBuilder()
                    .connectTimeout(PATIENCE)
                    .build()
                    .send(HttpRequest.newBuilder(page).timeout(PATIENCE).build(), HttpResponse.BodyHandlers.ofString());
            JsonNode read = JSON.readTree(answer.body());
            if (!read.path("status").asText().equals("ALIVE")) {
                throw new IOException("the Master at " + address.toSparkURL() + " is not in charge");
            }
            return read;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
