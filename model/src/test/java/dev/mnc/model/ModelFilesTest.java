package dev.mnc.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFilesTest {

    @Test
    void deletingTakesAllThatIsInADirectoryAndNothingThatLinksPointTo(@TempDir Path folder) throws IOException {
        Path other = Files.createDirectory(folder.resolve("other"));
        Path kept = Files.writeString(other.resolve("kept.txt"), "kept");
        Path model = folder.resolve("model");
        Files.createDirectories(model.resolve("variables/empty"));
        Files.writeString(model.resolve("variables/index"), "gone");
        Files.createSymbolicLink(model.resolve("link"), other);

        ModelFiles.delete(model);

        assertThat(model).doesNotExist();
        assertThat(kept).hasContent("kept");
        ModelFiles.delete(model);
        assertThat(folder.toFile().list()).containsExactly("other");
    }
}
