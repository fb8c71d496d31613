package dev.mnc.jobs.runs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mnc.jobs.corpus.ImageFile;
import dev.mnc.schemas.ImageRef;
import dev.mnc.schemas.PlanRecord;
import dev.mnc.schemas.PlanRecord.PlanFile;
import dev.mnc.schemas.RunRecord;
import dev.mnc.schemas.RunWork;
import dev.mnc.schemas.WaveRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of a plan, some of whose images are committed. */
class PlanLeftTest {

    private static final Configuration HADOOP = new Configuration(false);
    private static final int FILES = 5;
    private static final int FILE_IMAGES = 10;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path folder;

    @Test
    void filesWithoutAnImageThatIsLeftAreNotRead() throws IOException {
        RunFolder run = new RunFolder(folder.toString(), "night");
        Iterator<ImageRef> images = IntStream.range(0, FILES * FILE_IMAGES)
                .mapToObj(i -> new ImageRef(i, "s3a://b/" + i, "n", 5, null))
                .iterator();
        List<PlanFile> files = new ArrayList<>();
        for (int i = 0; i < FILES; i++) {
            String name = "plan-" + i + ".parquet";
            files.add(new PlanFile(name, ImageFile.write(run.state(name), images, FILE_IMAGES, HADOOP)));
        }
        RunWork work = new RunWork("s3a://b", null, null, "m", "c", null);
        RunPlan plan = RunPlan.store(
                run,
                files,
                all -> new PlanRecord("night", work, "2026-01-01T00:00:00Z", 50, "d", 0, 50, 250, all),
                HADOOP);
        RunLog log = RunLog.read(run, HADOOP);
        commit(log, 0, 22);
        commit(log, 22, 30);
        commit(log, 35, 40);
        for (int i = 0; i < 3; i++) {
            Files.delete(folder.resolve("runs/night/plan-" + i + ".parquet"));
        }

        RunPlan.Left left = plan.left(log);
        List<Long> positions = new ArrayList<>();
        while (left.hasNext()) {
            long position = left.position();
            positions.add(position);
            assertThat(left.next().imageId()).isEqualTo(position);
        }

        assertThat(positions)
                .containsExactly(30L, 31L, 32L, 33L, 34L, 40L, 41L, 42L, 43L, 44L, 45L, 46L, 47L, 48L, 49L);
        assertThat(log.holdsAll(20, 30)).isTrue();
        assertThat(log.holdsAll(20, 31)).isFalse();
        assertThat(log.holdsAll(34, 36)).isFalse();
    }

    private static void commit(RunLog log, long from, long to) throws IOException {
        WaveRecord unused = log.append(entry -> new WaveRecord(
                "night",
                entry,
                "owner",
                from,
                to - from,
                "a",
                "b",
                List.of(),
                new RunRecord.Outcome(to - from, 0, 0, List.of()),
                Map.of(),
                new RunRecord.Pace("2026-01-01T00:00:00Z", to - from, 1, 0, Map.of()),
                List.of()));
    }
}
