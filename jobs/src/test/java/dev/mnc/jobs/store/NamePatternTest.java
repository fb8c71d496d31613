package dev.mnc.jobs.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NamePatternTest {

    private static final Configuration HADOOP = new Configuration(false);

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path folder;

    @Test
    void readsWebDatasetsRangesAndStars() throws IOException {
        NamePattern pattern = Objects.requireNonNull(NamePattern.of(folder + "/tr.in-{008..011}-*.tar", HADOOP));

        assertThat(pattern.folder()).isEqualTo(folder + "/");
        assertThat(pattern.matches("tr.in-008-a.tar")).isTrue();
        assertThat(pattern.matches("tr.in-011-.tar")).isTrue();
        assertThat(pattern.matches("tr.in-012-a.tar")).isFalse();
        assertThat(pattern.matches("tr.in-8-a.tar")).isFalse();
        assertThat(pattern.matches("trxin-008-a.tar")).isFalse();
        assertThat(pattern.matches("sub/tr.in-008-a.tar")).isFalse();
        assertThat(pattern.matches("tr.in-008-a/b.tar")).isFalse();
    }

    @Test
    void whatExistsIsNoPattern() throws IOException {
        Files.createFile(folder.resolve("a*.tar"));

        assertThat(NamePattern.of(folder + "/a*.tar", HADOOP)).isNull();
        assertThat(NamePattern.of(folder + "/a.tar", HADOOP)).isNull();
        assertThat(NamePattern.of(folder + "/*/a.tar", HADOOP)).isNull();
        assertThat(NamePattern.of(folder + "/b*.tar", HADOOP)).isNotNull();
    }
}
