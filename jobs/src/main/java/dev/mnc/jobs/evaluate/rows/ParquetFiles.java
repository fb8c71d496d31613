package dev.mnc.jobs.evaluate.rows;

import dev.mnc.jobs.corpus.formats.ParquetTable;
import dev.mnc.jobs.failure.OperatorException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.io.LocalInputFile;

/** The rows of a Parquet file, or of a folder of such files, on this machine. */
public final class ParquetFiles {

    private ParquetFiles() {}

    /**
     * Returns the file itself, or the files directly in a folder that are not hidden, by name.
     *
     * @throws OperatorException if there are none
     * @throws NoSuchFileException if there is no such file or folder
     */
    public static List<Path> files(Path path) throws IOException {
        if (!Files.exists(path)) {
            throw new NoSuchFileException(path.toString());
        }
        if (!Files.isDirectory(path)) {
            return List.of(path);
        }
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(path, ParquetFiles::isShown)) {
            for (Path file : all) {
                if (Files.isRegularFile(file)) {
                    files.add(file);
                }
            }
        }
        if (files.isEmpty()) {
            throw OperatorException.usage("there are no Parquet files in " + path, "give a folder that has some");
        }
        return files.stream().sorted().toList();
    }

    /** Returns whether {@link #files} are all there is: no folder is in the folder. */
    public static boolean isPlain(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            return true;
        }
        try (DirectoryStream<Path> all = Files.newDirectoryStream(path, ParquetFiles::isShown)) {
            for (Path file : all) {
                if (Files.isDirectory(file)) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean isShown(Path file) {
        return !String.valueOf(file.getFileName()).matches("[_.].*");
    }

    /** A file whose name stands in messages of the library. */
    private static final class Named extends LocalInputFile {

        private final Path file;

        Named(Path file) {
            super(file);
            this.file = file;
        }

        @Override
        public String toString() {
            return file.toString();
        }
    }

    /** A check of the columns of a file, which throws if they will not do. */
    public interface Check {
        void columns(List<String> names);
    }

    /**
     * Gives each row of a file to a taker.
     *
     * @param wanted of the columns, those that are to be read if they are there
     */
    public static void read(Path file, List<String> wanted, Check check, Consumer<ParquetRow> taker)
            throws IOException {
        ParquetTable table = new ParquetTable(new Named(file), file.toString(), new Configuration());
        check.columns(table.names());
        List<String> columns = wanted.stream().filter(table::has).toList();
        long[] number = {0};
        table.forEach(
                columns,
                group -> taker.accept(new ParquetRow(new ParquetGroupValues(group), file.toString(), ++number[0], "")));
    }
}
