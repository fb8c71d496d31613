package dev.mnc.jobs;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.EvaluationResult;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The packages in their order: each imports only from those before it, and each framework stays in its rooms. */
class ArchitectureTest {

    /**
     * One package, without those below it.
     *
     * @param name below {@code dev.mnc}
     * @param frameworks the quarantined outside libraries it may use
     */
    private record Room(String name, String... frameworks) {

        String packageName() {
            return "dev.mnc." + name;
        }
    }

    private static final String TENSORFLOW = "org.tensorflow..";
    private static final String HDF5 = "io.jhdf..";
    private static final String SPARK = "org.apache.spark..";
    private static final String HADOOP = "org.apache.hadoop..";
    private static final String PARQUET = "org.apache.parquet..";
    private static final String AWS = "software.amazon..";
    private static final String PICOCLI = "picocli..";
    private static final String HOCON = "com.typesafe.config..";
    private static final List<String> QUARANTINED =
            List.of(TENSORFLOW, HDF5, SPARK, HADOOP, PARQUET, AWS, PICOCLI, HOCON);

    /** From the bottom up. */
    private static final List<Room> ROOMS = List.of(
            new Room("geometry"),
            new Room("schemas"),
            new Room("dataset"),
            new Room("dataset.columns"),
            new Room("image"),
            new Room("scenes"),
            new Room("evaluation.shapes"),
            new Room("evaluation.scores"),
            new Room("evaluation.matching"),
            new Room("evaluation.curves"),
            new Room("evaluation.plan"),
            new Room("evaluation.coco"),
            new Room("evaluation.bootstrap"),
            new Room("evaluation.slices"),
            new Room("evaluation.counts"),
            new Room("evaluation.ranges"),
            new Room("evaluation.lvis"),
            new Room("evaluation.errors"),
            new Room("evaluation.sds"),
            new Room("model.trust", TENSORFLOW),
            new Room("model.voting"),
            new Room("model.cascade", TENSORFLOW),
            new Room("model", TENSORFLOW),
            new Room("training.targets"),
            new Room("training", TENSORFLOW),
            new Room("training.weights", TENSORFLOW, HDF5),
            new Room("benchmark", TENSORFLOW),
            new Room("pages"),
            new Room("jobs.failure", PICOCLI),
            new Room("jobs.cluster", SPARK, HADOOP),
            new Room("jobs.cli", SPARK, HADOOP, PICOCLI, HOCON),
            new Room("jobs.store", HADOOP, PARQUET, AWS),
            new Room("jobs.outcome", HADOOP),
            new Room("jobs.executor", SPARK),
            new Room("jobs.host", SPARK),
            new Room("jobs.parquet", HADOOP, PARQUET),
            new Room("jobs.corpus.formats", HADOOP, PARQUET),
            new Room("jobs.corpus", HADOOP, PARQUET),
            new Room("jobs.runs", HADOOP, PARQUET),
            new Room("jobs.table", SPARK, HADOOP, PARQUET),
            new Room("jobs.label.work", SPARK, HADOOP),
            new Room("jobs.label", SPARK, HADOOP, PICOCLI),
            new Room("jobs.maintenance", HADOOP, PARQUET, PICOCLI),
            new Room("jobs.evaluate.config"),
            new Room("jobs.evaluate.rows", HADOOP, PARQUET),
            new Room("jobs.evaluate.findings"),
            new Room("jobs.evaluate.result", HADOOP),
            new Room("jobs.evaluate.local", HADOOP),
            new Room("jobs.evaluate.spark.shuffle", SPARK),
            new Room("jobs.evaluate.spark", SPARK, HADOOP),
            new Room("jobs.evaluate.spark.input", SPARK, HADOOP),
            new Room("jobs.evaluate", SPARK, HADOOP, PICOCLI),
            new Room("jobs.evaluate.compare", HADOOP, PICOCLI),
            new Room("jobs.models", PICOCLI),
            new Room("jobs.train", PICOCLI),
            new Room("jobs.report", SPARK, HADOOP, PICOCLI),
            new Room("jobs.export", SPARK, HADOOP, PICOCLI),
            new Room("jobs.demo", SPARK, HADOOP, PICOCLI),
            new Room("jobs.bench", SPARK, HADOOP, PICOCLI),
            new Room("jobs.drill", HADOOP, PARQUET, PICOCLI),
            new Room("jobs.doctor", SPARK, HADOOP, PICOCLI),
            new Room("jobs", PICOCLI));

    /** Classes of a package beyond which a newcomer needs to be told where to begin. */
    private static final int READABLE = 20;

    private static final JavaClasses PRODUCTION = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.mnc");

    static List<Room> rooms() {
        return ROOMS;
    }

    /** The packages from the bottom up, as {@code docs/architecture.md} lists them. */
    static List<String> packageNames() {
        return ROOMS.stream().map(Room::packageName).toList();
    }

    private static ArchRule looksAtNone(Room room, List<Room> above) {
        String[] forbidden = above.stream().map(Room::packageName).toArray(String[]::new);
        return noClasses()
                .that()
                .resideInAPackage(room.packageName())
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(forbidden.length == 0 ? new String[] {"nothing.above"} : forbidden);
    }

    private static ArchRule keepsFrameworksOut(Room room) {
        List<String> foreign = new ArrayList<>(QUARANTINED);
        foreign.removeAll(List.of(room.frameworks()));
        return noClasses()
                .that()
                .resideInAPackage(room.packageName())
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(foreign.toArray(String[]::new));
    }

    @Test
    void everyClassLivesInARoomAndNoRoomIsEmpty() {
        assertThat(PRODUCTION.stream().map(JavaClass::getPackageName).distinct())
                .containsExactlyInAnyOrderElementsOf(
                        ROOMS.stream().map(Room::packageName).toList());
    }

    @ParameterizedTest
    @MethodSource("rooms")
    void packagesImportOnlyDownward(Room room) {
        looksAtNone(room, ROOMS.subList(ROOMS.indexOf(room) + 1, ROOMS.size())).check(PRODUCTION);
    }

    @ParameterizedTest
    @MethodSource("rooms")
    void frameworksStayInTheirRooms(Room room) {
        keepsFrameworksOut(room).check(PRODUCTION);
    }

    @Test
    void packagesHaveNoCycles() {
        SlicesRuleDefinition.slices()
                .matching("dev.mnc.(**)")
                .should()
                .beFreeOfCycles()
                .check(PRODUCTION);
    }

    @Test
    void largePackagesSayInWhichOrderToReadThem() throws IOException {
        Map<String, Long> sizes = PRODUCTION.stream()
                .filter(type -> type.isTopLevelClass() && !type.getSimpleName().equals("package-info"))
                .collect(Collectors.groupingBy(JavaClass::getPackageName, Collectors.counting()));
        for (Map.Entry<String, Long> entry : sizes.entrySet()) {
            if (entry.getValue() > READABLE) {
                assertThat(packageInfo(entry.getKey()))
                        .as("package-info of %s, which has %s classes", entry.getKey(), entry.getValue())
                        .contains("Read in this order");
            }
        }
    }

    private static String packageInfo(String packageName) throws IOException {
        for (String module : List.of("schemas", "model", "jobs")) {
            Path file = Path.of("..", module, "src/main/java", packageName.replace('.', '/'), "package-info.java");
            if (Files.exists(file)) {
                return Files.readString(file);
            }
        }
        return "";
    }

    @Test
    void aPlantedBreachIsFound() {
        JavaClasses planted = new ClassFileImporter().importPackages("dev.mnc.geometry.planted", "dev.mnc.model");
        Room room = new Room("geometry.planted");

        EvaluationResult upward = looksAtNone(room, ROOMS).evaluate(planted);
        EvaluationResult framework = keepsFrameworksOut(room).evaluate(planted);

        assertThat(upward.getFailureReport().toString())
                .contains("PlantedBreach")
                .contains("dev.mnc.model.Predictor");
        assertThat(framework.getFailureReport().toString())
                .contains("PlantedBreach")
                .contains("org.apache.spark.sql.Row");
    }
}
