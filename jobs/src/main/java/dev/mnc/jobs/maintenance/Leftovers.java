package dev.mnc.jobs.maintenance;

import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.runs.PublishedRuns;
import dev.mnc.jobs.runs.RunFolder;
import dev.mnc.jobs.runs.UnfinishedRuns;
import dev.mnc.jobs.store.PendingUpload;
import dev.mnc.jobs.store.Store;
import dev.mnc.jobs.store.StoredFile;
import dev.mnc.schemas.RunRecord;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;

/**
 * The search for what no published run of a table refers to.
 *
 * <p>What is in doubt stays: all of an unfinished run, which may go on; all of a retracted run, which may come back; all of a
 * run whose record or list of files is damaged. Unfinished runs are looked up first: what is then neither among them nor
 * published was begun later, and so is younger than any file that may be deleted.
 */
final class Leftovers {

    private static final Pattern RUN = Pattern.compile("run=([^/]+)/.*");
    private static final Pattern COMMITTER = Pattern.compile("(.*?/(?:_temporary|__magic[^/]*)/).*");
    private static final Pattern COMPACTION = Pattern.compile("(.*?/wave=compacted-[^/]+/).*");
    private static final String LISTINGS = "runs/" + RunFolder.LISTINGS + "/";
    private static final Pattern MANIFEST = Pattern.compile("(.+)-[0-9a-f]{8}\\.files\\.parquet");
    /** What Hadoop writes beside a file of this machine. */
    private static final Pattern CHECKSUM = Pattern.compile("(.*/)\\.([^/]+)\\.crc");

    private static final String DONE = "/_SUCCESS";
    private static final Pattern OF_A_RUN = Pattern.compile("([^/]+)\\.(claim|retracted)");

    private final String table;
    private final @Nullable String dropped;
    private final Configuration configuration;
    private final Set<String> unfinished = new TreeSet<>();
    private final Set<String> inDoubt = new TreeSet<>();
    /** The newest version of each published run's record, by the run's name. */
    private final Map<String, Integer> published = new HashMap<>();
    /** When a run got other files than it was published with. */
    private final Map<String, Instant> replaced = new HashMap<>();

    private final Set<String> referred = new HashSet<>();
    private final Map<String, List<StoredFile>> found = new TreeMap<>();
    private final Map<String, String> reasons = new HashMap<>();
    private final List<PendingUpload> uploads = new ArrayList<>();

    /**
     * Looks at a table. This waits for half a minute where listings lie around and only signs of life tell whether a process
     * is alive.
     *
     * @param dropped an unfinished run that is given up, or null
     * @param note told of that
     */
    Leftovers(String table, @Nullable String dropped, Consumer<String> note, Configuration configuration)
            throws IOException {
        this.table = RunFolder.trimmed(table);
        this.dropped = dropped;
        this.configuration = configuration;
        findRuns();
        List<StoredFile> images = filesOf("images");
        List<StoredFile> instances = filesOf("instances");
        List<StoredFile> state = filesOf("runs");
        findReplaced(state);
        findData("images", images);
        findData("instances", instances);
        findState(state, note);
        for (PendingUpload upload : PendingUpload.below(this.table, configuration)) {
            String path = upload.path().replaceFirst("^(images|instances)/", "");
            if (!isNeeded(runOf(path))) {
                uploads.add(upload);
            }
        }
    }

    /** Returns the unfinished runs that were left alone. */
    Set<String> unfinished() {
        return unfinished;
    }

    /** Returns the files that were written before some time, all of those that are deleted together. */
    List<Leftover> before(Instant time) {
        return found.entrySet().stream()
                .map(each -> new Leftover(each.getKey(), each.getValue(), String.valueOf(reasons.get(each.getKey()))))
                .filter(leftover -> leftover.newest().isBefore(time))
                .toList();
    }

    /** Returns the number of files and folders that are too young. */
    long since(Instant time) {
        return (long) found.size()
                - before(time).size()
                + uploads.size()
                - uploadsBefore(time).size();
    }

    /** Returns the uploads that were begun before some time. */
    List<PendingUpload> uploadsBefore(Instant time) {
        return uploads.stream().filter(upload -> upload.began().isBefore(time)).toList();
    }

    private void findRuns() throws IOException {
        List<String> names = Store.names(RunFolder.below(table, "runs"), configuration);
        unfinished.addAll(UnfinishedRuns.runIds(names));
        if (dropped != null) {
            unfinished.remove(dropped);
        }
        PublishedRuns runs = new PublishedRuns(table, configuration);
        PublishedRuns.Contents contents = runs.contents();
        inDoubt.addAll(contents.damaged().keySet());
        inDoubt.addAll(contents.retracted());
        for (RunRecord run : contents.records()) {
            published.put(run.runId(), contents.versions().get(run.runId()));
            try {
                runs.dataFiles(run).forEach(file -> referred.add(file.path()));
                if (run.manifest() != null) {
                    referred.add(run.manifest().path());
                }
            } catch (OperatorException e) { // the list of the files is damaged, and mnc verify says so
                inDoubt.add(run.runId());
            }
        }
    }

    private boolean isNeeded(@Nullable String runId) {
        return runId == null || unfinished.contains(runId) || inDoubt.contains(runId);
    }

    private static @Nullable String runOf(String path) {
        Matcher run = RUN.matcher(path);
        return run.matches() ? run.group(1) : null;
    }

    /** Finds out since when readers need the files no more that a run had before: some may have begun just before that. */
    private void findReplaced(List<StoredFile> state) {
        Map<String, Instant> times = new HashMap<>();
        state.forEach(file -> times.put(file.path(), file.modified()));
        published.forEach((runId, version) -> {
            if (version > 0) {
                Instant time = times.get(new RunFolder(table, runId).recordPath(version));
                if (time == null) { // it is gone since the runs were looked up
                    inDoubt.add(runId);
                } else {
                    replaced.put(runId, time);
                }
            }
        });
    }

    private void findData(String part, List<StoredFile> files) {
        for (StoredFile file : files) {
            String path = CHECKSUM.matcher(file.path()).replaceFirst("$1$2");
            String runId = runOf(path.substring(part.length() + 1));
            if (isNeeded(runId) || referred.contains(path) || (path.endsWith(DONE) && published.containsKey(runId))) {
                continue;
            }
            String folder = part + "/run=" + runId + "/";
            Matcher committer = COMMITTER.matcher(path);
            Matcher compaction = COMPACTION.matcher(path);
            if (!published.containsKey(runId)) {
                add(folder, file, "data of a run that was never published");
            } else if (committer.matches()) {
                add(committer.group(1), file, "what a committer left");
            } else if (compaction.matches()) {
                add(compaction.group(1), needed(runId, file), "compacted data that run " + runId + " does not name");
            } else if (replaced.containsKey(runId)) {
                add(folder, needed(runId, file), "data that was compacted");
            } else {
                add(path, file, "data that run " + runId + " does not name");
            }
        }
    }

    /** Returns a file with the time until which readers may have begun to read it. */
    private StoredFile needed(@Nullable String runId, StoredFile file) {
        Instant time = replaced.get(runId);
        return time == null || time.isBefore(file.modified()) ? file : new StoredFile(file.path(), file.bytes(), time);
    }

    /** Returns the files of a folder by their paths below the table. */
    private List<StoredFile> filesOf(String folder) throws IOException {
        return StoredFile.below(RunFolder.below(table, folder), configuration).stream()
                .map(file -> new StoredFile(folder + "/" + file.path(), file.bytes(), file.modified()))
                .toList();
    }

    private void findState(List<StoredFile> state, Consumer<String> note) throws IOException {
        boolean atWork = state.stream().anyMatch(file -> isListing(file.path())) && isAnyAtWork(note);
        for (StoredFile file : state) {
            String path = file.path();
            String name = path.substring("runs/".length());
            int slash = name.indexOf('/');
            String folder = slash < 0 ? "" : name.substring(0, slash);
            Matcher manifest = MANIFEST.matcher(name);
            Matcher mark = OF_A_RUN.matcher(name);
            if (name.endsWith(".tmp") && name.substring(slash + 1).startsWith(".")) {
                add(path, file, "an object that was never completed");
            } else if (isListing(path)) {
                if (!atWork) {
                    add(
                            path.substring(0, path.indexOf('/', LISTINGS.length()) + 1),
                            file,
                            "a listing of a run that ended");
                }
            } else if (published.containsKey(folder)) {
                add("runs/" + folder + "/", file, "the state of a run that is published");
            } else if (folder.equals(dropped)) {
                add("runs/" + folder + "/", file, "the state of a run that is given up");
            } else if (manifest.matches() && !isNeeded(manifest.group(1)) && !referred.contains(path)) {
                add(path, needed(manifest.group(1), file), "a list of files that no run names");
            } else if (mark.matches() && !published.containsKey(mark.group(1)) && !isNeeded(mark.group(1))) {
                add(path, file, "a mark of a run that was never published");
            }
        }
    }

    private static boolean isListing(String path) {
        return path.startsWith(LISTINGS) && path.indexOf('/', LISTINGS.length()) > 0;
    }

    /** Returns whether a process labels into this table: a listing does not say whose it is. */
    private boolean isAnyAtWork(Consumer<String> note) throws IOException {
        UnfinishedRuns runs = new UnfinishedRuns(table, configuration);
        for (UnfinishedRuns.Run run : runs.all()) {
            if (runs.isAlive(run, note)) {
                return true;
            }
        }
        return false;
    }

    /** @param file by its path below the table */
    private void add(String path, StoredFile file, String why) {
        reasons.put(path, why);
        found.computeIfAbsent(path, absent -> new ArrayList<>()).add(file);
    }
}
