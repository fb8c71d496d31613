package dev.mnc.jobs.corpus;

import dev.mnc.dataset.CocoJson;
import dev.mnc.dataset.GroundTruth;
import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.store.FileWalk;
import dev.mnc.jobs.store.Store;
import dev.mnc.schemas.ImageRef;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;

/** The images that a COCO json names, with the json's ids. A missing file is listed too: the run records it. */
final class CocoListing {

    private CocoListing() {}

    /** @param imageRoot where the file names lie, or null for the json's own folder */
    static PackedImages of(String json, @Nullable String imageRoot, Configuration configuration) throws IOException {
        int slash = json.lastIndexOf('/');
        String root = imageRoot != null ? imageRoot : slash < 0 ? "." : json.substring(0, slash + 1);
        PackedImages stored = PackedImages.of(List.of());
        Map<String, Integer> numbers = new HashMap<>();
        if (!Store.isLocal(root)) {
            stored = ImageListing.ofFolder(root, configuration);
            for (int i = 0; i < stored.size(); i++) {
                numbers.put(stored.get(i).fileName(), i);
            }
        }
        ImagePacker images = new ImagePacker(
                Store.isLocal(root)
                        ? Store.local(root).toAbsolutePath().normalize().toUri().toString()
                        : joined(root, ""));
        GroundTruth truth = read(json, configuration).requireUniqueIds(json);
        truth.requireUniqueNames(json);
        for (GroundTruth.Image image : truth.images()) {
            String name = image.fileName();
            if (name.isEmpty()) {
                throw OperatorException.usage(
                        "image " + image.id() + " of " + json + " has no file_name", "fix the json");
            }
            if (Store.isLocal(root)) {
                images.add(localImage(image.id(), root, name, json));
            } else {
                Integer number = numbers.get(name);
                ImageRef there = number == null ? null : stored.get(number);
                images.add(
                        there == null
                                ? new ImageRef(image.id(), joined(root, name), name, 0, null)
                                : new ImageRef(image.id(), there.uri(), name, there.sizeBytes(), there.etag()));
            }
        }
        return images.packed();
    }

    private static ImageRef localImage(long id, String root, String name, String json) throws IOException {
        Path folder = Store.local(root).toAbsolutePath().normalize();
        Path file;
        try {
            file = folder.resolve(name).normalize();
        } catch (InvalidPathException e) {
            throw OperatorException.usage(
                    String.format(Locale.ROOT, "file_name of image %d of %s is no path: %s", id, json, e.getReason()),
                    "fix the json");
        }
        if (!file.startsWith(folder)) {
            throw OperatorException.usage(
                    String.format(
                            Locale.ROOT, "file_name \"%s\" of image %d of %s leads outside %s", name, id, json, folder),
                    "give a wider --image-root, or fix the json");
        }
        if (!Files.isRegularFile(file)) {
            return new ImageRef(id, file.toUri().toString(), name, 0, null);
        }
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return new ImageRef(id, file.toUri().toString(), name, attributes.size(), FileWalk.version(attributes));
    }

    private static GroundTruth read(String json, Configuration configuration) throws IOException {
        if (Store.isLocal(json)) {
            return CocoJson.read(Store.local(json));
        }
        try (InputStream in = Store.open(json, configuration)) {
            return CocoJson.read(in, json);
        }
    }

    static String joined(String root, String name) {
        return root.endsWith("/") ? root + name : root + "/" + name;
    }
}
