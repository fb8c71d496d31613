package dev.mnc.jobs.failure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MissingLibraryTest {

    @Test
    void namesTheClassThatIsNotThere() {
        assertThat(MissingLibrary.in(
                        new IllegalStateException("x", new NoClassDefFoundError("org/reactivestreams/Publisher"))))
                .contains("a library is missing: there is no class org.reactivestreams.Publisher");
        assertThat(MissingLibrary.in(new RuntimeException(
                        new ClassNotFoundException("Class org.apache.hadoop.fs.s3a.S3AFileSystem not found"))))
                .contains("a library is missing: there is no class org.apache.hadoop.fs.s3a.S3AFileSystem");
    }

    @Test
    void saysNothingOfOtherFailures() {
        assertThat(MissingLibrary.in(new IllegalStateException("org/reactivestreams/Publisher")))
                .isEmpty();
        assertThat(MissingLibrary.in(new NoClassDefFoundError("Could not initialize class a.B")))
                .isEmpty();
        assertThat(MissingLibrary.in(new NoClassDefFoundError("dev/mnc/jobs/Main")))
                .isEmpty();
    }
}
