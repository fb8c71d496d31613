package dev.mnc.jobs.maintenance;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The result of {@code mnc gc}: what no run refers to, and whether it is gone.
 *
 * @param table uri
 * @param deleted whether it was deleted
 * @param items files and folders
 * @param uploads objects whose upload was never completed
 * @param files number of files in all items
 * @param bytes of them
 * @param young number of items and uploads that are younger than {@code olderThanSeconds} and stay
 * @param olderThanSeconds age of what may be deleted
 * @param unfinished runs that can go on, all of whose files stay
 * @param compacted runs with small files; null if nobody wanted to know
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record GarbageReport(
        String table,
        boolean deleted,
        List<Item> items,
        List<String> uploads,
        long files,
        long bytes,
        long young,
        long olderThanSeconds,
        Set<String> unfinished,
        @Nullable List<CompactedRun> compacted) {

    /**
     * A file, or a folder with all that is in it.
     *
     * @param path below the table
     * @param files in it
     * @param bytes of them
     * @param newest when the last one was written, ISO-8601, UTC
     * @param why nobody needs it
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Item(
            String path, long files, long bytes, @Nullable String newest, String why) {}

    GarbageReport {
        items = List.copyOf(items);
        uploads = List.copyOf(uploads);
        compacted = compacted == null ? null : List.copyOf(compacted);
    }

    /** Returns a line for each item, and what to do. */
    String text() {
        StringBuilder text = new StringBuilder();
        for (Item item : items) {
            text.append(String.format(
                    Locale.ROOT,
                    "%10s  %s  %s%s%n",
                    Quantity.bytes(item.bytes()),
                    item.path(),
                    item.why(),
                    item.files() == 1 ? "" : ", " + Quantity.of(item.files(), "file")));
        }
        uploads.forEach(
                upload -> text.append(String.format(Locale.ROOT, "%10s  %s  an upload that has no end%n", "", upload)));
        for (String run : unfinished) {
            text.append("run ")
                    .append(run)
                    .append(" is unfinished and can go on: its files stay, unless you give it up with --unfinished ")
                    .append(run)
                    .append(System.lineSeparator());
        }
        text.append(compaction());
        text.append(Quantity.of(files, "file"))
                .append(" (")
                .append(Quantity.bytes(bytes))
                .append(") and ")
                .append(Quantity.of(uploads.size(), "pending upload"))
                .append(deleted ? " deleted" : " that no run refers to");
        if (young > 0) {
            text.append("; ").append(young).append(" more are younger than --older-than");
        }
        if (!deleted && !(items.isEmpty() && uploads.isEmpty())) {
            text.append("; delete them with --delete");
        }
        return text.toString();
    }

    private String compaction() {
        if (compacted == null) {
            return "";
        }
        StringBuilder text = new StringBuilder();
        compacted.forEach(run -> text.append(run.text()).append(System.lineSeparator()));
        boolean small = compacted.stream().anyMatch(run -> run.files() > 0);
        String then = deleted
                ? "the files that they replace are deleted by the mnc gc that finds them older than --older-than"
                : "bring them together with --compact --delete";
        return text.append(small ? then : "no run has files to bring together")
                .append(System.lineSeparator())
                .toString();
    }
}
