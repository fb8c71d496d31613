package dev.mnc.jobs.kubernetes;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.mnc.jobs.kubernetes.CustomResources.Field;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import java.io.IOException;
import java.io.Serial;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A stand-in for the checks of an API server: what a manifest says that its kind does not know. Kubernetes' own kinds are
 * read into the classes of its Java client; those of the operators are compared with {@link CustomResources}.
 */
final class ManifestChecker {

    private static final Map<String, Class<?>> CORE = Stream.of(
                    ConfigMap.class,
                    CronJob.class,
                    EnvFromSource.class,
                    EnvVar.class,
                    Namespace.class,
                    NetworkPolicy.class,
                    ObjectMeta.class,
                    Pod.class,
                    PodTemplateSpec.class,
                    Role.class,
                    RoleBinding.class,
                    ServiceAccount.class,
                    Toleration.class,
                    Volume.class)
            .collect(Collectors.toMap(Class::getSimpleName, type -> type));

    private static final Map<String, String> GROUPS = Map.of(
            "sparkoperator.k8s.io/v1beta2", "kubeflow",
            "spark.apache.org/v1", "apache",
            "v1", "core",
            "batch/v1", "core",
            "rbac.authorization.k8s.io/v1", "core",
            "networking.k8s.io/v1", "core");

    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .build();

    /** Refuses unknown fields, for which the client's classes have a place, and values of other types. */
    private static final ObjectMapper STRICT = JsonMapper.builder()
            .annotationIntrospector(new WithoutAnyField())
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .withCoercionConfig(
                    LogicalType.Textual,
                    textual -> textual.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
            .build();

    private static final class WithoutAnyField extends JacksonAnnotationIntrospector {

        @Serial
        private static final long serialVersionUID = 1;

        @Override
        public Boolean hasAnySetter(Annotated annotated) {
            return false;
        }
    }

    private final List<String> faults = new ArrayList<>();

    private ManifestChecker() {}

    /** Reads the documents of a file. */
    static List<JsonNode> read(Path file) throws IOException {
        try (var documents = YAML.readerFor(JsonNode.class).<JsonNode>readValues(Files.readString(file))) {
            return documents.readAll();
        }
    }

    /** Returns what is wrong with a manifest, each fault with the path of its field; empty if nothing is. */
    static List<String> faults(JsonNode manifest) {
        ManifestChecker checker = new ManifestChecker();
        String apiVersion = manifest.path("apiVersion").asText();
        String kind = manifest.path("kind").asText();
        String group = GROUPS.get(apiVersion);
        if (group == null) {
            checker.faults.add("apiVersion: unknown: " + apiVersion);
        } else {
            checker.check("", manifest, group.equals("core") ? "core:" + kind : group + "." + kind);
        }
        return checker.faults;
    }

    private void check(String path, JsonNode value, String type) {
        if (type.startsWith("core:")) {
            checkCore(path, value, type.substring("core:".length()));
        } else if (type.startsWith("[")) {
            checkList(path, value, type.substring(1, type.length() - 1));
        } else if (CustomResources.TYPES.containsKey(type)) {
            checkFields(path, value, Objects.requireNonNull(CustomResources.TYPES.get(type)));
        } else if (!matches(value, type)) {
            faults.add(path + ": not " + type + ": " + value);
        }
    }

    private static boolean matches(JsonNode value, String type) {
        return switch (type) {
            case "string" -> value.isTextual();
            case "integer" -> value.isIntegralNumber() && value.longValue() >= 0;
            case "boolean" -> value.isBoolean();
            case "map" -> value.isObject() && value.valueStream().allMatch(JsonNode::isTextual);
            default -> value.isTextual() && List.of(type.split("\\|", -1)).contains(value.asText());
        };
    }

    private void checkList(String path, JsonNode list, String type) {
        if (!list.isArray()) {
            faults.add(path + ": not a list: " + list);
        }
        for (int i = 0; i < list.size(); i++) {
            check(path + "[" + i + "]", list.get(i), type);
        }
    }

    private void checkFields(String path, JsonNode value, Map<String, Field> fields) {
        String prefix = path.isEmpty() ? "" : path + ".";
        value.properties().forEach(entry -> {
            Field field = fields.get(entry.getKey());
            if (field == null) {
                faults.add(prefix + entry.getKey() + ": unknown field");
            } else {
                check(prefix + entry.getKey(), entry.getValue(), field.type());
            }
        });
        fields.forEach((name, field) -> {
            if (field.required() && !value.has(name)) {
                faults.add(prefix + name + ": missing");
            }
        });
    }

    private void checkCore(String path, JsonNode value, String kind) {
        Class<?> type = CORE.get(kind);
        if (type == null) {
            faults.add("kind: unknown: " + kind);
            return;
        }
        try {
            Object read = STRICT.treeToValue(value, type);
            Objects.requireNonNull(read, path);
        } catch (UnrecognizedPropertyException e) {
            faults.add(path(path, e) + ": unknown field");
        } catch (JsonMappingException e) {
            faults.add(path(path, e) + ": wrong type of value");
        } catch (IOException e) {
            faults.add(path + ": " + e.getMessage());
        }
    }

    private static String path(String above, JsonMappingException fault) {
        String below = fault.getPath().stream()
                .map(step -> step.getFieldName() == null ? "[" + step.getIndex() + "]" : "." + step.getFieldName())
                .collect(Collectors.joining());
        return above.isEmpty() ? below.replaceFirst("^\\.", "") : above + below;
    }
}
