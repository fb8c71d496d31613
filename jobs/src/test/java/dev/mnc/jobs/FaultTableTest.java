package dev.mnc.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaAnnotation;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The table of faults in {@code docs/operations.md}: each row is a test, and each thing said of a stock Spark write is one.
 * Tests claim rows with {@link FaultRow} and {@link StockSparkRow}.
 */
class FaultTableTest {

    private static final Pattern CODE = Pattern.compile("\\d+");
    private static final String NOT_COMPARED = "not compared";
    private static final List<String> TESTS =
            List.of("org.junit.jupiter.api.Test", "org.junit.jupiter.params.ParameterizedTest");

    /** Rows of cells: fault, what you see, exit code, what to do, a stock Spark write. */
    private static final List<List<String>> ROWS = DocumentationPage.read(Path.of("..", "docs", "operations.md"))
            .section("What fails, and what comes of it")
            .rows();

    private static final List<JavaMethod> METHODS = methods();

    private static List<JavaMethod> methods() {
        return ArchConfiguration.withThreadLocalScope(configuration -> {
            configuration.setResolveMissingDependenciesFromClassPath(false);
            return new ClassFileImporter()
                    .importPath(Path.of("target", "test-classes")).stream()
                            .flatMap(type -> type.getMethods().stream())
                            .filter(FaultTableTest::isTest)
                            .toList();
        });
    }

    private static boolean isTest(JavaMethod method) {
        return method.getAnnotations().stream()
                .anyMatch(annotation -> TESTS.contains(annotation.getRawType().getName()));
    }

    private static Stream<JavaAnnotation<?>> annotations(String name) {
        return METHODS.stream()
                .flatMap(method -> method.getAnnotations().stream())
                .filter(annotation -> annotation.getRawType().getName().equals(name))
                .map(annotation -> (JavaAnnotation<?>) annotation);
    }

    private static Object value(JavaAnnotation<?> annotation, String name) {
        return annotation.get(name).orElseThrow();
    }

    /** The exit codes that tests see, by fault. */
    private static Map<String, Set<Integer>> claims() {
        Map<String, Set<Integer>> claims = new TreeMap<>();
        Stream.concat(
                        annotations(FaultRow.class.getName()),
                        annotations(FaultRow.All.class.getName())
                                .flatMap(all -> Arrays.stream((JavaAnnotation<?>[]) value(all, "value"))))
                .forEach(claim -> {
                    Set<Integer> codes =
                            claims.computeIfAbsent(value(claim, "value").toString(), fault -> new TreeSet<>());
                    for (int code : (int[]) value(claim, "exitCodes")) {
                        codes.add(code);
                    }
                });
        return claims;
    }

    @Test
    void eachFaultAndItsExitCodesAreSeenByATest() {
        Map<String, Set<Integer>> documented = new TreeMap<>();
        for (List<String> row : ROWS) {
            Set<Integer> codes = new TreeSet<>();
            CODE.matcher(row.get(2)).results().forEach(code -> codes.add(Integer.valueOf(code.group())));
            assertThat(documented.put(row.get(0), codes)).as(row.get(0)).isNull();
        }
        assertThat(claims()).isEqualTo(documented);
    }

    @Test
    void whatAStockWriteDoesIsMeasured() {
        List<String> documented = ROWS.stream()
                .filter(row -> !row.get(4).equals(NOT_COMPARED))
                .map(row -> row.get(0))
                .toList();
        assertThat(annotations(StockSparkRow.class.getName())
                        .flatMap(claim -> Arrays.stream((Object[]) value(claim, "value")))
                        .map(Object::toString))
                .as("rows compared with a stock Spark write")
                .containsExactlyInAnyOrderElementsOf(documented);
    }
}
