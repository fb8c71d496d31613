package dev.mnc.jobs.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mnc.jobs.cli.JavaRuntime;
import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.label.CheckedModel;
import dev.mnc.schemas.RunRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The checks of Java, memory, cores and native libraries, on machines made of a folder of files. */
@Tag("spark")
class MachineChecksTest {

    private static final long GIB = 1L << 30;
    private static final SparkSettings LOCAL = new SparkSettings(Map.of());
    private static final String NEWER_SYSTEM =
            "use Debian 12, Ubuntu 22.04, Red Hat 9 or newer, or an image made of one";

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path root;

    private Machine machine(String... answers) {
        return new Machine(root, command -> answers.length > 0 && command[0].equals(answers[0]) ? answers[1] : "");
    }

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private void memory(long bytes) throws IOException {
        write("proc/meminfo", "MemTotal:       " + bytes / 1024 + " kB\nMemFree:  1 kB\n");
    }

    // --- Java
    // ----------------------------------------------------------------------------------------------------------

    private static Finding java(String version, String securityManager, String hadoop) {
        return new JavaCheck(new JavaRuntime(Runtime.Version.parse(version), securityManager, hadoop))
                .findings()
                .get(0);
    }

    @Test
    void theJavaThatIsTested() {
        assertThat(java("17.0.15", "", "3.4.2")).isEqualTo(Finding.ok("java", "Java 17.0.15"));
    }

    @ParameterizedTest
    @CsvSource({
        "21.0.4, '', 3.4.2",
        "22, '', 3.4.2",
        "23, allow, 3.4.2",
        "25, '', 3.5.0",
        "24, '', 4.0.0",
        "25, '', own"
    })
    void aJavaThatNobodyTried(String version, String securityManager, String hadoop) {
        assertThat(java(version, securityManager, hadoop))
                .isEqualTo(Finding.warning(
                        "java",
                        "Java " + version + ": mnc-spark was not tried on Java " + version.replaceAll("\\..*", ""),
                        "JDK 17 is the one that is tested; set JAVA_HOME to it if something goes wrong"));
    }

    @ParameterizedTest
    @CsvSource({"23, '', 3.4.2", "24, allow, 3.4.2", "25.0.1, '', 3.4.1", "26-ea, '', 3.3.6", "25, '', 3.4.2-vendor"})
    void aJavaThatHadoopCannotRunOn(String version, String securityManager, String hadoop) {
        assertThat(java(version, securityManager, hadoop))
                .isEqualTo(Finding.failed(
                        "java",
                        "Java " + version + " is too new for Hadoop " + hadoop
                                + ": Hadoop asks who its user is with Subject.getSubject, which Java refuses since"
                                + " version 24 (23 unless a security manager is allowed)",
                        "set JAVA_HOME to a JDK 17, which mnc-spark is tested on, or 21"));
    }

    @Test
    void aJavaThatIsOlderThanSparkTakes() {
        assertThat(java("17.0.2", "", "3.4.2"))
                .isEqualTo(Finding.failed(
                        "java",
                        "Java 17.0.2 is older than 17.0.11, the first that Spark runs on",
                        "install the newest update of JDK 17"));
    }

    // --- memory
    // --------------------------------------------------------------------------------------------------------

    @Test
    void limitsOfControlGroupsAreRead() throws IOException {
        assertThat(machine().memoryLimit()).isEmpty();
        write("proc/self/cgroup", "0::/a/b\n");
        write("sys/fs/cgroup/a/memory.max", "3221225472\n");
        write("sys/fs/cgroup/a/b/memory.max", "max\n");
        assertThat(machine().memoryLimit()).isEqualTo(OptionalLong.of(3 * GIB));
        write("proc/self/cgroup", "0::/\n");
        write("sys/fs/cgroup/memory.max", "2147483648\n");
        assertThat(machine().memoryLimit()).isEqualTo(OptionalLong.of(2 * GIB));
    }

    /** In a container the path of the group is that of the machine outside, which is not seen inside. */
    @Test
    void limitsOfOldControlGroupsAreRead() throws IOException {
        write("proc/self/cgroup", "9:cpu,cpuacct:/docker/x\n4:memory:/docker/x\n0::/\n");
        write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
        assertThat(machine().memoryLimit()).isEmpty();
        write("sys/fs/cgroup/memory/memory.limit_in_bytes", "4294967296\n");
        assertThat(machine().memoryLimit()).isEqualTo(OptionalLong.of(4 * GIB));
    }

    private MemoryCheck memoryCheck(long heap, SparkSettings settings) {
        return new MemoryCheck(machine(), heap, settings, "vgg16", GIB / 4);
    }

    @Test
    void enoughMemory() throws IOException {
        memory(16 * GIB);
        assertThat(memoryCheck(4 * GIB, LOCAL).findings())
                .containsExactly(Finding.ok("memory", "heap up to 4.0 GiB, machine 16.0 GiB"));
    }

    @Test
    void tooLittleMemoryForTensorFlow() throws IOException {
        memory(16 * GIB);
        write("proc/self/cgroup", "0::/\n");
        write("sys/fs/cgroup/memory.max", String.valueOf(5 * GIB / 2));

        assertThat(memoryCheck(2 * GIB, LOCAL).findings())
                .containsExactly(Finding.failed(
                        "memory",
                        "heap up to 2.0 GiB, machine 16.0 GiB, limit of the container 2.5 GiB; TensorFlow with the model"
                                + " vgg16 takes at least 1024 MiB beside the heap",
                        "set MNC_JAVA_OPTS=-Xmx1536m"));
    }

    @Test
    void tooLittleMemoryForAnything() throws IOException {
        memory(GIB);

        assertThat(memoryCheck(GIB / 2, LOCAL).findings())
                .containsExactly(Finding.failed(
                        "memory",
                        "heap up to 0.5 GiB, machine 1.0 GiB; TensorFlow with the model vgg16 takes at least 1024 MiB"
                                + " beside the heap",
                        "run it where there are at least 1.4 GiB"));
        for (String master : List.of("local[2]", "spark://h:7077")) {
            assertThat(memoryCheck(256L << 20, new SparkSettings(Map.of("spark.master", master)))
                            .findings()
                            .get(0))
                    .isEqualTo(Finding.failed(
                            "memory",
                            "the heap has 256 MiB, and Spark starts with 450 MiB or more",
                            "set MNC_JAVA_OPTS=-Xmx1g or more"));
        }
    }

    private Finding executorMemory(Map<String, String> settings) {
        return memoryCheck(4 * GIB, new SparkSettings(settings)).findings().get(1);
    }

    /** In the words of a run, which refuses it too; ExecutorMemoryTest has all of it. */
    @Test
    void tooLittleOverheadOfExecutors() {
        assertThat(executorMemory(Map.of("spark.master", "yarn", "spark.executor.memory", "8g")))
                .isEqualTo(Finding.failed(
                        "executor memory",
                        "an executor gets 819 MiB beside its heap of 8192 MiB (the larger of"
                                + " spark.executor.minMemoryOverhead and spark.executor.memoryOverheadFactor of the"
                                + " heap), but TensorFlow with the model vgg16 (256 MiB of files) needs at least 1024"
                                + " MiB; YARN would end it",
                        "give at least --conf spark.executor.memoryOverhead=2g after --"));
        assertThat(executorMemory(
                        Map.of("spark.master", "k8s://https://host", "spark.executor.memoryOverhead", "1024")))
                .isEqualTo(Finding.ok("executor memory", "heap 1.0 GiB, overhead 1.0 GiB"));
    }

    @Test
    void standaloneExecutorsHaveNoOverhead() {
        assertThat(executorMemory(Map.of("spark.master", "spark://h:7077")))
                .isEqualTo(Finding.ok("executor memory", "heap 1.0 GiB"));
    }

    // --- cores
    // ---------------------------------------------------------------------------------------------------------

    @Test
    void cores() {
        assertThat(new CoresCheck(8, LOCAL).findings()).containsExactly(Finding.ok("cores", "8 cores here"));
        assertThat(new CoresCheck(1, LOCAL).findings())
                .containsExactly(Finding.warning(
                        "cores",
                        "1 core here: reading, decoding and the network take turns",
                        "give the process two cores or more"));
        assertThat(new CoresCheck(
                                1,
                                new SparkSettings(Map.of(
                                        "spark.master", "yarn", "spark.executor.cores", "2", "spark.task.cpus", "4")))
                        .findings())
                .containsExactly(Finding.failed(
                        "cores",
                        "1 core here, 2 an executor, and a task takes 4, so none ever starts",
                        "raise spark.executor.cores or lower spark.task.cpus"));
    }

    // --- native libraries
    // ----------------------------------------------------------------------------------------------

    private Finding glibc(String answer) {
        return new NativeLibraryCheck(machine("getconf", answer), "Linux", () -> "2.18.0")
                .findings()
                .get(0);
    }

    @Test
    void theCLibrary() {
        assertThat(glibc("glibc 2.36\n")).isEqualTo(Finding.ok("glibc", "2.36 (TensorFlow needs 2.34)"));
        assertThat(glibc("glibc 2.31\n"))
                .isEqualTo(
                        Finding.failed("glibc", "glibc 2.31 is older than 2.34, which TensorFlow needs", NEWER_SYSTEM));
        assertThat(glibc(""))
                .isEqualTo(Finding.failed(
                        "glibc",
                        "there is no glibc here (Alpine's musl is none), and TensorFlow needs 2.34",
                        NEWER_SYSTEM));
        assertThat(new NativeLibraryCheck(machine(), "Mac OS X", () -> "2.18.0").findings())
                .contains(Finding.skipped("glibc", "not on Mac OS X"));
    }

    @Test
    void aNativeLibraryThatLoads() {
        assertThat(new NativeLibraryCheck(machine(), "Linux", () -> "2.18.0")
                        .findings()
                        .get(1))
                .isEqualTo(Finding.ok("tensorflow", "2.18.0, native library loaded"));
    }

    @Test
    void aNativeLibraryThatDoesNotLoad() {
        NativeLibraryCheck check = new NativeLibraryCheck(machine(), "Linux", () -> {
            throw (UnsatisfiedLinkError) new UnsatisfiedLinkError("no jnitensorflow in java.library.path")
                    .initCause(new UnsatisfiedLinkError("/lib/libc.so.6: version `GLIBC_2.34' not found"));
        });
        assertThat(check.findings().get(1))
                .isEqualTo(Finding.failed(
                        "tensorflow",
                        "the native library does not load: /lib/libc.so.6: version `GLIBC_2.34' not found",
                        "use the archive for this system, look at glibc above, and see that the folder can be written and"
                                + " has 1.3 GB free, or name another: --set host.native-cache=DIR"));
    }

    @Test
    void noFolderForTheNativeLibrary() {
        NativeLibraryCheck check = new NativeLibraryCheck(machine(), "Linux", () -> {
            throw OperatorException.environment("cannot create the folder", "name one");
        });
        assertThat(check.findings().get(1))
                .isEqualTo(Finding.failed("tensorflow", "cannot create the folder", "name one"));
    }

    // --- the model
    // -----------------------------------------------------------------------------------------------------

    @Test
    void theModel() {
        ModelCheck check = ModelCheck.of(
                "a", () -> new CheckedModel("a", new RunRecord.Model("a", "a", List.of()), "digest", 3L << 19));

        assertThat(check.findings()).containsExactly(Finding.ok("model", "a, 1.5 MiB"));
        assertThat(check.bytes()).isEqualTo(3L << 19);
    }

    @Test
    void modelsThatCannotBeUsed() {
        assertThat(ModelCheck.of("a", () -> {
                    throw OperatorException.environment("there is no model", "name one");
                }))
                .isEqualTo(new ModelCheck(Finding.failed("model", "there is no model", "name one"), 0));
        assertThat(ModelCheck.of("a", () -> {
                    throw new IllegalArgumentException("variables.index is not what the card says");
                }))
                .isEqualTo(new ModelCheck(
                        Finding.failed("model", "variables.index is not what the card says", "see: mnc model verify a"),
                        0));
    }

    @Test
    void theMachineOfThisTestTellsItsMemory() {
        assertThat(Machine.here().memory().orElse(GIB)).isGreaterThanOrEqualTo(GIB);
    }
}
