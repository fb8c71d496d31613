package dev.mnc.jobs.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mnc.jobs.failure.OperatorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CacheFolderTest {

    private static final Path BELOW_HOME = Path.of(".cache", "mnc-spark", "models");

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path temporary;

    private final Properties system = new Properties();

    @BeforeEach
    void someMachine() throws IOException {
        system.setProperty(
                "java.io.tmpdir",
                Files.createDirectory(temporary.resolve("tmp")).toString());
        system.setProperty("user.name", "li/sa");
        system.setProperty(
                "user.home", Files.createDirectory(temporary.resolve("home")).toString());
    }

    private Path folder() {
        return CacheFolder.standard(BELOW_HOME, "models", system);
    }

    private Path mine() {
        return temporary.resolve("tmp/mnc-spark-li_sa");
    }

    @Test
    void liesBelowTheHome() {
        assertThat(folder())
                .isEqualTo(temporary.resolve("home").resolve(BELOW_HOME))
                .isDirectory();
        assertThat(mine()).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"?", "", "/no/such/home"})
    void liesAmongTemporaryFilesWhereThereIsNoHome(String home) throws IOException {
        system.setProperty("user.home", home);

        assertThat(folder()).isEqualTo(mine().resolve("models")).isDirectory();
        assertThat(folder()).as("the second process").isEqualTo(mine().resolve("models"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(mine())))
                .isEqualTo("rwx------");
    }

    @Test
    void liesAmongTemporaryFilesWhereTheHomeCannotHoldIt() throws IOException {
        Files.writeString(temporary.resolve("home/.cache"), "a file, so nothing can be created below it");

        assertThat(folder()).isEqualTo(mine().resolve("models"));
    }

    @Test
    void refusesAFolderThatOthersCanWriteTo() throws IOException {
        system.setProperty("user.home", "?");
        Files.createDirectory(mine());
        Files.setPosixFilePermissions(mine(), PosixFilePermissions.fromString("rwxrwxrwx"));

        assertRefused();
    }

    @Test
    void refusesALinkToAFolder() throws IOException {
        system.setProperty("user.home", "?");
        Path elsewhere = Files.createDirectory(temporary.resolve("elsewhere"));
        Files.setPosixFilePermissions(elsewhere, PosixFilePermissions.fromString("rwx------"));
        Files.createSymbolicLink(mine(), elsewhere);

        assertRefused();
    }

    private void assertRefused() {
        assertThatThrownBy(this::folder)
                .isInstanceOfSatisfying(
                        OperatorException.class,
                        e -> assertThat(e.remedy())
                                .isEqualTo("delete it, or name other folders with host.model-cache and"
                                        + " host.native-cache"))
                .hasMessage("the folder " + mine() + " is open to other users, or is not ours");
    }

    @Test
    void saysWhereItCannotCreateOne() {
        system.setProperty("user.home", "?");
        system.setProperty("java.io.tmpdir", temporary.resolve("missing").toString());
        Path wanted = temporary.resolve("missing/mnc-spark-li_sa");

        assertThatThrownBy(this::folder)
                .isInstanceOfSatisfying(
                        OperatorException.class,
                        e -> assertThat(e.remedy())
                                .isEqualTo("name folders that can be written to with host.model-cache and"
                                        + " host.native-cache"))
                .hasMessage("cannot create the folder " + wanted + " for models and native libraries: " + wanted);
    }

    @Test
    void settingsNameFolders() {
        HostConfig config = new HostConfig("/models", "/native", 0.9, 0);

        assertThat(CacheFolder.models(config)).isEqualTo(Path.of("/models"));
        assertThat(CacheFolder.nativeLibraries(config, "/javacpp")).isEqualTo(Path.of("/native"));
        assertThat(CacheFolder.nativeLibraries(new HostConfig("", "", 0.9, 0), "/javacpp"))
                .isEqualTo(Path.of("/javacpp"));
    }
}
