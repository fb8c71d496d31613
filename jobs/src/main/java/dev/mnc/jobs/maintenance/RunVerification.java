package dev.mnc.jobs.maintenance;

import dev.mnc.jobs.corpus.formats.ParquetTable;
import dev.mnc.jobs.failure.ErrorMessages;
import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.maintenance.Verification.Finding;
import dev.mnc.jobs.runs.DataFileCheck;
import dev.mnc.jobs.runs.PublishedFile;
import dev.mnc.jobs.runs.PublishedRuns;
import dev.mnc.jobs.store.ParallelTasks;
import dev.mnc.schemas.RunRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.jspecify.annotations.Nullable;

/**
 * The check of one run: each file against the digest or the checksums it has, rows against the run's numbers, and that each
 * image is in one row and has the instances that its row says.
 */
final class RunVerification {

    private static final String IMAGES = "images";
    private static final String INSTANCES = "instances";

    private final PublishedRuns runs;
    private final RunRecord run;
    private final int threads;
    private final Configuration configuration;
    private final List<Finding> findings = Collections.synchronizedList(new ArrayList<>());
    private final AtomicLong files = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong images = new AtomicLong();
    private final AtomicLong labelled = new AtomicLong();
    private final AtomicLong instances = new AtomicLong();

    RunVerification(PublishedRuns runs, RunRecord run, int threads, Configuration configuration) {
        this.runs = runs;
        this.run = run;
        this.threads = threads;
        this.configuration = configuration;
    }

    /** Checks the run; memory is that of its images' hashes, and of the files that are read at once. */
    Verification verified() throws IOException {
        try {
            runs.dataFiles(run);
        } catch (OperatorException e) { // the list of the files is damaged
            find(null, ErrorMessages.firstLine(e));
            return result();
        }
        ImageCounts counts = new ImageCounts(run.input().planned());
        read(IMAGES, List.of("image_uri", "status", "instance_count"), group -> {
            images.incrementAndGet();
            labelled.addAndGet(group.getString("status", 0).equals("ok") ? 1 : 0);
            counts.add(group.getString("image_uri", 0), group.getInteger("instance_count", 0));
        });
        boolean allImages = findings.isEmpty();
        read(INSTANCES, List.of("image_uri"), group -> {
            instances.incrementAndGet();
            if (allImages) {
                counts.found(group.getString("image_uri", 0));
            }
        });
        // Of damaged files all numbers are wrong, which says nothing new.
        if (findings.isEmpty()) {
            counts.faults().forEach(fault -> find(null, fault));
            compareWithRecord();
        }
        return result();
    }

    private Verification result() {
        return new Verification(
                runs.uri(), 1, files.get(), bytes.get(), images.get(), instances.get(), List.copyOf(findings));
    }

    private void read(String part, List<String> columns, Consumer<Group> rows) throws IOException {
        List<PublishedFile> all = runs.publishedFiles(run, part);
        if (all.isEmpty()) {
            return;
        }
        ParallelTasks.forEach(Math.min(threads, all.size()), all.iterator(), file -> {
            DataFileCheck check = DataFileCheck.of(file, configuration);
            check.faults().forEach(fault -> find(file.uri(), fault));
            files.incrementAndGet();
            bytes.addAndGet(file.file().bytes());
            if (check.faults().isEmpty()) {
                readRows(file, check, columns, rows);
            }
        });
    }

    private void readRows(PublishedFile file, DataFileCheck check, List<String> columns, Consumer<Group> rows)
            throws IOException {
        long[] count = {0};
        try {
            new ParquetTable(check.content(), file.uri(), configuration).forEach(columns, group -> {
                count[0]++;
                rows.accept(group);
            });
        } catch (RuntimeException e) {
            find(file.uri(), "cannot be decoded after row " + count[0] + ": " + ErrorMessages.firstLine(e));
            return;
        }
        if (count[0] != file.file().rows()) {
            find(file.uri(), "has " + count[0] + " rows, not " + file.file().rows() + " as published");
        }
    }

    private void compareWithRecord() {
        RunRecord.Outcome outcome = run.outcome();
        same(
                "images in its files",
                images.get(),
                "planned in the record",
                run.input().planned());
        same("images labelled in its files", labelled.get(), "ok in the record", outcome.ok());
        same(
                "images with an error in its files",
                images.get() - labelled.get(),
                "failed in the record",
                outcome.failed());
        same("instances in its files", instances.get(), "instances in the record", outcome.instances());
        RunRecord.Manifest manifest = run.manifest();
        if (manifest != null) {
            same("data files", files.get(), "files in the record", manifest.files());
            same("bytes of data files", bytes.get(), "file_bytes in the record", manifest.fileBytes());
            same("images in its files", images.get(), "images of the record's manifest", manifest.images());
            same("instances in its files", instances.get(), "instances of the record's manifest", manifest.instances());
        }
        long errors = outcome.errors().stream()
                .mapToLong(RunRecord.ErrorCount::images)
                .sum();
        same("errors by reason in the record", errors, "failed in the record", outcome.failed());
    }

    private void same(String what, long counted, String where, long expected) {
        if (counted != expected) {
            find(null, what + ": " + counted + ", but " + where + ": " + expected);
        }
    }

    private void find(@Nullable String file, String what) {
        findings.add(new Finding(run.runId(), file, what));
    }
}
