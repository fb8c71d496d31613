package dev.mnc.jobs.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.store.Store;
import dev.mnc.schemas.ClaimRecord;
import dev.mnc.schemas.ImageRef;
import dev.mnc.schemas.PlanRecord;
import dev.mnc.schemas.RunRecord;
import dev.mnc.schemas.RunWork;
import dev.mnc.schemas.WaveRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunClaimTest {

    private static final RunWork WORK = new RunWork("/photos", null, null, "model", "config", null);
    private static final RunWork OTHER_IMAGES = new RunWork("/videos", null, null, "model", "config", null);
    private static final double BEAT_SECONDS = 0.05;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path temporary;

    private final Configuration configuration = new Configuration();
    private final List<String> notes = new ArrayList<>();
    private String table;

    @BeforeEach
    void namesTheTable() {
        table = temporary.resolve("table").toString();
    }

    @Test
    void runsHaveNumbersInTheirOrder() throws IOException {
        try (RunClaim first = take("a", WORK);
                RunClaim second = take("b", OTHER_IMAGES)) {
            assertThat(first.number()).isEqualTo(1);
            assertThat(second.number()).isEqualTo(2);
            assertThat(new UnfinishedRuns(table, configuration).all())
                    .extracting(run -> run.folder().runId())
                    .containsExactly("a", "b");
        }
        assertThat(new UnfinishedRuns(table, configuration).all())
                .as("runs without a plan leave nothing")
                .isEmpty();
        try (RunClaim third = take("c", WORK)) {
            assertThat(third.number()).isEqualTo(3);
        }
    }

    @Test
    void aRunThatWasGivenUpIsGoneOnWithAtOnce() throws IOException {
        try (RunClaim dead = take(null, WORK)) {
            plan(dead, 6);
            commit(dead, 0, 2);
        }
        try (RunClaim next = take(null, WORK)) {
            assertThat(next.processes()).isEqualTo(2);
            assertThat(next.number()).isEqualTo(1);
            assertThat(next.log().images()).isEqualTo(2);
            assertThat(next.log().holds(1)).isTrue();
            assertThat(next.log().holds(2)).isFalse();
            assertThat(notes).containsExactly("going on with run " + next.runId() + ": 2 of 6 images are committed");
        }
    }

    @Test
    void aRunOfAProcessThatEndedOnThisMachineIsGoneOnWithAtOnce() throws Exception {
        Process ended = new ProcessBuilder("true").start();
        ended.waitFor();
        ProcessIdentity own = ProcessIdentity.own();
        claim("dead", own.host(), own.space(), ended.pid(), 60);

        try (RunClaim next = take(null, WORK)) {
            assertThat(next.runId()).isEqualTo("dead");
            assertThat(notes).noneMatch(note -> note.contains("looking"));
        }
    }

    @Test
    void aRunOfAnotherMachineIsTakenOverWhenItGivesNoSignOfLife() throws IOException {
        claim("dead", "node7", "elsewhere", 4711, BEAT_SECONDS);

        try (RunClaim next = take(null, WORK)) {
            assertThat(next.runId()).isEqualTo("dead");
            assertThat(notes)
                    .containsExactly("run dead was begun on node7: looking whether it is at work still, for up to 0 s");
        }
    }

    @Test
    void aRunOfAnotherMachineThatLivesIsLeftAlone() throws Exception {
        ClaimRecord claim = claim("living", "node7", "elsewhere", 4711, 0.5);
        Thread owner = new Thread(() -> {
            for (int beat = 1; beat < 100; beat++) {
                try {
                    TimeUnit.MILLISECONDS.sleep(20);
                    write("living", claim.withBeat(beat));
                } catch (IOException | InterruptedException e) {
                    return;
                }
            }
        });
        owner.start();
        try {
            assertThatThrownBy(() -> take(null, WORK))
                    .isInstanceOfSatisfying(
                            OperatorException.class,
                            e -> assertThat(e.kind().exitCode()).isEqualTo(4))
                    .hasMessage("run living in " + table
                            + " is at work on these images: process 4711 on node7, begun at" + " 2026-01-01T00:00:00Z");
        } finally {
            owner.interrupt();
            owner.join();
        }
    }

    @Test
    void aRunOfAGivenNameMustBeAboutTheSameWork() throws IOException {
        try (RunClaim dead = take("night", OTHER_IMAGES)) {
            plan(dead, 6);
        }
        assertThatThrownBy(() -> take("night", WORK))
                .isInstanceOf(OperatorException.class)
                .hasMessage("run night in " + table + " was begun for other images: /videos");
    }

    @Test
    void ofTwoProcessesThatTakeEachOtherForDeadOneStops() throws IOException {
        claim("night", "node7", "elsewhere", 4711, BEAT_SECONDS);
        try (RunClaim one = take("night", WORK)) {
            plan(one, 6);
            commit(one, 0, 2);
            // As another machine sees it once this one was silent for too long.
            ClaimRecord silent =
                    ClaimRecord.fromJson(Files.readString(Path.of(table, "runs", "night", "claim-0002.json")), "test");
            Files.writeString(
                    Path.of(table, "runs", "night", "claim-0002.json"),
                    new ClaimRecord(
                                    "night",
                                    silent.number(),
                                    silent.owner(),
                                    "node8",
                                    "elsewhere",
                                    1,
                                    "",
                                    silent.startedAt(),
                                    ClaimRecord.GIVEN_UP,
                                    60,
                                    WORK)
                            .toJson());
            try (RunClaim other = take("night", WORK)) {
                commit(other, 2, 2);

                assertThatThrownBy(() -> commit(one, 4, 2))
                        .isInstanceOfSatisfying(
                                OperatorException.class,
                                e -> assertThat(e.kind().exitCode()).isEqualTo(4))
                        .hasMessage("run night in " + table + " was taken over by another process");
                commit(other, 4, 2);
                assertThat(other.log().images()).isEqualTo(6);
            }
        }
    }

    @Test
    void aPlanIsReadAsItWasStored() throws IOException {
        List<ImageRef> images = List.of(
                new ImageRef(1, "s3a://b/a.jpg", "a.jpg", 10, "\"etag\""),
                new ImageRef(2, "s3a://b/x.tar", "m.png", 20, null, new ImageRef.Range(512)),
                new ImageRef(3, "file:///p.parquet", "p#7", 30, "v", new ImageRef.Cell("image", 7)));
        try (RunClaim claim = take("a", WORK)) {
            claim.store(images.iterator(), files -> record(claim, images.size(), files));
        }
        try (RunClaim next = take("a", WORK)) {
            List<ImageRef> read = new ArrayList<>();
            next.plan().orElseThrow().images().forEachRemaining(read::add);
            assertThat(read).isEqualTo(images);
        }
    }

    @Test
    void publishesTheFilesOfAllCommitsAndLeavesNothingElse() throws IOException {
        try (RunClaim claim = take("a", WORK)) {
            plan(claim, 4);
            commit(claim, 2, 2);
            commit(claim, 0, 2);
            RunRecord record = claim.publish(manifest -> published(claim, manifest));
            assertThat(record.manifest()).isNotNull();
        }
        PublishedRuns runs = new PublishedRuns(table, configuration);
        assertThat(runs.dataFiles(runs.newest()))
                .containsExactly(file(0), file(2))
                .allMatch(file -> "ab".equals(file.sha256()));
        assertThat(Path.of(table, "runs", "a")).doesNotExist();
        assertThatThrownBy(() -> take("a", WORK))
                .isInstanceOf(OperatorException.class)
                .hasMessage("run a is published in " + table + " already");
    }

    @Test
    void anAnswerThatWasLostIsNoConflict() throws IOException {
        String uri = temporary.resolve("object").toString();
        Store.createOwn(uri, "mine".getBytes(StandardCharsets.UTF_8), configuration);
        Store.createOwn(uri, "mine".getBytes(StandardCharsets.UTF_8), configuration);

        assertThatThrownBy(() -> Store.createOwn(uri, "yours".getBytes(StandardCharsets.UTF_8), configuration))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThat(Path.of(uri)).hasContent("mine");
    }

    private RunClaim take(@Nullable String runId, RunWork work) {
        return RunClaim.take(table, runId, work, 60, notes::add, configuration);
    }

    private ClaimRecord claim(String runId, String host, String space, long pid, double beatSeconds)
            throws IOException {
        ClaimRecord claim = new ClaimRecord(
                runId, 1, "owner of " + runId, host, space, pid, "", "2026-01-01T00:00:00Z", 0, beatSeconds, WORK);
        Files.createDirectories(Path.of(table, "runs", runId));
        write(runId, claim);
        return claim;
    }

    private void write(String runId, ClaimRecord claim) throws IOException {
        Files.writeString(Path.of(table, "runs", runId, "claim-0001.json"), claim.toJson());
    }

    private static void plan(RunClaim claim, int count) {
        List<ImageRef> images = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            images.add(new ImageRef(i, "file:///" + i, i + "", 1, null));
        }
        Iterator<ImageRef> planned = images.iterator();
        claim.store(planned, files -> record(claim, count, files));
    }

    private static PlanRecord record(RunClaim claim, int count, List<PlanRecord.PlanFile> files) {
        return new PlanRecord(claim.runId(), claim.work(), "2026-01-01T00:00:00Z", count, "digest", 0, count, 1, files);
    }

    private static RunRecord.DataFile file(long first) {
        return new RunRecord.DataFile("images/run=a/" + first + ".parquet", 9, 2, "ab");
    }

    private static void commit(RunClaim claim, long first, long images) {
        WaveRecord unused = claim.commit((entry, owner) -> new WaveRecord(
                claim.runId(),
                entry,
                owner,
                first,
                images,
                "first",
                "last",
                List.of(file(first)),
                new RunRecord.Outcome(images, 0, 0, List.of()),
                Map.of(),
                new RunRecord.Pace("2026-01-01T00:00:00Z", images, 1, 1, Map.of()),
                List.of()));
    }

    private static RunRecord published(RunClaim claim, RunRecord.Manifest manifest) {
        return new RunRecord(
                claim.runId(),
                claim.number(),
                "test",
                "model",
                "config",
                Map.of(),
                null,
                new RunRecord.Input("images", "digest", 4, 4, 4, 0L),
                new RunRecord.Outcome(4, 0, 0, List.of()),
                null,
                manifest,
                new RunRecord.Timing("a", "b", 1, 1, Map.of(), null, 1, List.of()),
                Map.of(),
                null);
    }
}
