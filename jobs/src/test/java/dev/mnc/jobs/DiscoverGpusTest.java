package dev.mnc.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The script {@code discover-gpus.sh}, with an nvidia-smi of the test's own. */
class DiscoverGpusTest {

    private static final Path SCRIPT =
            Path.of("../deploy/bin/discover-gpus.sh").toAbsolutePath().normalize();

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path temporary;

    /** What the script printed. */
    private record Answer(List<String> addresses, String word) {}

    private Answer run(Map<String, String> environment) throws Exception {
        Path path = Files.createDirectories(temporary.resolve("bin"));
        Files.deleteIfExists(path.resolve("bash"));
        Files.createSymbolicLink(path.resolve("bash"), Path.of("/bin/bash"));
        Path errors = temporary.resolve("errors");
        ProcessBuilder builder = new ProcessBuilder("/bin/bash", SCRIPT.toString()).redirectError(errors.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", path.toString());
        builder.environment().put("HOSTNAME", "node7");
        builder.environment().putAll(environment);
        Process process = builder.start();
        JsonNode json = new ObjectMapper().readTree(process.getInputStream());
        assertThat(process.waitFor()).isZero();
        assertThat(json.get("name").asText()).isEqualTo("gpu");
        List<String> addresses = new ArrayList<>();
        json.get("addresses").forEach(address -> addresses.add(address.asText()));
        return new Answer(addresses, Files.readString(errors).strip());
    }

    private void nvidiaSmi(String script) throws IOException {
        Path program = Files.createDirectories(temporary.resolve("bin")).resolve("nvidia-smi");
        Files.writeString(program, "#!/bin/bash\n" + script + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void namesTheGpusThatTheDriverLists() throws Exception {
        nvidiaSmi("[ \"$*\" = '--query-gpu=index --format=csv,noheader' ] && printf '0\\n1\\n10\\n'");

        assertThat(run(Map.of())).isEqualTo(new Answer(List.of("0", "1", "10"), ""));
    }

    @Test
    void aFakeListStandsInForTheDriver() throws Exception {
        nvidiaSmi("echo 7");

        assertThat(run(Map.of("MNC_FAKE_GPUS", "2,3"))).isEqualTo(new Answer(List.of("2", "3"), ""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''    | MNC_FAKE_GPUS is empty",
                "0 1   | MNC_FAKE_GPUS is \"0 1\", not numbers with commas between",
                "'0,'  | MNC_FAKE_GPUS is \"0,\", not numbers with commas between",
            })
    void saysWhyAFakeListIsNone(String list, String reason) throws Exception {
        assertThat(run(Map.of("MNC_FAKE_GPUS", list)))
                .isEqualTo(new Answer(List.of(), "discover-gpus.sh: no GPU on node7: " + reason));
    }

    @Test
    void saysThatThereIsNoDriver() throws Exception {
        assertThat(run(Map.of()))
                .isEqualTo(new Answer(
                        List.of(),
                        "discover-gpus.sh: no GPU on node7: there is no nvidia-smi; install the NVIDIA driver, or give the"
                                + " container its GPUs"));
    }

    @Test
    void passesOnWhatTheDriverSays() throws Exception {
        nvidiaSmi("echo 'Failed to initialize NVML'; exit 9");
        assertThat(run(Map.of()).word())
                .isEqualTo("discover-gpus.sh: no GPU on node7: nvidia-smi failed: Failed to initialize NVML");

        nvidiaSmi("echo 'No devices were found'");
        assertThat(run(Map.of()))
                .isEqualTo(new Answer(
                        List.of(), "discover-gpus.sh: no GPU on node7: nvidia-smi says: No devices were found"));
    }

    @Test
    void shellCheckHasNothingToSay() throws Exception {
        assumeThat(Stream.of(System.getenv("PATH").split(":", -1)))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "shellcheck")));

        Process check = new ProcessBuilder("shellcheck", SCRIPT.toString())
                .redirectErrorStream(true)
                .start();
        assertThat(new String(check.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8))
                .isEmpty();
        assertThat(check.waitFor()).isZero();
    }
}
