package dev.mnc.jobs.doctor;

import dev.mnc.jobs.failure.ErrorMessages;
import dev.mnc.jobs.store.Store;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;

/**
 * Check that the store does for a table what publishing takes: it is tried out in a folder of its own below the table, which
 * no reader looks at and which is deleted in the end.
 *
 * @param name of the folder
 */
record TableCheck(String table, String name, Configuration configuration) implements Check {

    private static final String WRITE = "table: write";
    private static final String CREATE = "table: create once";
    private static final String LIST = "table: list and read";
    private static final String CLOCK = "table: clock";
    private static final String DELETE = "table: delete";

    /** S3's code for known credentials that lack a right. */
    private static final String DENIED = "AccessDenied";

    private static final byte[] FIRST = "first".getBytes(StandardCharsets.UTF_8);
    private static final byte[] SECOND = "second".getBytes(StandardCharsets.UTF_8);

    private static final String NO_CREATE =
            "without it two runs of one name both think that they are published: keep tables on a store that has it (S3"
                    + " itself does), and leave fs.s3a.create.conditional.enabled on";

    @Override
    public List<Finding> findings() {
        boolean isNew = Store.isLocal(table) && !Files.exists(Store.local(table));
        Instant before = Instant.now();
        Finding write = write();
        Instant after = Instant.now();
        List<Finding> findings = new ArrayList<>(List.of(write));
        if (write.state() == Finding.State.FAILED) {
            Stream.of(CREATE, LIST, CLOCK, DELETE)
                    .forEach(later -> findings.add(Finding.skipped(later, "nothing can be written")));
            return findings;
        }
        findings.add(createOnce());
        findings.add(listAndRead());
        findings.add(clock(before, after));
        findings.add(delete());
        if (isNew) {
            deleteIfEmpty(Store.local(table));
        }
        return findings;
    }

    private String folder() {
        return (table.endsWith("/") ? table.substring(0, table.length() - 1) : table) + "/" + name;
    }

    private String written() {
        return folder() + "/written";
    }

    private String once() {
        return folder() + "/once";
    }

    private Finding write() {
        try (OutputStream out = Store.replace(written(), configuration)) {
            out.write(FIRST);
        } catch (IOException | RuntimeException e) {
            return cannot(WRITE, "cannot write below " + table, e);
        }
        return Finding.ok(WRITE, written());
    }

    private Finding createOnce() {
        try {
            Store.create(once(), FIRST, configuration);
        } catch (IOException | RuntimeException e) {
            return Finding.failed(
                    CREATE,
                    "the store cannot create an object unless it exists: " + ErrorMessages.firstLine(e),
                    NO_CREATE);
        }
        try {
            Store.create(once(), SECOND, configuration);
            return Finding.failed(
                    CREATE, "the store replaced an object that was to be created only if it did not exist", NO_CREATE);
        } catch (FileAlreadyExistsException e) {
            return Finding.ok(CREATE, "a second creation of one name is refused");
        } catch (IOException | RuntimeException e) {
            return Finding.failed(
                    CREATE,
                    "a second creation of one name fails, but not because of the first: " + ErrorMessages.firstLine(e),
                    NO_CREATE);
        }
    }

    private Finding listAndRead() {
        TreeSet<String> names = new TreeSet<>();
        try {
            org.apache.hadoop.fs.Path path = Store.hadoop(folder());
            for (FileStatus file : path.getFileSystem(configuration).listStatus(path)) {
                names.add(file.getPath().getName());
            }
            if (!names.contains("written")) {
                return Finding.failed(
                        LIST,
                        "a file that was just written is not listed, only " + names,
                        "the store must be consistent; caches and gateways before it are not always");
            }
            try (InputStream in = Store.open(written(), configuration)) {
                byte[] read = in.readAllBytes();
                return Arrays.equals(read, FIRST)
                        ? Finding.ok(LIST, names.size() + " files listed, 1 read")
                        : Finding.failed(
                                LIST,
                                written() + " does not hold what was written to it",
                                "look for what changes objects between here and the store");
            }
        } catch (IOException | RuntimeException e) {
            return cannot(LIST, "cannot list and read below " + table, e);
        }
    }

    private Finding clock(Instant before, Instant after) {
        try {
            org.apache.hadoop.fs.Path path = Store.hadoop(written());
            FileStatus status = path.getFileSystem(configuration).getFileStatus(path);
            return ClockSkew.of(Instant.ofEpochMilli(status.getModificationTime()), before, after)
                    .finding(CLOCK, "the store's clock");
        } catch (IOException | RuntimeException e) {
            return cannot(CLOCK, "cannot ask for the time of " + written(), e);
        }
    }

    private Finding delete() {
        try {
            org.apache.hadoop.fs.Path path = Store.hadoop(folder());
            FileSystem store = path.getFileSystem(configuration);
            store.delete(path, true);
            return store.exists(new org.apache.hadoop.fs.Path(path, "written"))
                    ? Finding.failed(DELETE, "the store still has " + written(), "delete " + folder() + " by hand")
                    : Finding.ok(DELETE, folder());
        } catch (IOException | RuntimeException e) {
            return cannot(DELETE, "cannot delete " + folder(), e);
        }
    }

    private static void deleteIfEmpty(Path folder) {
        try {
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            // A run has begun to write into it.
        }
    }

    private Finding cannot(String what, String sentence, Exception e) {
        return Finding.failed(what, sentence + ": " + ErrorMessages.firstLine(e), remedy(table, e));
    }

    /** Returns what to do about an address that cannot be reached or used. */
    static String remedy(String uri, Throwable e) {
        if (Store.isLocal(uri)) {
            return "let this user write and read there, or name another folder";
        }
        if (!(e instanceof AccessDeniedException)) {
            return "check the address and spark.hadoop.fs.s3a.endpoint, and the network between here and the store";
        }
        return String.valueOf(e.getMessage()).contains(DENIED)
                ? "let these credentials put, get, list and delete objects below " + uri
                : "the store knows these credentials not or no longer: renew them, or see where S3A takes them from"
                        + " (fs.s3a.aws.credentials.provider)";
    }
}
