package dev.mnc.jobs.runs;

import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The addresses of one run's objects in a table.
 *
 * @param table uri without a slash at the end, except for the root of this machine
 * @param runId names the run
 */
public record RunFolder(String table, String runId) {

    /** The folder, among those of runs, of listings that are being made. */
    public static final String LISTINGS = "listings";

    private static final String CLAIM = "claim-";
    private static final String WAVE = "wave-";
    private static final String JSON = ".json";

    /** A record's name. The names of runs have no {@code ~}. */
    private static final Pattern RECORD = Pattern.compile("([^.~][^~]*?)(?:~(\\d{4,9}))?\\.json");

    /** Returns a table's uri without a slash at its end. */
    public static String trimmed(String table) {
        return table.length() > 1 && table.endsWith("/") ? table.substring(0, table.length() - 1) : table;
    }

    /** Returns the uri of something below a table. */
    public static String below(String table, String path) {
        return (table.equals("/") ? "" : table) + "/" + path;
    }

    /** Returns a folder for a listing that is too large for memory, which is deleted once it is a plan. */
    public static String listing(String table, UUID id) {
        return below(trimmed(table), "runs/" + LISTINGS + "/" + id);
    }

    /** Returns the folder of a part's files, e.g. {@code <table>/instances/run=<run-id>}. */
    public String data(String part) {
        return below(table, dataPath(part));
    }

    /** Returns the same below the table. */
    public String dataPath(String part) {
        return part + "/run=" + runId;
    }

    /** Returns the record, which publishes the run. */
    public String record() {
        return record(0);
    }

    /**
     * Returns a version of the record.
     *
     * @param version 0 for the one that publishes the run; each later one names other files with the same rows
     */
    public String record(int version) {
        return below(table, recordPath(version));
    }

    /** Returns the same below the table. */
    public String recordPath(int version) {
        return "runs/" + runId + (version == 0 ? "" : String.format(Locale.ROOT, "~%04d", version)) + JSON;
    }

    /**
     * Returns the newest version of the record of each run.
     *
     * @param names of the objects in the folder of runs
     */
    static SortedMap<String, Integer> newestRecords(List<String> names) {
        SortedMap<String, Integer> newest = new TreeMap<>();
        for (String name : names) {
            Matcher record = RECORD.matcher(name);
            if (record.matches()) {
                int version = record.group(2) == null ? 0 : Integer.parseInt(record.group(2));
                newest.merge(record.group(1), version, Math::max);
            }
        }
        return newest;
    }

    /** Returns the folder of the files of a part that a compaction writes: named as waves are, for tools that take names for columns. */
    public String compactedPath(String part, UUID compaction) {
        return dataPath(part) + "/wave=compacted-" + compaction;
    }

    /** Returns the object that takes the run out of sight. */
    public String retraction() {
        return below(table, "runs/" + runId + ".retracted");
    }

    /** Returns the path below the table of the file that names the data files. */
    String manifestPath(String owner) {
        return "runs/" + runId + "-" + owner.substring(0, 8) + ".files.parquet";
    }

    /** Returns the folder of what is known of the run until it is published. */
    public String state() {
        return below(table, "runs/" + runId);
    }

    String state(String name) {
        return state() + "/" + name;
    }

    String plan() {
        return state("plan.json");
    }

    /** Returns the name of a claim in the run's folder, by how many processes have held the run. */
    public static String claimName(int epoch) {
        return String.format(Locale.ROOT, "%s%04d%s", CLAIM, epoch, JSON);
    }

    static boolean isClaim(String name) {
        return name.startsWith(CLAIM) && name.endsWith(JSON);
    }

    static boolean isWave(String name) {
        return name.startsWith(WAVE) && name.endsWith(JSON);
    }

    static int epochOf(String claimName) {
        return Integer.parseInt(claimName.substring(CLAIM.length(), claimName.length() - JSON.length()));
    }

    static String waveName(int entry) {
        return String.format(Locale.ROOT, "%s%06d%s", WAVE, entry, JSON);
    }
}
