package dev.mnc.dist;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The volumes of a pod as folders of this machine. A process of this machine knows nothing of mounts: in what it is told, the
 * paths of the container are replaced by those of the folders.
 */
final class PodVolumes {

    /** A kubelet waits for the ConfigMaps of a pod too: Spark creates the driver's after its pod. */
    private static final int WAIT_SECONDS = 20;

    private final Map<String, Path> mounts =
            new TreeMap<>(Comparator.comparing(String::length).reversed().thenComparing(Comparator.naturalOrder()));

    private final ImageRoot image;

    private PodVolumes(ImageRoot image) {
        this.image = image;
    }

    /** Makes the folders below one, and fills those of ConfigMaps. */
    static PodVolumes of(ApiObjects objects, ObjectNode pod, Path below, ImageRoot image)
            throws IOException, InterruptedException {
        PodVolumes volumes = new PodVolumes(image);
        for (JsonNode mount : pod.at("/spec/containers/0/volumeMounts")) {
            Path folder = Files.createDirectories(
                    below.resolve("volumes").resolve(mount.path("name").asText()));
            volumes.mounts.put(mount.path("mountPath").asText(), folder);
        }
        for (JsonNode volume : pod.at("/spec/volumes")) {
            if (volume.has("configMap")) {
                String name = volume.at("/configMap/name").asText();
                Path folder =
                        below.resolve("volumes").resolve(volume.path("name").asText());
                for (Map.Entry<String, JsonNode> file :
                        waitFor(objects, name).path("data").properties()) {
                    Files.writeString(
                            folder.resolve(fileName(volume.at("/configMap/items"), file.getKey())),
                            volumes.local(file.getValue().asText()));
                }
            }
        }
        return volumes;
    }

    private static String fileName(JsonNode items, String key) {
        for (JsonNode item : items) {
            if (item.path("key").asText().equals(key)) {
                return item.path("path").asText();
            }
        }
        return key;
    }

    private static ObjectNode waitFor(ApiObjects objects, String configMap) throws InterruptedException {
        @Nullable ObjectNode found = objects.find("configmaps", configMap);
        for (long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
                found == null && System.nanoTime() < end; ) {
            TimeUnit.MILLISECONDS.sleep(50);
            found = objects.find("configmaps", configMap);
        }
        return Objects.requireNonNull(found, configMap);
    }

    /**
     * Returns a text with the paths of mounts replaced, and those of jars in the image, also where a file of properties has
     * them; {@code /tmp} is everywhere, and told in other ways.
     */
    String local(String text) {
        String lib = "/opt/mnc-spark/lib/";
        String local = text.replace("local://" + lib, "local://" + image.path(lib) + "/")
                .replace("local\\://" + lib, "local\\://" + image.path(lib) + "/");
        for (Map.Entry<String, Path> mount : mounts.entrySet()) {
            if (!mount.getKey().equals("/tmp")) {
                local = local.replace(mount.getKey(), mount.getValue().toString());
            }
        }
        return local;
    }

    /** Returns the folder that is mounted at a path, or what stands for it. */
    Path folder(String path, Path absent) {
        return mounts.getOrDefault(path, absent);
    }
}
