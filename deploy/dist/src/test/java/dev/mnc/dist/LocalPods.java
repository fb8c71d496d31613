package dev.mnc.dist;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** A node of one machine: runs each pod as a process of this machine, and reports what becomes of it. */
final class LocalPods implements ApiServer.Kubelet, AutoCloseable {

    private static final String PODS = "pods";
    private static final int KILLED = 137;

    /** Stands for {@code /dev/termination-log}, which each container has and this machine has not. */
    private static final String TERMINATION_LOG = "termination-log";

    private final ApiObjects objects;
    private final ImageRoot image;
    private final Path folder;
    private final Map<String, Process> processes = new ConcurrentHashMap<>();
    private final Map<String, Map<String, String>> environments = new ConcurrentHashMap<>();
    private final Queue<String> started = new ConcurrentLinkedQueue<>();
    private volatile boolean closed;

    /** @param folder in which each pod has one of its own */
    LocalPods(ApiObjects objects, ImageRoot image, Path folder) {
        this.objects = objects;
        this.image = image;
        this.folder = folder;
    }

    /** Returns the names of all pods that ran so far, in their order. */
    List<String> started() {
        return List.copyOf(started);
    }

    /** Returns the variables that a pod was started with. */
    Map<String, String> environment(String pod) {
        return environments.getOrDefault(pod, Map.of());
    }

    /** Returns what a pod has written so far, also after its end. */
    String log(String pod) {
        return read(pod, "log");
    }

    private String read(String pod, String file) {
        try {
            return Files.readString(folder.resolve(pod).resolve(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Kills a pod's process, as the kernel does when its memory is full. */
    void kill(String pod) {
        Process process = processes.get(pod);
        if (process != null) {
            process.destroyForcibly();
        }
    }

    /** Takes a pod off its node. */
    void evict(String pod) {
        Process process = processes.remove(pod);
        if (process != null) {
            end(process, 0);
            objects.change(PODS, pod, object -> {
                ObjectNode status = object.withObject("/status");
                status.put("phase", "Failed").put("reason", "Evicted");
                status.put("message", "The node was low on resource: memory.");
            });
        }
    }

    @Override
    public void start(ObjectNode pod) {
        String name = pod.at("/metadata/name").asText();
        try {
            Process process = process(name, pod);
            synchronized (this) {
                if (closed) {
                    process.destroyForcibly();
                    return;
                }
                processes.put(name, process);
                started.add(name);
            }
            objects.change(PODS, name, object -> setPhase(object, "Running", "running"));
            int exitCode = process.waitFor();
            if (processes.remove(name, process)) { // Else it was evicted.
                objects.change(PODS, name, object -> {
                    setPhase(object, exitCode == 0 ? "Succeeded" : "Failed", "terminated");
                    ((ObjectNode) object.at("/status/containerStatuses/0/state/terminated"))
                            .put("exitCode", exitCode)
                            .put("reason", exitCode == KILLED ? "OOMKilled" : exitCode == 0 ? "Completed" : "Error")
                            .put("message", read(name, TERMINATION_LOG));
                });
            }
        } catch (IOException e) {
            objects.change(
                    PODS,
                    name,
                    object ->
                            object.withObject("/status").put("phase", "Failed").put("reason", e.toString()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Process process(String name, ObjectNode pod) throws IOException, InterruptedException {
        Path home = Files.createDirectories(folder.resolve(name));
        PodVolumes volumes = PodVolumes.of(objects, pod, home, image);
        JsonNode container = pod.at("/spec/containers/0");
        List<String> arguments = container
                .path("args")
                .valueStream()
                .map(argument -> volumes.local(argument.asText()))
                .toList();
        ProcessBuilder builder = image.container(volumes.folder("/tmp", home), arguments);
        for (JsonNode variable : container.path("env")) {
            builder.environment().put(variable.path("name").asText(), value(variable, name, volumes));
        }
        // The names of services are known inside of the cluster alone, and the user's home is a volume.
        builder.environment()
                .put(
                        "JAVA_TOOL_OPTIONS",
                        "-Djdk.net.hosts.file=" + hosts(home) + " -Duser.home=" + volumes.folder("/tmp", home));
        Path termination = Files.writeString(home.resolve(TERMINATION_LOG), "");
        builder.environment().put("MNC_TERMINATION_LOG", termination.toString());
        environments.put(name, Map.copyOf(builder.environment()));
        builder.directory(volumes.folder("/opt/spark/work-dir", home).toFile());
        return builder.redirectOutput(home.resolve("log").toFile()).start();
    }

    private String value(JsonNode variable, String pod, PodVolumes volumes) {
        JsonNode source = variable.path("valueFrom");
        if (source.has("fieldRef")) {
            String field = source.at("/fieldRef/fieldPath").asText();
            return switch (field) {
                case "status.podIP" -> "127.0.0.1";
                case "metadata.name" -> pod;
                default -> throw new IllegalArgumentException(field);
            };
        } else if (source.has("secretKeyRef")) {
            ObjectNode secret =
                    objects.find("secrets", source.at("/secretKeyRef/name").asText());
            return secret == null
                    ? ""
                    : secret.path("stringData")
                            .path(source.at("/secretKeyRef/key").asText())
                            .asText();
        }
        return volumes.local(variable.path("value").asText());
    }

    private Path hosts(Path home) throws IOException {
        // A pod can look up itself, as Spark does where there are keys in its environment.
        String self = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        StringBuilder hosts = new StringBuilder("127.0.0.1 localhost\n127.0.0.1 " + self + "\n");
        objects.list("services", service -> true).forEach(service -> {
            String name = service.at("/metadata/name").asText();
            hosts.append("127.0.0.1 ")
                    .append(name)
                    .append('.')
                    .append(service.at("/metadata/namespace").asText("default"))
                    .append(".svc\n");
        });
        return Files.writeString(home.resolve("hosts"), hosts);
    }

    private static void setPhase(ObjectNode pod, String phase, String state) {
        ObjectNode status = pod.withObject("/status");
        status.put("phase", phase).put("podIP", "127.0.0.1");
        ObjectNode container = status.putArray("containerStatuses").addObject();
        container.put("name", pod.at("/spec/containers/0/name").asText());
        container.putObject("state").putObject(state);
    }

    @Override
    public void end(String name) {
        objects.change(PODS, name, pod -> {
            pod.withObject("/metadata").put("deletionTimestamp", "2026-01-01T00:00:00Z");
            pod.withObject("/metadata").put("deletionGracePeriodSeconds", 30);
        });
        Process process = processes.remove(name);
        if (process != null) {
            end(process, 10);
        }
        objects.remove(PODS, name);
    }

    private static void end(Process process, int graceSeconds) {
        process.destroy();
        try {
            if (!process.waitFor(graceSeconds, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** Ends whatever still runs. */
    @Override
    public synchronized void close() {
        closed = true;
        processes.values().forEach(Process::destroyForcibly);
    }
}
