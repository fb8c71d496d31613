package dev.mnc.jobs.planted;

import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;

/** Tests that the build is to complain of; it does not run them, for want of a name that it looks for. */
public class PlantedChecks {

    @Test
    void needsSparkWithoutSayingSo() {
        var unused = Optional.of(SparkSession.builder());
    }

    @Test
    @Disabled("planted")
    void isSwitchedOff() {}

    @Test
    @SuppressWarnings("unused") // as JUnit finds it
    private void isPrivate() {}
}
