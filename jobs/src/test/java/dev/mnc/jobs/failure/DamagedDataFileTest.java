package dev.mnc.jobs.failure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How Spark's failure to read a file of a label table is told. */
class DamagedDataFileTest {

    @Test
    void namesTheFileItsTableAndItsRun() {
        String file = "s3a://corpus/labels/images/run=n-1/wave=0000-1b/part-00000-1b.zstd.parquet";

        assertThat(DamagedDataFile.in(
                        new IllegalStateException("[FAILED_READ_FILE.NO_HINT] Encountered error while reading file "
                                + file + ".  SQLSTATE: KD001")))
                .hasValueSatisfying(error -> {
                    assertThat(error).hasMessage("cannot read " + file + ": it is damaged or missing");
                    assertThat(error.remedy())
                            .isEqualTo(
                                    "see what is wrong with its run: mnc verify --table s3a://corpus/labels --run n-1;"
                                            + " leave the run out: mnc retract --table s3a://corpus/labels --run n-1");
                    assertThat(error.kind()).isEqualTo(OperatorException.Kind.ENVIRONMENT);
                });
    }

    @Test
    void leavesOtherFailuresAlone() {
        assertThat(DamagedDataFile.in(new IllegalStateException("Encountered error while reading file x.parquet")))
                .isEmpty();
        assertThat(DamagedDataFile.in(new IllegalStateException())).isEmpty();
    }
}
