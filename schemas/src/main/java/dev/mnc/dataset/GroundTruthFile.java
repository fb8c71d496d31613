package dev.mnc.dataset;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Consumer;

/** A ground-truth file in any of the formats, which is recognised by its name. */
public final class GroundTruthFile {

    private GroundTruthFile() {}

    /**
     * Reads a file: a {@code .txt} is a split list of {@link VocSbd}, anything else is {@link CocoJson}.
     *
     * @param warnings receives a line for each kind of content that is left out
     * @throws UnreadableDatasetException if it is no such file; the message names file, entry and field
     */
    public static GroundTruth read(Path file, Consumer<String> warnings) throws IOException {
        return isSplit(file.toString()) ? VocSbd.read(file, warnings) : CocoJson.read(file);
    }

    /** Returns whether a path or URI names a split list, which belongs to a folder of files and so must be local. */
    public static boolean isSplit(String name) {
        return name.toLowerCase(Locale.ROOT).endsWith(".txt");
    }
}
