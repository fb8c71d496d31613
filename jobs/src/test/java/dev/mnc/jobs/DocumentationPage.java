package dev.mnc.jobs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A Markdown page of the project.
 *
 * @param file its path
 * @param text all of it
 */
record DocumentationPage(Path file, String text) {

    private static final Pattern FENCE = Pattern.compile("(?ms)^```(\\w*)\\n(.*?)^```$");
    private static final Pattern CODE = Pattern.compile("`([^`\\n]+)`");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");

    static DocumentationPage read(Path file) {
        try {
            return new DocumentationPage(file, Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the contents of the fenced blocks of one language; the empty text is a block without any. */
    List<String> blocks(String language) {
        return FENCE.matcher(text)
                .results()
                .filter(block -> block.group(1).equals(language))
                .map(block -> block.group(2))
                .toList();
    }

    /** Returns the page without its fenced blocks. */
    String prose() {
        return FENCE.matcher(text).replaceAll("");
    }

    /** Returns what stands between backticks in running text and tables. */
    List<String> code() {
        return CODE.matcher(prose()).results().map(match -> match.group(1)).toList();
    }

    List<String> code(Predicate<String> wanted) {
        return code().stream().filter(wanted).toList();
    }

    /** Returns the targets of all links and pictures. */
    List<String> links() {
        return LINK.matcher(prose()).results().map(match -> match.group(1)).toList();
    }

    /** Returns the fragments that links may name, made of the headings as GitHub makes them. */
    TreeSet<String> anchors() {
        TreeSet<String> anchors = new TreeSet<>();
        for (MatchResult heading : HEADING.matcher(prose()).results().toList()) {
            anchors.add(heading.group(1)
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^\\p{L}\\p{N} _-]", "")
                    .replace(' ', '-'));
        }
        return anchors;
    }

    /** Returns what stands below a heading, up to the next heading of any level. */
    DocumentationPage section(String heading) {
        Pattern section = Pattern.compile("(?ms)^#+ " + Pattern.quote(heading) + "\\n(.*?)(?=^#+ |\\z)");
        String found = section.matcher(text)
                .results()
                .map(match -> match.group(1))
                .findFirst()
                .orElseThrow(() -> new AssertionError(file + " has no heading " + heading));
        return new DocumentationPage(file, found);
    }

    /** Returns the rows of all tables, each as its cells without backticks, but for heads and rules. */
    List<List<String>> rows() {
        List<List<String>> rows = prose().lines().map(DocumentationPage::cells).toList();
        return Stream.iterate(0, row -> row < rows.size(), row -> row + 1)
                .filter(row -> !isRule(rows.get(row)))
                .filter(row -> row + 1 == rows.size() || !isRule(rows.get(row + 1)))
                .map(rows::get)
                .filter(cells -> !cells.isEmpty())
                .toList();
    }

    private static boolean isRule(List<String> cells) {
        return !cells.isEmpty() && cells.stream().allMatch(cell -> cell.matches(":?-+:?"));
    }

    private static List<String> cells(String line) {
        if (!line.startsWith("| ") && !line.startsWith("|-")) {
            return List.of();
        }
        String inner = line.strip().replaceAll("^\\||\\|$", "");
        return Arrays.stream(inner.split("(?<!\\\\)\\|", -1))
                .map(cell -> cell.strip().replace("`", "").replace("\\|", "|"))
                .toList();
    }
}
