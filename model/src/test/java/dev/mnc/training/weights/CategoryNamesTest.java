package dev.mnc.training.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mnc.schemas.Category;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CategoryNamesTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path temporary;

    private Path file(String text) throws IOException {
        return Files.writeString(temporary.resolve("names"), text, StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cat\n\n dog \n",
                "background\ncat\ndog\n",
                "[\"cat\", \"dog\"]",
                "[\"__background__\", \"cat\", \"dog\"]",
                "[{\"id\": 1, \"name\": \"cat\"}, {\"id\": 2, \"name\": \"dog\", \"supercategory\": \"animal\"}]",
                "{\"images\": [], \"categories\": [{\"id\": 1, \"name\": \"cat\"}, {\"id\": 2, \"name\": \"dog\"}]}"
            })
    void namesAreReadInTheirOrder(String text) throws IOException {
        assertThat(CategoryNames.read(file(text))).containsExactly(new Category(1, "cat"), new Category(2, "dog"));
    }

    @Test
    void cocosIdsAreKept() throws IOException {
        assertThat(CategoryNames.read(file("[{\"id\": 90, \"name\": \"toothbrush\"}]")))
                .containsExactly(new Category(90, "toothbrush"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    ''                                | names no category
                    {"images": []}                    | names no category
                    [1]                               | lists 1, which is neither a name nor an object with name and id
                    [{"name": "cat"}]                 | lists {"name":"cat"}, which is neither a name nor an object with name and id
                    ["cat", {"id": 2, "name": "dog"}] | mixes names with objects
                    """)
    void otherFilesAreRefused(String text, String reason) throws IOException {
        Path file = file(text);
        UnusableWeightsException refused =
                catchThrowableOfType(UnusableWeightsException.class, () -> CategoryNames.read(file));
        assertThat(refused).hasMessage("categories file " + file + " " + reason);
        assertThat(refused.remedy())
                .isEqualTo("give one name a line, a JSON list of names, or a COCO json with categories");
    }

    @Test
    void brokenJsonIsRefused() throws IOException {
        Path file = file("[\"cat\"");
        assertThat(catchThrowableOfType(UnusableWeightsException.class, () -> CategoryNames.read(file)))
                .hasMessageStartingWith("categories file " + file + " is not valid JSON: ");
    }
}
