package dev.mnc.jobs.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mnc.jobs.TestSession;
import dev.mnc.jobs.corpus.formats.ParquetTable;
import dev.mnc.jobs.maintenance.RunWriter;
import dev.mnc.jobs.runs.PublishedFile;
import dev.mnc.jobs.runs.PublishedRuns;
import dev.mnc.schemas.RunRecord;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.Util;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalInputFile;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What readers notice of a file that has changed in the store: by the checksums of pages, and by the file's digest. */
@Tag("spark")
class PageChecksumsTest {

    private static final SparkSession SPARK = TestSession.spark();
    private static final Configuration CONFIGURATION = new Configuration();

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path table;

    private RunRecord run;
    private Path file;

    @BeforeEach
    void publishes() throws IOException {
        run = new RunWriter(table, CompressionCodecName.UNCOMPRESSED).publish("night", 0, 9);
        file = table.resolve("instances/run=night/wave=0/part-00000.zstd.parquet");
    }

    private List<ColumnChunkMetaData> chunks() throws IOException {
        try (ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(file))) {
            return reader.getRowGroups().get(0).getColumns();
        }
    }

    private List<Double> scores(org.apache.spark.sql.Dataset<Row> rows) {
        return rows.select("score").collectAsList().stream()
                .map(row -> row.getDouble(0))
                .toList();
    }

    @Test
    void sparksVectorizedReaderChecksPages() throws IOException {
        ColumnChunkMetaData score = chunks().stream()
                .filter(chunk -> chunk.getPath().toDotString().equals("score"))
                .findFirst()
                .orElseThrow();
        List<Double> good = scores(SPARK.read().parquet(file.toString()));
        byte[] content = Files.readAllBytes(file);
        content[(int) score.getFirstDataPageOffset() - 1] ^= 1; // in the last number of the dictionary
        Files.write(file, content);

        assertThat(SPARK.conf().get("spark.sql.parquet.enableVectorizedReader")).isEqualTo("true");
        assertThat(scores(SPARK.read().parquet(file.toString())))
                .as("other rows without an error")
                .hasSameSizeAs(good)
                .isNotEqualTo(good);
        assertThatThrownBy(() -> scores(new LabelTable(SPARK, table.toString()).instances(run)))
                .hasStackTraceContaining(
                        "could not verify dictionary page integrity, CRC checksum verification failed");
    }

    /**
     * Each bit of a page is noticed, and a changed header of a page gives the same rows or fails. But in the footer a bit can
     * make another kind of column out of a column, or leave out rows: only a digest of the whole file sees that.
     */
    @Test
    void theDigestSeesWhatPageChecksumsDoNot() throws IOException {
        byte[] good = Files.readAllBytes(file);
        BitSet pages = bytesOfPages(good);
        int footer = pages.length();
        List<String> rows = rows();
        PublishedFile published = new PublishedRuns(table.toString(), CONFIGURATION)
                .publishedFiles(run, "instances")
                .get(0);
        Random random = new Random(7);
        int unnoticed = 0;
        for (int i = 0; i < 1500; i++) {
            byte[] bad = good.clone();
            int bit = random.nextInt(8 * bad.length);
            bad[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(file, bad);
            if (!failsOr(rows)) {
                unnoticed++;
                assertThat(bit / 8).as("bit %d", bit).isGreaterThanOrEqualTo(footer);
            }
            if (i % 10 == 0) {
                assertThat(published.fault(CONFIGURATION)).hasValue("is not what was written: its sha256 is another");
            }
        }
        assertThat(unnoticed).isBetween(1, 10);
    }

    /** Returns whether reading fails or gives these rows. */
    private boolean failsOr(List<String> rows) {
        try {
            return rows().equals(rows);
        } catch (IOException | RuntimeException e) {
            return true;
        }
    }

    private List<String> rows() throws IOException {
        List<String> rows = new ArrayList<>();
        ParquetTable reader = new ParquetTable(new LocalInputFile(file), "file", CONFIGURATION);
        reader.forEach(reader.names(), group -> rows.add(group.toString()));
        return rows;
    }

    /** Returns which bytes of the file are in the body of a page. */
    private BitSet bytesOfPages(byte[] content) throws IOException {
        BitSet pages = new BitSet();
        for (ColumnChunkMetaData chunk : chunks()) {
            int position = (int) chunk.getStartingPos();
            int end = (int) (chunk.getStartingPos() + chunk.getTotalSize());
            while (position < end) {
                ByteArrayInputStream in = new ByteArrayInputStream(content, position, end - position);
                PageHeader header = Util.readPageHeader(in);
                int body = end - in.available();
                position = body + header.getCompressed_page_size();
                pages.set(body, position);
            }
        }
        return pages;
    }
}
