package dev.mnc.jobs;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.EvaluationResult;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Packages import only downward in this table, and each framework stays in its rooms. */
class ArchitectureTest {

    /**
     * A room: a package with its sub-packages.
     *
     * @param name below {@code dev.mnc}
     * @param frameworks the outside libraries it may use of those that are quarantined
     */
    private record Room(String name, String... frameworks) {

        String packages() {
            return "dev.mnc." + name + "..";
        }
    }

    private static final String TENSORFLOW = "org.tensorflow..";
    private static final String SPARK = "org.apache.spark..";
    private static final String HADOOP = "org.apache.hadoop..";
    private static final String PICOCLI = "picocli..";
    private static final String HOCON = "com.typesafe.config..";
    private static final String HDF5 = "io.jhdf..";
    private static final List<String> QUARANTINED = List.of(TENSORFLOW, HDF5, SPARK, HADOOP, PICOCLI, HOCON);

    /** From the bottom up: a room may use the rooms before it. */
    private static final List<Room> ROOMS = List.of(
            new Room("geometry"),
            new Room("schemas"),
            new Room("dataset"),
            new Room("image"),
            new Room("evaluation"),
            new Room("mnc", TENSORFLOW),
            new Room("training", TENSORFLOW, HDF5),
            new Room("report"),
            new Room("jobs", SPARK, HADOOP, PICOCLI, HOCON));

    private static final JavaClasses PRODUCTION = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.mnc");

    static List<Room> rooms() {
        return ROOMS;
    }

    private static ArchRule looksOnlyDown(Room room) {
        String[] above = ROOMS.subList(ROOMS.indexOf(room) + 1, ROOMS.size()).stream()
                .map(Room::packages)
                .toArray(String[]::new);
        return noClasses()
                .that()
                .resideInAPackage(room.packages())
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(above.length == 0 ? new String[] {"nothing.above"} : above);
    }

    private static ArchRule keepsFrameworksOut(Room room) {
        List<String> foreign = new ArrayList<>(QUARANTINED);
        foreign.removeAll(List.of(room.frameworks()));
        return noClasses()
                .that()
                .resideInAPackage(room.packages())
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(foreign.toArray(String[]::new));
    }

    @Test
    void everyClassLivesInARoom() {
        assertThat(PRODUCTION.stream()
                        .map(type -> type.getPackageName())
                        .distinct()
                        .filter(name -> ROOMS.stream()
                                .noneMatch(room -> (name + ".").startsWith("dev.mnc." + room.name() + "."))))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("rooms")
    void packagesImportOnlyDownward(Room room) {
        looksOnlyDown(room).check(PRODUCTION);
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
    void aPlantedBreachIsFound() {
        JavaClasses planted = new ClassFileImporter().importPackages("dev.mnc.geometry.planted", "dev.mnc.mnc");
        Room geometry = ROOMS.get(0);

        EvaluationResult upward = looksOnlyDown(geometry).evaluate(planted);
        EvaluationResult framework = keepsFrameworksOut(geometry).evaluate(planted);

        assertThat(upward.getFailureReport().toString())
                .contains("PlantedBreach")
                .contains("dev.mnc.mnc.Predictor");
        assertThat(framework.getFailureReport().toString())
                .contains("PlantedBreach")
                .contains("org.apache.spark.sql.Row");
    }
}
