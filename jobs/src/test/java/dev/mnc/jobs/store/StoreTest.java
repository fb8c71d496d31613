package dev.mnc.jobs.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path temporary;

    /** A name node that renames, never over a file, and then is gone. */
    static final class ForgetfulHdfs extends RawLocalFileSystem {

        @Override
        public URI getUri() {
            return URI.create("hdfs://far");
        }

        @Override
        public boolean rename(org.apache.hadoop.fs.Path from, org.apache.hadoop.fs.Path to) throws IOException {
            return !exists(to) && super.rename(from, to);
        }

        @Override
        public boolean delete(org.apache.hadoop.fs.Path path, boolean recursive) throws IOException {
            throw new IOException("the name node is gone");
        }
    }

    /** Whoever is told that a run is not published tries again, and finds its name taken by itself. */
    @Test
    void whatWasRenamedIsCreatedWhateverComesAfter() throws IOException {
        Configuration configuration = new Configuration(false);
        configuration.setClass("fs.hdfs.impl", ForgetfulHdfs.class, org.apache.hadoop.fs.FileSystem.class);
        configuration.setBoolean("fs.hdfs.impl.disable.cache", true);
        Path record = temporary.resolve("run.json");
        byte[] content = "{}".getBytes(StandardCharsets.UTF_8);

        Store.create("hdfs://far" + record, content, configuration);

        assertThat(record).hasBinaryContent(content);
        try (var files = Files.list(temporary)) {
            assertThat(files)
                    .allMatch(file -> file.equals(record) || file.toString().endsWith(".crc"));
        }
        assertThatThrownBy(() -> Store.create("hdfs://far" + record, new byte[0], configuration))
                .isInstanceOf(FileAlreadyExistsException.class)
                .hasMessage("hdfs://far" + record)
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
        assertThat(record).hasBinaryContent(content);
    }
}
