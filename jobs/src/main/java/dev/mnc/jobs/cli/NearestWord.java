package dev.mnc.jobs.cli;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The known word that a mistyped one was probably meant to be. */
final class NearestWord {

    private NearestWord() {}

    /** The known word the fewest edits away, if that is at most a third of its length. */
    static Optional<String> of(String word, List<String> known) {
        return known.stream()
                .min(Comparator.comparingInt((String k) -> edits(word, k)).thenComparing(Comparator.naturalOrder()))
                .filter(k -> edits(word, k) <= Math.max(2, k.length() / 3));
    }

    /** Levenshtein distance: single-character insertions, deletions and replacements. */
    private static int edits(String a, String b) {
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] current = new int[b.length() + 1];
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replaced, 1 + Math.min(previous[j], current[j - 1]));
            }
            previous = current;
        }
        return previous[b.length()];
    }
}
