package dev.mnc.training.weights;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import io.jhdf.api.Dataset;
import io.jhdf.api.DatasetCreationOptions;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import io.jhdf.api.WritableGroup;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPInputStream;

/** The files of {@code src/test/resources/mnc/weights}, as they are and changed; its README says what they hold. */
final class TinyWeights {

    private TinyWeights() {}

    /** Unpacks a file such as {@code caffe_tiny.h5}. */
    static Path unpack(String name, Path directory) throws IOException {
        Path file = directory.resolve(name);
        try (InputStream in = new GZIPInputStream(resource(name + ".gz"))) {
            Files.copy(in, file);
        }
        return file;
    }

    static JsonNode json(String name) throws IOException {
        try (InputStream in = resource(name)) {
            return new ObjectMapper().readTree(in);
        }
    }

    static InputStream resource(String name) {
        return Objects.requireNonNull(TinyWeights.class.getResourceAsStream("/mnc/weights/" + name), name);
    }

    /** All arrays of a file by path, as Java arrays of as many dimensions. */
    static Map<String, Object> arrays(Path file) {
        Map<String, Object> arrays = new TreeMap<>();
        try (HdfFile hdf = new HdfFile(file)) {
            collect(hdf, "", arrays);
        }
        return arrays;
    }

    private static void collect(Group group, String path, Map<String, Object> into) {
        for (Node node : group.getChildren().values()) {
            if (node instanceof Dataset dataset) {
                into.put(path + "/" + node.getName(), dataset.getData());
            } else if (node instanceof Group inner) {
                collect(inner, path + "/" + node.getName(), into);
            }
        }
    }

    /** Writes arrays to a new file, each under the path it is given. */
    static Path write(Path file, Map<String, Object> arrays, UnaryOperator<String> rename) {
        return write(file, arrays, rename, DatasetCreationOptions.DEFAULT);
    }

    static Path write(
            Path file, Map<String, Object> arrays, UnaryOperator<String> rename, DatasetCreationOptions options) {
        Map<String, WritableGroup> groups = new TreeMap<>();
        try (WritableHdfFile hdf = HdfFile.write(file)) {
            groups.put("", hdf);
            arrays.forEach((path, data) -> {
                String renamed = rename.apply(path);
                int end = renamed.lastIndexOf('/');
                group(groups, renamed.substring(0, end)).putDataset(renamed.substring(end + 1), data, options);
            });
        }
        return file;
    }

    private static WritableGroup group(Map<String, WritableGroup> groups, String path) {
        WritableGroup known = groups.get(path);
        if (known == null) {
            int end = path.lastIndexOf('/');
            known = group(groups, path.substring(0, end)).putGroup(path.substring(end + 1));
            groups.put(path, known);
        }
        return known;
    }
}
