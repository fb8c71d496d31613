package dev.mnc.jobs.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mnc.jobs.failure.OperatorException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManifestTest {

    private static List<ManifestRow> rows(String name, String text) throws IOException {
        return rows(name, text.getBytes(StandardCharsets.UTF_8));
    }

    private static List<ManifestRow> rows(String name, byte[] bytes) throws IOException {
        List<ManifestRow> rows = new ArrayList<>();
        Manifest.rows(new ByteArrayInputStream(bytes), name).forEachRemaining(rows::add);
        return rows;
    }

    private static ManifestRow whole(String uri) {
        return new ManifestRow(uri, null, null, null, null, null, null);
    }

    @Test
    void readsCsvWithQuotesAndForeignColumns() throws IOException {
        String csv = """
                \ufefflabel,uri,image_id,size_bytes
                cat,"a, ""b"".jpg",7,100
                "two
                lines", leading space.jpg,,

                dog,c.jpg,,5
                """.replace("\n", "\r\n");

        assertThat(rows("m.csv", csv))
                .containsExactly(
                        new ManifestRow("a, \"b\".jpg", null, null, 100L, null, 7L, null),
                        whole(" leading space.jpg"),
                        new ManifestRow("c.jpg", null, null, 5L, null, null, null));
    }

    @Test
    void readsJsonLines() throws IOException {
        String json = """
                {"uri": "a.tar", "offset": 512, "length": 10, "file_name": "x.jpg", "etag": "v1", "more": {"a": [1]}}

                {"uri": "b.jpg", "image_id": null}
                """;

        assertThat(rows("m.jsonl", json))
                .containsExactly(new ManifestRow("a.tar", 512L, 10L, null, "v1", null, "x.jpg"), whole("b.jpg"));
    }

    @Test
    void readsGzippedText() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write("uri\na.jpg\n".getBytes(StandardCharsets.UTF_8));
        }

        assertThat(rows("M.CSV.gz", bytes.toByteArray())).containsExactly(whole("a.jpg"));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "m.csv|uri,offset#a,1#|m.csv line 2: offset and length go together, but length is missing",
                "m.csv|uri#a#,b#|m.csv line 3: uri is missing",
                "m.csv|uri#s3a://bucket#|m.csv line 2: uri is \"s3a://bucket\", which names no object",
                "m.csv|uri#s3a://bucket/#|m.csv line 2: uri is \"s3a://bucket/\", which names no object",
                "m.jsonl|{\"uri\": \"a\"}#{\"uri\": null}#|m.jsonl line 2: uri is missing",
                "m.csv|uri#file:///a%zz#|m.csv line 2: uri is \"file:///a%zz\", which is no path: Malformed escape pair at index 9: file:///a%zz",
                "m.csv|uri,size_bytes#a,1#b,big|m.csv line 3: size_bytes is \"big\", not a whole number",
                "m.csv|uri,image_id#a,-1|m.csv line 2: image_id must be >= 0, got -1",
                "m.csv|path,size#a,1|m.csv has no column uri; its first line is: path,size",
                "m.jsonl|{\"uri\": \"a\"}#{\"uri\"|m.jsonl line 2: not JSON: Unexpected end-of-input within/between Object"
                        + " entries",
                "m.jsonl|{\"uri\": \"a\"}##[1]|m.jsonl line 3: not a JSON object",
                "m.jsonl|{\"path\": \"a\"}|m.jsonl line 1: uri is missing",
                "m.jsonl|{\"uri\": \"a\", \"length\": 1.5, \"offset\": 0}|m.jsonl line 1: length is \"1.5\", not a whole"
                        + " number"
            })
    void namesFileAndLineOfABadRow(String name, String text, String message) {
        assertThatThrownBy(() -> rows(name, text.replace('#', '\n')))
                .isInstanceOf(OperatorException.class)
                .hasMessage(message);
    }
}
