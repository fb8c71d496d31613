package dev.mnc.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.mnc.model.ModelFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code deploy/bin/mnc} in a copied tree: with a Maven that only says that it was called, and with a Java that prints its
 * arguments, or with the real one on the classes of this test.
 */
@Tag("process")
class LauncherTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final FileTime LONG_AGO = FileTime.from(Instant.ofEpochSecond(1_000_000_000));

    /** The class behind the options of the JVM; our arguments follow it. */
    private static final String MAIN = "dev.mnc.jobs.Main";

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path temporary;

    private Path tree = Path.of("");
    private Path launcher = Path.of("");

    private record Result(int exitCode, String output) {

        List<String> lines() {
            return output.lines().toList();
        }

        /** The arguments of the fake Java that come before the main class. */
        List<String> jvm() {
            return lines().subList(0, lines().indexOf(MAIN));
        }
    }

    @BeforeEach
    void copyTheTree() throws IOException {
        tree = Files.createDirectories(temporary.toRealPath().resolve("a tree of sources"));
        launcher = Files.createDirectories(tree.resolve("deploy/bin")).resolve("mnc");
        Files.copy(ROOT.resolve("deploy/bin/mnc"), launcher, StandardCopyOption.COPY_ATTRIBUTES);
        Files.createDirectories(tree.resolve("conf/jvm"));
        try (Stream<Path> files = Files.walk(ROOT.resolve("conf"))) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                Files.copy(file, tree.resolve(ROOT.relativize(file)));
            }
        }
        write(tree.resolve("pom.xml"), "");
        for (String module : List.of("schemas", "model", "jobs")) {
            write(tree.resolve(module + "/pom.xml"), "");
            write(tree.resolve(module + "/src/main/java/A.java"), "");
        }
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.setLastModifiedTime(file, LONG_AGO);
            }
        }
        program(
                tree.resolve("mvnw"),
                "echo \"maven $* in $(pwd)\" >&2",
                "mkdir -p jobs/target; touch jobs/target/mnc-jobs-7.jar; printf '/a.jar:/b c.jar' > jobs/target/classpath; printf '/spark.jar' > jobs/target/classpath-spark");
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static Path program(Path file, String... lines) throws IOException {
        write(file, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return file;
    }

    /** A Java home whose {@code java} has a version, and otherwise prints its arguments and what it finds around it. */
    private Path javaThatSays(String version) throws IOException {
        Path home = temporary.resolve("a jdk");
        program(
                home.resolve("bin/java"),
                "[ \"$1\" != -version ] || { echo 'openjdk version \"" + version + "\" 2020-01-01' >&2; exit; }",
                "printf '%s\\n' \"$@\" \"ip=$SPARK_LOCAL_IP\" \"home=$SPARK_HOME\" \"locale=$LC_ALL\" \"log=$TF_CPP_MIN_LOG_LEVEL\"");
        return home;
    }

    private Result run(Map<String, String> environment, String... arguments) throws Exception {
        return run(launcher, environment, arguments);
    }

    private Result run(Path program, Map<String, String> environment, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder process =
                new ProcessBuilder(command).directory(temporary.toFile()).redirectErrorStream(true);
        process.environment()
                .keySet()
                .removeAll(List.of(
                        "MNC_JAVA_OPTS",
                        "MNC_ARCHIVE_CLASSES",
                        "SPARK_LOCAL_IP",
                        "SPARK_HOME",
                        "SPARK_CONF_DIR",
                        "HADOOP_CONF_DIR",
                        "YARN_CONF_DIR"));
        process.environment().putAll(environment);
        Process started = process.start();
        started.getOutputStream().close();
        String output = new String(started.getInputStream().readAllBytes(), UTF_8);
        return new Result(started.waitFor(), output);
    }

    private Result runBuilt(Map<String, String> environment, String... arguments) throws Exception {
        Map<String, String> all = new HashMap<>(environment);
        all.put("JAVA_HOME", javaThatSays("17.0.15").toString());
        run(all, "config");
        return run(all, arguments);
    }

    // --- Java
    // ---------------------------------------------------------------------------------------------------------

    @Test
    void saysWhenJavaHomeHoldsNoJava() throws Exception {
        Path home = temporary.resolve("nothing here");

        assertThat(run(Map.of("JAVA_HOME", home.toString()), "config"))
                .isEqualTo(new Result(
                        6,
                        "error: JAVA_HOME is " + home + ", but " + home + "/bin/java is missing\n"
                                + "  set JAVA_HOME to a JDK 17 or newer\n"));
    }

    @Test
    void saysWhenThereIsNoJava() throws Exception {
        Path tools = Files.createDirectories(temporary.resolve("tools"));
        for (String tool : List.of("bash", "dirname")) {
            Files.createSymbolicLink(tools.resolve(tool), onPath(tool));
        }

        assertThat(run(Map.of("JAVA_HOME", "", "PATH", tools.toString()), "config"))
                .isEqualTo(
                        new Result(6, "error: no java found\n  install a JDK 17 or newer, or set JAVA_HOME to one\n"));
    }

    private static Path onPath(String tool) {
        return Stream.of(System.getenv("PATH").split(":", -1))
                .map(folder -> Path.of(folder, tool))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"11.0.2", "1.8.0_292", "16"})
    void refusesAnOlderJava(String version) throws Exception {
        Path home = javaThatSays(version);

        assertThat(run(Map.of("JAVA_HOME", home.toString()), "config"))
                .isEqualTo(new Result(
                        6,
                        "error: " + home + "/bin/java is version " + version + "\n"
                                + "  mnc-spark needs JDK 17 or newer; set JAVA_HOME to one\n"));
    }

    @Test
    void refusesAJavaOfUnknownVersion() throws Exception {
        Path home = javaThatSays("next");

        assertThat(run(Map.of("JAVA_HOME", home.toString()), "config"))
                .isEqualTo(new Result(
                        6,
                        "error: cannot tell the version of " + home + "/bin/java\n"
                                + "  set JAVA_HOME to a JDK 17 or newer\n"));
    }

    @Test
    void refusesAJavaThatDoesNotRun() throws Exception {
        Path home = temporary.resolve("broken");
        program(home.resolve("bin/java"), "echo 'Error: could not open jvm.cfg' >&2", "exit 1");

        assertThat(run(Map.of("JAVA_HOME", home.toString()), "config"))
                .isEqualTo(new Result(
                        6,
                        "error: cannot tell the version of " + home + "/bin/java\n"
                                + "  set JAVA_HOME to a JDK 17 or newer\n"));
    }

    @Test
    void findsJavaOnThePathAndItselfThroughALink() throws Exception {
        Path link = Files.createSymbolicLink(temporary.resolve("a link to mnc"), launcher);
        String path = javaThatSays("25").resolve("bin") + ":" + System.getenv("PATH");

        Result result = run(link, Map.of("JAVA_HOME", "", "PATH", path), "config", "show");

        assertThat(result.exitCode()).isZero();
        assertThat(result.output()).contains("-Dmnc.home=" + tree + "\n", MAIN + "\nconfig\nshow\n");
    }

    // --- building
    // -----------------------------------------------------------------------------------------------------

    @Test
    void buildsOnlyWhatIsOlderThanItsSources() throws Exception {
        Map<String, String> java = Map.of("JAVA_HOME", javaThatSays("17.0.15").toString());
        String built = "maven -q -B -ntp -Dquick -Dmaven.test.skip=true -pl jobs -am package in " + tree + "\n";

        assertThat(run(java, "config").output()).contains("building", built);
        assertThat(run(java, "config").output()).doesNotContain("building", "maven");
        Files.setLastModifiedTime(
                tree.resolve("model/src/main/java/A.java"),
                FileTime.from(Instant.now().plusSeconds(60)));
        assertThat(run(java, "config").output()).contains("building", built);
    }

    @Test
    void saysWhenTheBuildFails() throws Exception {
        program(tree.resolve("mvnw"), "echo 'no such plugin'; exit 1");

        Result result = run(Map.of("JAVA_HOME", javaThatSays("17.0.15").toString()), "config");

        assertThat(result.exitCode()).isEqualTo(6);
        assertThat(result.output())
                .contains("no such plugin\nerror: the build failed, see above\n  cd '" + tree
                        + "' && ./mvnw -B verify\n");
    }

    // --- what Java is started with
    // ------------------------------------------------------------------------------------

    @ParameterizedTest(name = "mnc {0}")
    @CsvSource({
        "label --table t, label",
        "submit label --table t, label",
        "submit --print label --table t, label",
        "demo, label",
        "bench label, label",
        "train --out o, train",
        "bench train, train",
        "bench ablation, train",
        "evaluate --help, evaluate",
        "compare, evaluate",
        "report --out o, evaluate",
        "report --out s3a://a/b, evaluate-large",
        "evaluate --predictions s3a://a/b, evaluate-large",
        "evaluate --predictions a -- --master yarn, evaluate-large",
        "bench evaluate, ''",
        "model info, ''",
        "--help, ''",
    })
    void eachCommandHasItsOptions(String command, String kind) throws Exception {
        List<String> options = new ArrayList<>(List.of(
                "-Dmnc.jvm.options=common," + kind,
                "-Dmnc.home=" + tree,
                "-Dmnc.conf.dir=" + tree + "/conf",
                "-Dmnc.class-path=" + tree + "/jobs/target/mnc-jobs-7.jar:/a.jar:/b c.jar",
                "-Dlog4j2.configurationFile=" + tree + "/conf/log4j2.properties",
                "@" + tree + "/conf/jvm/common.options"));
        if (!kind.isEmpty()) {
            options.add("@" + tree + "/conf/jvm/" + kind + ".options");
        }

        assertThat(runBuilt(Map.of(), command.split(" ", -1)).jvm())
                .startsWith(options.toArray(String[]::new))
                .endsWith("-cp", "/spark.jar:" + tree + "/jobs/target/mnc-jobs-7.jar:/a.jar:/b c.jar");
    }

    @Test
    void whatAnEvaluationReadsDecidesItsOptions() throws Exception {
        write(temporary.resolve("small files/gt.json"), "{}");

        assertThat(runBuilt(Map.of(), "evaluate", "--predictions", "small files", "--out=o")
                        .jvm())
                .contains("-Dmnc.jvm.options=common,evaluate");
        program(temporary.resolve("tools/du"), "echo '4 a'; echo '1048576 total'");
        Map<String, String> huge = Map.of("PATH", temporary.resolve("tools") + ":" + System.getenv("PATH"));
        assertThat(runBuilt(huge, "evaluate", "--predictions", "small files").jvm())
                .contains("-Dmnc.jvm.options=common,evaluate-large");
    }

    @Test
    void theUsersOptionsOfTheJvmWinAndArgumentsStayWhole() throws Exception {
        Result result = runBuilt(
                Map.of("MNC_JAVA_OPTS", "-Xmx8g -Da=b", "LC_ALL", "C"),
                "label",
                "--table",
                "a b",
                "",
                "--",
                "--name",
                "c d");

        assertThat(result.jvm().subList(result.jvm().size() - 4, result.jvm().size() - 2))
                .containsExactly("-Xmx8g", "-Da=b");
        assertThat(result.output())
                .contains(MAIN + "\nlabel\n--table\na b\n\n--\n--name\nc d\n", "locale=C.UTF-8\n", "log=3\n");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "--master local[4], 127.0.0.1, false",
        "--name spark, 127.0.0.1, false",
        "'--master local-cluster[2,1,1024]', 127.0.0.1, true",
        "'--conf spark.master=local-cluster[2,1,1024]', 127.0.0.1, true",
        "--master spark://host:7077, '', false",
        "--master=yarn, '', false",
        "--conf spark.master=yarn, '', false",
        "--properties-file cluster.conf, '', false",
        "--properties-file mine.conf --master local, 127.0.0.1, false",
    })
    void sparkOfThisMachineTalksToItself(String options, String ip, boolean home) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("label", "--"));
        arguments.addAll(List.of(options.split(" ", -1)));

        assertThat(runBuilt(Map.of(), arguments.toArray(String[]::new)).lines())
                .contains("ip=" + ip, "home=" + (home ? tree + "/jobs/target/spark-home" : ""));
        assertThat(Files.isDirectory(tree.resolve("jobs/target/spark-home/jars")))
                .isEqualTo(home);
    }

    @Test
    void theFirstDemoOfABuildLeavesAnArchiveOfClasses() throws Exception {
        Path archive = tree.resolve("jobs/target/classes-17.0.15.jsa");
        List<String> leaving = List.of("-XX:ArchiveClassesAtExit=" + archive, "-Dmnc.class-archive=" + archive);
        String reading = "-XX:SharedArchiveFile=" + archive;

        assertThat(runBuilt(Map.of(), "demo").jvm()).containsAll(leaving).doesNotContain(reading);
        assertThat(runBuilt(Map.of(), "label").jvm())
                .doesNotContainAnyElementsOf(leaving)
                .doesNotContain(reading);
        assertThat(runBuilt(Map.of("MNC_ARCHIVE_CLASSES", "no"), "demo").jvm()).doesNotContainAnyElementsOf(leaving);
        assertThat(runBuilt(Map.of("MNC_ARCHIVE_CLASSES", "yes"), "label").jvm())
                .containsAll(leaving);
        Path complete = Files.writeString(tree.resolve("jobs/target/classes-17.0.15.jsa.complete"), "");
        Files.setLastModifiedTime(complete, FileTime.from(Instant.now().plusSeconds(60)));
        for (String command : List.of("demo", "label", "evaluate", "compare", "report")) {
            assertThat(runBuilt(Map.of(), command).jvm()).contains(reading).doesNotContainAnyElementsOf(leaving);
        }
        assertThat(runBuilt(Map.of("MNC_ARCHIVE_CLASSES", "no"), "demo").jvm()).doesNotContain(reading);
        assertThat(runBuilt(Map.of("MNC_ARCHIVE_CLASSES", "no"), "evaluate").jvm())
                .doesNotContain(reading);
        assertThat(runBuilt(Map.of(), "train").jvm()).doesNotContain(reading);
        // An evaluation does not load what labels, so it leaves no archive.
        assertThat(runBuilt(Map.of("MNC_ARCHIVE_CLASSES", "yes"), "evaluate").jvm())
                .contains(reading)
                .doesNotContainAnyElementsOf(leaving);
        // An archive is complete when its command says so, not before.
        assertThat(runBuilt(Map.of("MNC_ARCHIVE_CLASSES", "yes"), "demo").jvm()).containsAll(leaving);
        assertThat(complete).doesNotExist();
    }

    // --- with the real Java
    // -------------------------------------------------------------------------------------------

    /** Runs commands with the classes of this test in place of a build. */
    private Result runForReal(String... arguments) throws Exception {
        write(
                tree.resolve("jobs/target/classpath"),
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        write(tree.resolve("jobs/target/classpath-spark"), "/no/spark.jar");
        write(tree.resolve("jobs/target/mnc-jobs-7.jar"), "");
        return run(Map.of("JAVA_HOME", System.getProperty("java.home")), arguments);
    }

    @Test
    void commandsWithoutSparkRefuseItsOptions() throws Exception {
        assertThat(runForReal("config", "show", "--", "--master", "local"))
                .isEqualTo(new Result(6, "error: mnc config does not use Spark\n  leave out what follows --\n"));
    }

    @Test
    void runsACommandWithTheSettingsOfItsTree() throws Exception {
        write(tree.resolve("conf/label.conf"), "label.batch-size = 3\n");

        Result result = runForReal("config", "show");

        assertThat(result.exitCode()).isZero();
        assertThat(result.output()).containsPattern("label.batch-size +3 +.*conf/label.conf: 1");
    }

    @Test
    void saysWhichPartOfSparkIsMissing() throws Exception {
        assertThat(runForReal("label", "--images", "i", "--table", "t", "--", "--master", "yarn"))
                .isEqualTo(new Result(
                        6,
                        "error: this Spark has no client of YARN: spark-yarn_2.13 is not among its jars\n"
                                + "  set SPARK_HOME to an installation of Spark 4.0, 4.1 or 4.2 with"
                                + " spark-yarn_2.13; those of spark.apache.org have it\n"));
    }

    @Test
    void printsTheLineOfSparkSubmit() throws Exception {
        write(tree.resolve("conf/label.conf"), "label.min-score = 0.33\n");
        Path mine = Files.writeString(temporary.resolve("mine.conf"), "label { min-scores = [\"1=0.5\", \"2=0.25\"] }");

        Result result = runForReal(
                "submit",
                "--print",
                "label",
                "--conf",
                mine.toString(),
                "--set=label.batch-size=4",
                "--images",
                "s3a://a/b c/",
                "--table=t",
                "--",
                "--master",
                "yarn",
                "--deploy-mode",
                "cluster",
                "--conf",
                "spark.executor.cores=4");

        assertThat(result.exitCode()).as(result.output()).isZero();
        assertThat(result.output())
                .startsWith("spark-submit --class dev.mnc.jobs.Main --deploy-mode cluster --conf spark.executor.cores=4"
                        + " --master yarn ")
                .contains(
                        "--conf spark.mnc.label.min-score=0.33 ",
                        "--conf spark.mnc.label.min-scores=1=0.5,2=0.25 ",
                        "--conf spark.mnc.label.batch-size=4 ",
                        "--conf spark.plugins=dev.mnc.jobs.cli.OptimisedPackages ",
                        tree + "/conf/label.conf," + tree + "/conf/train.conf," + mine)
                .endsWith("/jobs/target/mnc-jobs-7.jar' label --images 's3a://a/b c/' --table=t\n")
                .doesNotContain("--set");
    }

    // --- an archive
    // ---------------------------------------------------------------------------------------------------

    /** Puts the launcher where an unpacked archive has it. */
    private Path unpacked() throws Exception {
        Path home = Files.createDirectories(temporary.toRealPath().resolve("an archive"));
        Files.createDirectories(home.resolve("bin"));
        launcher =
                Files.copy(ROOT.resolve("deploy/bin/mnc"), home.resolve("bin/mnc"), StandardCopyOption.COPY_ATTRIBUTES);
        write(home.resolve("lib/mnc-jobs-7.jar"), "");
        return home;
    }

    private Path spark(Path home) throws IOException {
        write(home.resolve("jars/spark-core_2.13-4.1.2.jar"), "");
        return home;
    }

    @Test
    void anArchiveTakesItsOwnLibrariesAndTheSparkOfSparkHome() throws Exception {
        Path home = unpacked();
        Path spark = spark(temporary.resolve("a spark"));

        Result result = run(
                Map.of(
                        "JAVA_HOME", javaThatSays("17.0.15").toString(),
                        "SPARK_HOME", spark.toString(),
                        "HADOOP_CONF_DIR", "/etc/hadoop"),
                "config");

        assertThat(result.jvm())
                .contains("-Dmnc.home=" + home, "-Dmnc.class-path=" + home + "/lib/*")
                .endsWith("-cp", spark + "/jars/*:" + home + "/lib/*:/etc/hadoop");
    }

    @Test
    void anArchiveMayBringItsSpark() throws Exception {
        Path home = unpacked();
        spark(home.resolve("spark"));

        Result result = run(Map.of("JAVA_HOME", javaThatSays("17.0.15").toString()), "config");

        assertThat(result.jvm()).endsWith("-cp", home + "/spark/jars/*:" + home + "/lib/*");
        assertThat(result.lines()).contains("home=" + home + "/spark");
    }

    @Test
    void saysWhenAnArchiveLacksItsLibraries() throws Exception {
        Path home = unpacked();
        ModelFiles.delete(home.resolve("lib"));

        assertThat(run(Map.of("JAVA_HOME", javaThatSays("17.0.15").toString()), "config"))
                .isEqualTo(new Result(
                        6,
                        "error: there is no mnc-jobs-*.jar in " + home + "/lib\n"
                                + "  unpack the archive of mnc-spark again\n"));
        assertThat(home.resolveSibling("jobs")).doesNotExist();
    }

    @Test
    void saysWhenThereIsNoSpark() throws Exception {
        Path home = unpacked();
        String java = javaThatSays("17.0.15").toString();

        assertThat(run(Map.of("JAVA_HOME", java), "config"))
                .isEqualTo(new Result(
                        6,
                        "error: there is no Spark: SPARK_HOME is not set, and " + home + "/spark is missing\n"
                                + "  set SPARK_HOME to an installation of Spark 4.0, 4.1 or 4.2, or unpack the archive"
                                + " of mnc-spark that ends in -with-spark\n"));
        assertThat(run(Map.of("JAVA_HOME", java, "SPARK_HOME", "/no/spark"), "config"))
                .isEqualTo(new Result(6, """
                        error: SPARK_HOME is /no/spark, but jars/spark-core_2.13-4.*.jar is missing there
                          set SPARK_HOME to an installation of Spark 4.0, 4.1 or 4.2
                        """));
    }

    @Test
    void executorsOnThisMachineRunWithTheOptionsOfTheirFile() throws Exception {
        Path truth = Files.writeString(
                temporary.resolve("truth.json"),
                "{\"images\":[{\"id\":1,\"file_name\":\"a.jpg\",\"height\":9,\"width\":9}],"
                        + "\"categories\":[{\"id\":1,\"name\":\"a\"}],"
                        + "\"annotations\":[{\"id\":1,\"image_id\":1,\"category_id\":1,\"bbox\":[1,1,4,4],\"area\":16,"
                        + "\"iscrowd\":0}]}");
        Path found = Files.writeString(
                temporary.resolve("found.json"),
                "[{\"image_id\":1,\"category_id\":1,\"bbox\":[1,1,4,4],\"score\":0.5}]");

        Result result = runForReal(
                "evaluate",
                "--iou-type=bbox",
                "--ground-truth=" + truth,
                "--predictions=" + found,
                "--out=" + temporary.resolve("out"),
                "--",
                "--master",
                "local-cluster[1,1,1024]",
                "--conf",
                "spark.executor.extraJavaOptions=-Dmine=yes");

        assertThat(result.exitCode()).as(result.output()).isZero();
        assertThat(result.output()).contains("engine: spark", "maxDets=100 ] = 1.000");
        assertThat(temporary.resolve("out/metrics.json")).isNotEmptyFile();
        try (Stream<Path> files = Files.walk(tree.resolve("jobs/target/spark-home/work"))) {
            Path log = files.filter(file -> file.endsWith("stderr")).findFirst().orElseThrow();
            assertThat(Files.readString(log))
                    .contains(
                            "\"-Dorg.bytedeco.javacpp.maxPhysicalBytes=0\"",
                            "\"-XX:MaxRAMPercentage=60\"",
                            "\"-Dmine=yes\"");
        }
    }

    @Test
    void theDoctorAsksEveryExecutor() throws Exception {
        Result result = runForReal("doctor", "--quiet", "--", "--master", "local-cluster[2,1,1024]");

        assertThat(result.exitCode()).as(result.output()).isZero();
        assertThat(result.output())
                .contains("ok       executors            2 on 1 host")
                .containsPattern("ok       executors: versions  Spark \\S+, Java \\S+, mnc-spark development build")
                .containsPattern(
                        "ok       executors: clocks    the clock of \\S+ agrees with this machine's within 1 s");
    }

    @Test
    void shellCheckHasNothingToSay() throws Exception {
        assumeThat(Stream.of(System.getenv("PATH").split(":", -1)))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "shellcheck")));

        assertThat(run(onPath("shellcheck"), Map.of(), launcher.toString())).isEqualTo(new Result(0, ""));
    }

    @Test
    void theLauncherIsShort() throws IOException {
        assertThat(Files.readAllLines(launcher)).hasSizeLessThanOrEqualTo(120);
    }
}
