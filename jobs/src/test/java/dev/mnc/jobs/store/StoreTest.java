package dev.mnc.jobs.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
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

    @Test
    void whoReadsAFileThatIsReplacedSeesOneContentOrTheOther() throws Exception {
        Path file = temporary.resolve("claim");
        byte[][] contents = {new byte[100_000], new byte[150_000]};
        Arrays.fill(contents[1], (byte) 1);
        Store.replaceWhole(file.toString(), contents[0], new Configuration());
        AtomicBoolean ended = new AtomicBoolean();
        CompletableFuture<Long> reader = CompletableFuture.supplyAsync(() -> {
            long torn = 0;
            while (!ended.get()) {
                byte[] read = assertDoesNotThrow(() -> Files.readAllBytes(file));
                torn += Arrays.equals(read, contents[0]) || Arrays.equals(read, contents[1]) ? 0 : 1;
            }
            return torn;
        });

        for (int i = 0; i < 300; i++) {
            Store.replaceWhole(file.toUri().toString(), contents[i % 2], new Configuration());
        }
        ended.set(true);

        assertThat(reader.get()).isZero();
        assertThat(temporary).isDirectoryContaining("glob:**/claim").isDirectoryNotContaining("glob:**.tmp");
    }
}
