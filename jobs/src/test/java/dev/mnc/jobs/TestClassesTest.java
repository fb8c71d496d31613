package dev.mnc.jobs;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAnnotation;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.mnc.jobs.planted.PlantedChecks;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/**
 * The tests of all three modules: each is found, none is switched off, and each class says by its tags whether it needs
 * Spark or TensorFlow, so that {@code -Pfast} can leave it out.
 */
@Tag("spark")
class TestClassesTest {

    private static final String SPARK = "spark";
    private static final String TENSORFLOW = "tensorflow";

    /** Tags of tests that are long for other reasons: many random cases, or processes and servers that they start. */
    private static final Set<String> LONG = Set.of("fuzz", "process");

    private static final Map<String, String> FRAMEWORKS =
            Map.of(SPARK, "org.apache.spark.", TENSORFLOW, "org.tensorflow.");

    private static final Set<String> TEST_METHODS = Set.of(
            "org.junit.jupiter.api.Test",
            "org.junit.jupiter.api.RepeatedTest",
            "org.junit.jupiter.api.TestFactory",
            "org.junit.jupiter.api.TestTemplate",
            "org.junit.jupiter.params.ParameterizedTest");

    private static final Map<String, List<JavaClass>> PRODUCTION = files("target/classes");
    private static final Map<String, List<JavaClass>> TESTS = files("target/test-classes");

    /** Classes of all modules by the source file they come from, told by the name of its class. */
    private static Map<String, List<JavaClass>> files(String folder) {
        List<Path> folders = Stream.of("schemas", "model", "jobs")
                .map(module -> Path.of("..", module, folder))
                .toList();
        return ArchConfiguration.withThreadLocalScope(configuration -> {
            configuration.setResolveMissingDependenciesFromClassPath(false);
            return new ClassFileImporter()
                    .importPaths(folders).stream()
                            .collect(groupingBy(type -> file(type.getName()), TreeMap::new, toList()));
        });
    }

    private static String file(String type) {
        int nested = type.indexOf('$');
        return nested < 0 ? type : type.substring(0, nested);
    }

    private static List<JavaClass> test(String file) {
        return TESTS.getOrDefault(file, List.of());
    }

    private static Set<String> dependencies(List<JavaClass> types) {
        Set<String> names = new TreeSet<>();
        for (JavaClass type : types) {
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                names.add(
                        file(dependency.getTargetClass().getBaseComponentType().getName()));
            }
        }
        return names;
    }

    /** Annotations of the classes of a file and of their methods. */
    private static Stream<JavaAnnotation<?>> annotations(List<JavaClass> types) {
        return types.stream()
                .flatMap(type -> Stream.concat(
                        type.getAnnotations().stream(),
                        type.getMethods().stream().flatMap(method -> method.getAnnotations().stream())));
    }

    private static boolean holdsTests(List<JavaClass> types) {
        return annotations(types)
                .anyMatch(a -> TEST_METHODS.contains(a.getRawType().getName()));
    }

    private static boolean isSwitchedOff(List<JavaClass> types) {
        return annotations(types).anyMatch(a -> a.getRawType().getName().equals("org.junit.jupiter.api.Disabled"));
    }

    /** Tags of a file's outermost class; those of its methods or nested classes would be easy to overlook. */
    private static Set<String> tags(List<JavaClass> types) {
        Set<String> tags = new TreeSet<>();
        for (JavaClass type : types) {
            for (JavaAnnotation<?> annotation : type.getAnnotations()) {
                switch (annotation.getRawType().getName()) {
                    case "org.junit.jupiter.api.Tag" -> tags.add(tag(annotation));
                    case "org.junit.jupiter.api.Tags" ->
                        Stream.of((JavaAnnotation<?>[]) annotation.get("value").orElseThrow())
                                .forEach(one -> tags.add(tag(one)));
                    default -> {}
                }
            }
        }
        return tags;
    }

    private static String tag(JavaAnnotation<?> annotation) {
        return annotation.get("value").orElseThrow().toString();
    }

    /** All that a test's own code and its companions among the tests refer to. */
    private static Set<String> reach(String test) {
        Set<String> reached = new TreeSet<>();
        Set<String> seen = new HashSet<>(Set.of(test));
        Deque<String> open = new ArrayDeque<>(seen);
        while (!open.isEmpty()) {
            for (String name : dependencies(test(open.pop()))) {
                reached.add(name);
                if (TESTS.containsKey(name) && seen.add(name)) {
                    open.add(name);
                }
            }
        }
        return reached;
    }

    /** The tags of the frameworks that a test uses, itself or through a class that uses it. */
    private static Set<String> needs(Set<String> reached) {
        Set<String> needed = new TreeSet<>();
        FRAMEWORKS.forEach((tag, framework) -> {
            if (names(reached, framework) || reached.stream().anyMatch(type -> productionNames(type, framework))) {
                needed.add(tag);
            }
        });
        return needed;
    }

    private static boolean productionNames(String type, String framework) {
        return names(dependencies(PRODUCTION.getOrDefault(type, List.of())), framework);
    }

    private static boolean names(Collection<String> types, String framework) {
        return types.stream().anyMatch(type -> type.startsWith(framework));
    }

    /** Returns the fault in the tags of a test; empty if there is none. */
    private static String wrongTags(String test) {
        Set<String> tags = tags(test(test));
        Set<String> reached = reach(test);
        Set<String> needed = needs(reached);
        boolean runsCommands = reached.contains(CommandRun.class.getName());
        Set<String> frameworks = new TreeSet<>(tags);
        frameworks.removeAll(LONG);
        boolean right = runsCommands
                ? frameworks.containsAll(needed)
                        && !frameworks.isEmpty()
                        && FRAMEWORKS.keySet().containsAll(frameworks)
                : frameworks.equals(needed);
        return right
                ? ""
                : test + " has the tags " + tags + " and needs " + needed
                        + (runsCommands ? ", one at least, since it runs commands" : "");
    }

    private static List<String> testFiles() {
        return TESTS.keySet().stream()
                .filter(name -> holdsTests(test(name)) && !name.equals(PlantedChecks.class.getName()))
                .toList();
    }

    @Test
    void everyTestIsInAClassWhoseNameTheBuildLooksFor() {
        assertThat(testFiles()).hasSizeGreaterThan(80).allMatch(name -> name.endsWith("Test"));
        assertThat(TESTS.keySet().stream().filter(name -> name.endsWith("Test")))
                .containsExactlyElementsOf(testFiles());
    }

    @Test
    void noTestIsSwitchedOff() {
        assertThat(testFiles()).noneMatch(name -> isSwitchedOff(test(name)));
    }

    @Test
    void tagsSayWhatATestNeeds() {
        assertThat(testFiles().stream().map(TestClassesTest::wrongTags).filter(wrong -> !wrong.isEmpty()))
                .isEmpty();
    }

    @Test
    void plantedFaultsAreFound() {
        String planted = PlantedChecks.class.getName();

        assertThat(holdsTests(test(planted))).isTrue();
        assertThat(isSwitchedOff(test(planted))).isTrue();
        assertThat(wrongTags(planted)).isEqualTo(planted + " has the tags [] and needs [spark]");
    }

    /** Surefire passes the setting on to the JVM of the tests, and this launcher takes it from there. */
    @Test
    void aTestThatJunitCannotRunFailsTheBuild() {
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(PlantedChecks.class))
                .build();

        LauncherFactory.create().execute(request, listener);

        assertThat(listener.getSummary().getFailures())
                .singleElement()
                .extracting(failure -> failure.getException().getMessage())
                .asString()
                .contains("[WARNING] @Test method 'private void " + PlantedChecks.class.getName()
                        + ".isPrivate()' must not be private. It will not be executed.");
    }
}
