package dev.mnc.jobs.maintenance;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mnc.jobs.CommandRun;
import dev.mnc.jobs.TestSession;
import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.runs.PublishedRuns;
import dev.mnc.jobs.runs.RunClaim;
import dev.mnc.jobs.runs.UnfinishedRuns;
import dev.mnc.jobs.table.LabelTable;
import dev.mnc.schemas.RunRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of the morning after, as their user sees them. */
@Tag("spark")
class MaintenanceCommandsTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path table;

    private RunWriter writer;

    @BeforeEach
    void begins() {
        writer = new RunWriter(table);
    }

    private CommandRun command(String name, Object... options) {
        return CommandRun.of(Stream.concat(Stream.of(name, "--table", table), Stream.of(options))
                .toArray());
    }

    private static JsonNode json(CommandRun run) throws IOException {
        return new ObjectMapper().readTree(run.out());
    }

    private List<String> files() throws IOException {
        try (Stream<Path> all = Files.walk(table)) {
            return all.filter(Files::isRegularFile)
                    .map(file -> table.relativize(file).toString())
                    .filter(file -> !file.startsWith("runs/numbers/"))
                    .sorted()
                    .toList();
        }
    }

    /** Makes all files of a table two days old. */
    private void age() throws IOException {
        try (Stream<Path> all = Files.walk(table)) {
            for (Path file : (Iterable<Path>) all.filter(Files::isRegularFile)::iterator) {
                Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofDays(2))));
            }
        }
    }

    @Test
    void showsRunsInAllStates() throws IOException {
        writer.publish("first", 0, 5);
        RunRecord second = writer.publish("second", 5, 7);
        writer.publish("third", 12, 1);
        writer.leaveUnfinished("killed", 25, 2);
        Files.writeString(table.resolve("runs/third.json"), "{}");
        Files.writeString(table.resolve("runs/long-ago.claim"), "");
        assertThat(command("retract", "--run", "first").out()).isEqualTo("run first is out of sight\n");

        CommandRun status = command("status");

        assertThat(status.exitCode()).isZero();
        String size = Quantity.bytes(requireNonNull(second.manifest()).fileBytes());
        assertThat(status.out().lines().limit(6).map(line -> line.replaceAll(" {2,}", "|")))
                .contains(
                        "run|state|images|instances|errors|size|images/s|finished",
                        "second|published|7 of 7|8|0|" + size + "|1.5|2026-01-01T00:01:00Z")
                .anySatisfy(line -> assertThat(line).startsWith("killed|unfinished|20 of 25|19|0|"))
                .contains("third|damaged|-|-|-|-|-|-", "long-ago|killed|-|-|-|-|-|-");
        assertThat(status.out())
                .containsPattern("killed: process " + ProcessHandle.current().pid()
                        + " on .*, last sign of life at .*Z: has" + " ended; the next mnc label of photos goes on")
                .containsPattern("first +retracted +5 of 5");
        JsonNode one =
                json(command("status", "--run", "killed", "--json")).get("runs").get(0);
        assertThat(one.get("state").asText()).isEqualTo("UNFINISHED");
        assertThat(one.get("committed").asLong()).isEqualTo(20);
    }

    @Test
    void showsWhoIsAtWork() throws IOException {
        try (RunClaim claim = writer.begun("tonight", 1, 2, 3)) {
            assertThat(command("status").out()).contains(": at work").contains("tonight  at work  0 of 3");
            assertThat(command("gc", "--unfinished", claim.runId()).exitCode()).isEqualTo(4);
        }
    }

    @Test
    void verifiesAllRunsOrOne() throws IOException {
        writer.publish("good", 0, 5);
        RunRecord bad = writer.publish("bad", 5, 5);
        Files.delete(table.resolve(requireNonNull(bad.manifest()).path()));

        CommandRun all = command("verify");
        CommandRun one = command("verify", "--run", "good", "--json");

        assertThat(all.exitCode()).isEqualTo(5);
        assertThat(all.out())
                .isEqualTo("run bad: run bad in " + table + " is damaged: " + table + "/"
                        + requireNonNull(bad.manifest()).path() + " is missing\n"
                        + "2 runs, 2 files ("
                        + Quantity.bytes(json(one).get("bytes").asLong())
                        + "), 5 images, 4 instances: 1 damaged: leave a run out with mnc retract --table " + table
                        + " --run ID, and its images are work again\n");
        assertThat(one.exitCode()).isZero();
        assertThat(json(one).get("findings")).isEmpty();
        assertThat(command("verify", "--run", "none").exitCode()).isEqualTo(2);
    }

    @Test
    void takesARunOutOfSightAndBack() throws IOException {
        writer.publish("one", 0, 5);
        PublishedRuns runs = new PublishedRuns(table.toString(), new Configuration());

        assertThat(command("retract", "--run", "one").out()).isEqualTo("run one is out of sight\n");
        assertThat(command("retract", "--run", "one").out()).isEqualTo("run one is out of sight already\n");
        assertThat(runs.published()).isEmpty();
        assertThat(json(command("retract", "--run", "one", "--undo", "--json"))
                        .get("changed")
                        .asBoolean())
                .isTrue();
        assertThat(command("retract", "--run", "one", "--undo").out()).isEqualTo("run one is in sight already\n");
        assertThat(runs.published()).extracting(RunRecord::runId).containsExactly("one");
        assertThat(command("retract", "--run", "two").err())
                .isEqualTo("error: the table " + table + " has no published run two\n  see them: mnc status --table "
                        + table + "\n");
    }

    @Test
    void deletesWhatNoRunRefersToAndNothingElse() throws IOException {
        writer.publish("night", 0, 12);
        writer.leaveUnfinished("killed", 25, 2);
        List<String> good = files();
        for (String name : List.of(
                "images/run=night/wave=7/part-00000.zstd.parquet",
                "images/run=night/wave=0/_temporary/0/part-1",
                "instances/run=night/wave=0/__magic_job-7/tasks/part-1.pending",
                "images/run=dead/wave=0/part-00000.zstd.parquet",
                "instances/run=dead/wave=0/part-00000.zstd.parquet",
                "runs/night/wave-000000.json",
                "runs/night-01234567.files.parquet",
                "runs/.night.json123.tmp",
                "runs/dead.claim")) {
            Files.createDirectories(requireNonNull(table.resolve(name).getParent()));
            Files.writeString(table.resolve(name), "123");
        }
        age();
        Files.createDirectories(table.resolve("images/run=young/wave=0"));
        Files.writeString(table.resolve("images/run=young/wave=0/part-0"), "1");
        List<String> all = files();

        CommandRun dry = command("gc", "--json");
        assertThat(files()).isEqualTo(all);
        CommandRun deleted = command("gc", "--delete");

        assertThat(json(dry).get("items").findValuesAsText("path"))
                .containsExactly(
                        "images/run=dead/",
                        "images/run=night/wave=0/_temporary/",
                        "images/run=night/wave=7/part-00000.zstd.parquet",
                        "instances/run=dead/",
                        "instances/run=night/wave=0/__magic_job-7/",
                        "runs/.night.json123.tmp",
                        "runs/dead.claim",
                        "runs/night-01234567.files.parquet",
                        "runs/night/");
        assertThat(deleted.outLines())
                .contains(
                        "       3 B  images/run=dead/  data of a run that was never published",
                        "run killed is unfinished and can go on: its files stay, unless you give it up with --unfinished"
                                + " killed",
                        "9 files (27 B) and 0 pending uploads deleted; 1 more are younger than --older-than");
        assertThat(files())
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(good.stream(), Stream.of("images/run=young/wave=0/part-0"))
                                .toList());
        assertThat(table.resolve("images/run=dead")).doesNotExist();
        assertThat(table.resolve("runs/night")).doesNotExist();
        assertThat(command("verify").exitCode()).isZero();
    }

    @Test
    void givesAnUnfinishedRunUpOnlyWhenToldTo() throws IOException {
        writer.leaveUnfinished("killed", 25, 2);
        age();

        assertThat(json(command("gc", "--delete", "--json"))
                        .get("unfinished")
                        .get(0)
                        .asText())
                .isEqualTo("killed");
        assertThat(new UnfinishedRuns(table.toString(), new Configuration()).all())
                .hasSize(1);
        assertThat(command("gc", "--unfinished", "killed").out())
                .contains("5 files")
                .contains("images/run=killed/");
        assertThat(command("gc", "--unfinished", "killed", "--delete").exitCode())
                .isZero();
        assertThat(files()).isEmpty();
    }

    @Test
    void leavesARunAloneThatIsOutOfSightOrDamaged() throws IOException {
        writer.publish("one", 0, 5);
        RunRecord damaged = writer.publish("two", 5, 5);
        writer.publish("three", 10, 5);
        command("retract", "--run", "one");
        Files.delete(table.resolve(requireNonNull(damaged.manifest()).path()));
        Files.writeString(table.resolve("runs/three.json"), "{}");
        age();
        List<String> all = files();

        assertThat(command("gc", "--delete").out()).isEqualTo("0 files (0 B) and 0 pending uploads deleted\n");
        assertThat(files()).isEqualTo(all);
    }

    @Test
    void saysWhatReadersMeet() throws IOException {
        RunRecord run = writer.publish("one", 0, 5);
        Files.writeString(table.resolve(requireNonNull(run.manifest()).path()), "damaged");

        assertThatThrownBy(() -> new PublishedRuns(table.toString(), new Configuration()).files(run, "images"))
                .isInstanceOfSatisfying(
                        OperatorException.class,
                        e -> assertThat(e.remedy())
                                .isEqualTo("put the file back, or leave the run out: mnc retract --table " + table
                                        + " --run one; see all of its damage: mnc verify --table " + table
                                        + " --run one"))
                .hasMessage("run one in " + table + " is damaged: " + table + "/"
                        + requireNonNull(run.manifest()).path() + " is not what was written: its sha256 is another");
    }

    @Test
    void aDamagedCommitDoesNotStopANight() throws IOException {
        writer.leaveUnfinished("killed", 25, 2);
        Path commit = table.resolve("runs/killed/wave-000001.json");
        Files.writeString(commit, Files.readString(commit).replace("\"images\" : 10", "\"images\" : 11"));
        List<String> notes = new ArrayList<>();

        assertThat(json(command("status", "--json"))
                        .get("runs")
                        .get(0)
                        .get("state")
                        .asText())
                .isEqualTo("DAMAGED");
        try (RunClaim claim = RunClaim.take(table.toString(), null, RunWriter.WORK, notes::add, new Configuration())) {
            assertThat(claim.runId()).isEqualTo("killed");
            assertThat(claim.plan()).isEmpty();
            assertThat(claim.log().entries()).isEmpty();
        }
        assertThat(notes)
                .containsExactly("run killed begins anew, since it cannot go on: " + commit
                        + " is no commit of a wave as it was written: its sha256 is another than its last line says");
    }

    @Test
    void bringsSmallFilesTogetherOnlyWhenToldTo() throws IOException {
        writer.publish("night", 0, 25);
        writer.publish("little", 25, 5);
        writer.publish("broken", 30, 5);
        Files.writeString(table.resolve("runs/broken.json"), "{}");
        age();
        List<String> before = files();
        LabelTable labels = new LabelTable(TestSession.spark(), table.toString());
        String broken = "run broken is not compacted: " + table + "/runs/broken.json is no run record: ";

        CommandRun dry = command("gc", "--compact");
        assertThat(files()).isEqualTo(before);
        CommandRun done = command("gc", "--compact", "--delete");

        assertThat(dry.exitCode()).isZero();
        assertThat(dry.outLines())
                .anySatisfy(line -> assertThat(line).startsWith(broken))
                .anySatisfy(line -> assertThat(line)
                        .matches("run night: 6 files smaller than 64 MiB \\(.* KB\\) can be brought together"))
                .containsSubsequence(
                        "bring them together with --compact --delete",
                        "0 files (0 B) and 0 pending uploads that no run refers to")
                .noneMatch(line -> line.contains("little"));
        assertThat(done.err()).contains("compacting run night");
        assertThat(done.outLines())
                .anySatisfy(line ->
                        assertThat(line).matches("run night: 6 files \\(.* KB\\) brought together in 2 \\(.* KB\\)"))
                .containsSubsequence(
                        "the files that they replace are deleted by the mnc gc that finds them older than --older-than",
                        "0 files (0 B) and 0 pending uploads deleted");
        command("retract", "--run", "broken");
        assertThat(command("verify").exitCode()).isZero();
        assertThat(command("gc", "--compact").outLines())
                .containsExactly(
                        "no run has files to bring together",
                        "0 files (0 B) and 0 pending uploads that no run refers to; 3 more are younger than"
                                + " --older-than");
        assertThat(json(command("gc", "--compact", "--delete", "--older-than", "0s", "--json"))
                        .get("files")
                        .asLong())
                .isEqualTo(7);
        assertThat(command("status").out()).containsPattern("night +published +25 of 25 +24 ");
        assertThat(command("verify").exitCode()).isZero();
        assertThat(labels.images().count()).as("of compacted runs and others").isEqualTo(30);
        assertThat(labels.instances().count()).isEqualTo(30);
    }

    @Test
    void deletesListingsOfRunsThatEnded() throws IOException {
        writer.publish("night", 0, 5);
        Path listing = table.resolve("runs/listings/7/images-000000.parquet");
        Files.createDirectories(requireNonNull(listing.getParent()));
        Files.writeString(listing, "123");
        Files.createDirectories(table.resolve("runs/listings/7/part"));
        Files.writeString(table.resolve("runs/listings/7/part/images-000000.parquet"), "1");
        Files.createDirectories(table.resolve("runs/listings/8"));
        Files.writeString(table.resolve("runs/listings/8/images-000000.parquet"), "young");

        assertThat(command("gc", "--delete").out())
                .isEqualTo("0 files (0 B) and 0 pending uploads deleted; 2 more are younger than --older-than\n");
        age();
        Files.writeString(table.resolve("runs/listings/8/images-000000.parquet"), "young");
        try (RunClaim claim = writer.begun("tonight", 5, 6)) {
            assertThat(command("gc", "--delete").outLines())
                    .as("it may be that of the run at work")
                    .contains("0 files (0 B) and 0 pending uploads deleted");
            assertThat(claim.runId()).isEqualTo("tonight");
        }
        assertThat(command("gc", "--delete").outLines())
                .contains(
                        "       4 B  runs/listings/7/  a listing of a run that ended, 2 files",
                        "2 files (4 B) and 0 pending uploads deleted; 1 more are younger than --older-than");
        assertThat(listing.getParent()).doesNotExist();
        assertThat(table.resolve("runs/listings/8")).exists();
    }
}
