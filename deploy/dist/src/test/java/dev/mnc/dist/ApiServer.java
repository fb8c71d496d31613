package dev.mnc.dist;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.mnc.dist.ApiObjects.Event;
import io.fabric8.zjsonpatch.JsonPatch;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An API server of one namespace: as much of Kubernetes as Spark uses. It notes what is asked of it, and tells of pods that
 * come and go, so that somebody can run them; see {@link LocalPods}.
 */
final class ApiServer implements AutoCloseable {

    private static final Pattern PATH =
            Pattern.compile("/(?:api|apis/networking.k8s.io)/v1/namespaces/[^/]+/([a-z]+)(?:/([^/]+))?");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, String> KINDS = Map.of(
            "pods", "Pod",
            "services", "Service",
            "configmaps", "ConfigMap",
            "networkpolicies", "NetworkPolicy",
            "persistentvolumeclaims", "PersistentVolumeClaim");

    /**
     * A request as the rules of a role see it.
     *
     * @param verb {@code get}, {@code list}, {@code deletecollection} and the like
     * @param kind for example {@code pods}
     * @param body what came with it, empty if nothing did
     */
    record Request(String verb, String kind, String body) {}

    /** What runs the pods. */
    interface Kubelet {
        void start(ObjectNode pod);

        /** Ends a pod; it is gone when this returns. */
        void end(String name);
    }

    private record Call(String kind, @Nullable String name, Map<String, String> parameters, String body) {
        private Predicate<JsonNode> selected() {
            return Selectors.of(parameters);
        }
    }

    private final ApiObjects objects;
    private final Queue<Request> requests = new ConcurrentLinkedQueue<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
    private final Kubelet kubelet;
    private volatile boolean open = true;

    private ApiServer(HttpServer server, ApiObjects objects, Kubelet kubelet) {
        this.server = server;
        this.objects = objects;
        this.kubelet = kubelet;
    }

    /** Starts a server of a namespace's objects on a free port of this machine. */
    static ApiServer start(ApiObjects objects, Kubelet kubelet) throws IOException {
        HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        ApiServer server = new ApiServer(http, objects, kubelet);
        http.createContext("/", server::handle);
        http.setExecutor(server.threads);
        http.start();
        return server;
    }

    /** Returns the address, as {@code http://127.0.0.1:PORT}. */
    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Returns what was asked so far, in its order. */
    List<Request> requests() {
        return List.copyOf(requests);
    }

    @Override
    public void close() {
        open = false;
        server.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Matcher path = PATH.matcher(exchange.getRequestURI().getPath());
            if (!path.matches() || !KINDS.containsKey(path.group(1))) {
                answer(exchange, 404, status(404, "NotFound"));
                return;
            }
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            Call call = new Call(path.group(1), path.group(2), Selectors.parameters(exchange.getRequestURI()), body);
            requests.add(new Request(verb(exchange.getRequestMethod(), call), call.kind, body));
            switch (exchange.getRequestMethod()) {
                case "GET" -> get(exchange, call);
                case "POST" -> create(exchange, call);
                case "PATCH" -> patch(exchange, call);
                case "DELETE" -> delete(exchange, call);
                default -> answer(exchange, 405, status(405, "MethodNotAllowed"));
            }
        }
    }

    private static String verb(String method, Call call) {
        return switch (method) {
            case "GET" -> call.parameters.containsKey("watch") ? "watch" : call.name == null ? "list" : "get";
            case "POST" -> "create";
            case "PATCH" -> "patch";
            case "DELETE" -> call.name == null ? "deletecollection" : "delete";
            default -> method;
        };
    }

    private void get(HttpExchange exchange, Call call) throws IOException {
        if (call.parameters.containsKey("watch")) {
            watch(exchange, call);
        } else if (call.name == null) {
            ObjectNode list = JSON.createObjectNode();
            list.put("apiVersion", "v1").put("kind", KINDS.get(call.kind) + "List");
            list.putObject("metadata").put("resourceVersion", Long.toString(objects.version()));
            ArrayNode items = list.putArray("items");
            objects.list(call.kind, call.selected()).forEach(items::add);
            answer(exchange, 200, list);
        } else {
            ObjectNode found = objects.find(call.kind, call.name);
            answer(exchange, found == null ? 404 : 200, found == null ? status(404, "NotFound") : found);
        }
    }

    /** Sends events until the client or the server goes. A client that wants a web socket is told to do without. */
    private void watch(HttpExchange exchange, Call call) throws IOException {
        if (exchange.getRequestHeaders().containsKey("Upgrade")) {
            exchange.sendResponseHeaders(200, -1);
            return;
        }
        BlockingQueue<Event> events = objects.watch(call.kind, call.selected());
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            out.flush();
            while (open) {
                Event event = events.poll(1, TimeUnit.SECONDS);
                if (event != null) {
                    out.write(JSON.writeValueAsBytes(event.json()));
                    out.write('\n');
                    out.flush();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            objects.unwatch(events);
        }
    }

    private void create(HttpExchange exchange, Call call) throws IOException {
        ObjectNode given = (ObjectNode) JSON.readTree(call.body);
        if (objects.find(call.kind, given.at("/metadata/name").asText()) != null) {
            answer(exchange, 409, status(409, "AlreadyExists"));
            return;
        }
        ObjectNode created = objects.put(call.kind, given);
        if (call.kind.equals("pods")) {
            threads.execute(() -> kubelet.start(created));
        }
        answer(exchange, 201, created);
    }

    /** Applies a whole object, as Spark's submission does, or a patch to one that is there. */
    private void patch(HttpExchange exchange, Call call) throws IOException {
        String type = exchange.getRequestHeaders().getFirst("Content-Type");
        JsonNode patch = JSON.readTree(call.body);
        ObjectNode before = objects.find(call.kind, String.valueOf(call.name));
        if (type.startsWith("application/apply-patch")) {
            answer(exchange, before == null ? 201 : 200, objects.put(call.kind, (ObjectNode) patch));
        } else if (before == null) {
            answer(exchange, 404, status(404, "NotFound"));
        } else {
            JsonNode after = type.startsWith("application/json-patch")
                    ? JsonPatch.apply(patch, before)
                    : JSON.readerForUpdating(before).readValue(patch);
            answer(exchange, 200, objects.put(call.kind, (ObjectNode) after));
        }
    }

    private void delete(HttpExchange exchange, Call call) throws IOException {
        List<ObjectNode> deleted = objects.list(
                call.kind,
                call.name == null
                        ? call.selected()
                        : object -> object.at("/metadata/name").asText().equals(call.name));
        for (ObjectNode object : deleted) {
            String name = object.at("/metadata/name").asText();
            if (call.kind.equals("pods")) {
                threads.execute(() -> kubelet.end(name));
            } else {
                objects.remove(call.kind, name);
            }
        }
        boolean missing = call.name != null && deleted.isEmpty();
        answer(exchange, missing ? 404 : 200, missing ? status(404, "NotFound") : status(200, ""));
    }

    private static ObjectNode status(int code, String reason) {
        ObjectNode status = JSON.createObjectNode();
        status.put("apiVersion", "v1").put("kind", "Status").put("status", code < 300 ? "Success" : "Failure");
        return status.put("code", code).put("reason", reason);
    }

    private static void answer(HttpExchange exchange, int code, JsonNode body) throws IOException {
        byte[] bytes = JSON.writeValueAsBytes(body);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(code, bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
