package dev.mnc.jobs.corpus.formats;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The files that programs and people put beside data, known by their whole names: none of them is ever an image, so a
 * corpus leaves them out and counts them.
 */
public final class CompanionFiles {

    private static final String APPLE_DOUBLE = "AppleDouble";

    /** What Spark and Hadoop, macOS, Windows, git, and people write. */
    private static final Pattern COMPANION =
            Pattern.compile("_success|_metadata|_common_metadata|\\..*\\.crc|\\.ds_store"
                    + "|thumbs\\.db|desktop\\.ini|\\.git(attributes|ignore|keep)"
                    + "|(readme|licen[sc]e|notice|changelog)(\\.(md|txt|rst|html))?");

    private CompanionFiles() {}

    /**
     * Returns under what a companion is counted, or null if a file is none.
     *
     * @param name with {@code /} between its parts
     */
    public static @Nullable String kind(String name) {
        String base = name.substring(name.lastIndexOf('/') + 1);
        if (base.startsWith("._")) { // the attributes of a file that lies beside it, on a disk that has none
            return APPLE_DOUBLE;
        }
        if (!COMPANION.matcher(base.toLowerCase(Locale.ROOT)).matches()) {
            return null;
        }
        String suffix = TarShard.suffix(name);
        return suffix.isEmpty() ? base : suffix;
    }
}
