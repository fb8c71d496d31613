package dev.mnc.jobs.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.NotSerializableException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkClientException;

class EnvironmentFailureTest {

    private static String of(Throwable thrown) {
        return EnvironmentFailure.in(thrown).map(EnvironmentFailure::what).orElse("a defect");
    }

    @Test
    void disksStoresAndHeapsAreNoDefects() {
        assertThat(of(new Error(new IOException("No space left on device"))))
                .isEqualTo("a disk is full: java.io.IOException: No space left on device");
        assertThat(of(new IllegalStateException("the host broke down", new OutOfMemoryError("Java heap space"))))
                .isEqualTo("Java ran out of memory: Java heap space");
        assertThat(of(SdkClientException.builder().message("Access Denied").build()))
                .isEqualTo("Access Denied");
        assertThat(of(new IllegalStateException(new UncheckedIOException(new IOException("connection refused")))))
                .isEqualTo("connection refused");
    }

    @Test
    void whatOnlyOurCodeCanDoIsADefect() {
        assertThat(of(new NullPointerException("x"))).isEqualTo("a defect");
        assertThat(of(new IllegalStateException(new NotSerializableException("dev.mnc.X"))))
                .isEqualTo("a defect");
        assertThat(of(new AssertionError("x"))).isEqualTo("a defect");
    }
}
