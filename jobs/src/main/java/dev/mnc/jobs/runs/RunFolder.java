package dev.mnc.jobs.runs;

import java.util.Locale;
import java.util.UUID;

/**
 * The addresses of one run's objects in a table.
 *
 * @param table uri without a slash at the end, except for the root of this machine
 * @param runId names the run
 */
public record RunFolder(String table, String runId) {

    /** The folder, among those of runs, of listings that are being made. */
    static final String LISTINGS = "listings";

    private static final String CLAIM = "claim-";
    private static final String WAVE = "wave-";
    private static final String JSON = ".json";

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
        return below(table, "runs/" + runId + JSON);
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

    static int epochOf(String claimName) {
        return Integer.parseInt(claimName.substring(CLAIM.length(), claimName.length() - JSON.length()));
    }

    static String waveName(int entry) {
        return String.format(Locale.ROOT, "%s%06d%s", WAVE, entry, JSON);
    }
}
