package dev.mnc.jobs.store;

import java.io.IOException;
import java.nio.file.Files;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * A pattern of names in one folder, as WebDataset writes shards: {@code train-{000..146}.tar}, or with {@code *} for
 * any run of characters. A name that exists as it is written is no pattern.
 *
 * @param folder to search, ending in a slash
 * @param name expression that matches the names
 */
public record NamePattern(String folder, Pattern name) {

    private static final Pattern WILDCARD = Pattern.compile("\\*|\\{(\\d{1,9})\\.\\.(\\d{1,9})\\}");

    /** Returns the pattern, or null if the last part of the uri has no wildcard or names something that exists. */
    public static @Nullable NamePattern of(String uri, Configuration configuration) throws IOException {
        int slash = uri.lastIndexOf('/') + 1;
        String last = uri.substring(slash);
        if (!WILDCARD.matcher(last).find() || exists(uri, configuration)) {
            return null;
        }
        StringBuilder regex = new StringBuilder();
        Matcher wildcard = WILDCARD.matcher(last);
        int from = 0;
        while (wildcard.find()) {
            regex.append(Pattern.quote(last.substring(from, wildcard.start())));
            regex.append(wildcard.group(1) == null ? "[^/]*" : range(wildcard.group(1), wildcard.group(2)));
            from = wildcard.end();
        }
        regex.append(Pattern.quote(last.substring(from)));
        return new NamePattern(
                slash == 0 ? "./" : uri.substring(0, slash), Pattern.compile(regex.toString(), Pattern.DOTALL));
    }

    public boolean matches(String other) {
        return name.matcher(other).matches();
    }

    /** Returns an expression for the numbers of a range, zero-padded to the width of the first. */
    private static String range(String first, String last) {
        StringBuilder numbers = new StringBuilder("(?:");
        for (long i = Long.parseLong(first); i <= Long.parseLong(last); i++) {
            String digits = Long.toString(i);
            numbers.append("0".repeat(Math.max(0, first.length() - digits.length())))
                    .append(digits)
                    .append('|');
        }
        numbers.setLength(numbers.length() - 1);
        return numbers.append(')').toString();
    }

    private static boolean exists(String uri, Configuration configuration) throws IOException {
        if (Store.isLocal(uri)) {
            return Files.exists(Store.local(uri));
        }
        Path path = Store.hadoop(uri);
        return path.getFileSystem(configuration).exists(path);
    }
}
