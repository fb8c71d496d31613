package dev.mnc.jobs.failure;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The failure of Spark to read a data file of a label table, told by the sentence in which Spark names the file. Files with a
 * digest are checked before; those of old runs are first seen to be damaged when they are read.
 */
final class DamagedDataFile {

    private static final Pattern FILE = Pattern.compile(
            "Encountered error while reading file ((\\S+)/(?:images|instances)/run=([^/\\s]+)/\\S+\\.parquet)");

    private DamagedDataFile() {}

    /** Returns the error to show, if this is such a failure. */
    static Optional<OperatorException> in(Throwable failure) {
        Matcher file = FILE.matcher(String.valueOf(failure.getMessage()));
        if (!file.find()) {
            return Optional.empty();
        }
        String options = " --table " + file.group(2) + " --run " + file.group(3);
        return Optional.of(OperatorException.environment(
                "cannot read " + file.group(1) + ": it is damaged or missing",
                "see what is wrong with its run: mnc verify" + options + "; leave the run out: mnc retract" + options));
    }
}
