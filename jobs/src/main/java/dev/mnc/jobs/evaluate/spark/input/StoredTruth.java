package dev.mnc.jobs.evaluate.spark.input;

import dev.mnc.dataset.CocoDialect;
import dev.mnc.dataset.CocoJson;
import dev.mnc.dataset.EntryFaultHandler;
import dev.mnc.dataset.GroundTruth;
import dev.mnc.dataset.GroundTruthFile;
import dev.mnc.jobs.evaluate.rows.ParquetTruth;
import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.store.Store;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Ground truth that is read whole, wherever it lies. */
public final class StoredTruth {

    private StoredTruth() {}

    /**
     * Reads ground truth, wherever it lies, for whoever needs all of it at once; what is left out of it goes untold.
     *
     * @throws OperatorException if it is a split list, or a folder of tables, that is not on this machine
     */
    public static GroundTruth read(String file, CocoDialect dialect, Configuration configuration) throws IOException {
        if (Store.isLocal(file)) {
            if (Files.isDirectory(Store.local(file))) {
                return ParquetTruth.read(Store.local(file), dialect);
            }
            return GroundTruthFile.isSplit(file)
                    ? split(file, warning -> {})
                    : CocoJson.read(Store.local(file), dialect, EntryFaultHandler.STOP);
        }
        if (GroundTruthFile.isSplit(file)) {
            return split(file, warning -> {});
        }
        SparkInput.require(file, configuration);
        Path path = Store.hadoop(file);
        if (path.getFileSystem(configuration).getFileStatus(path).isDirectory()) {
            throw OperatorException.usage(
                    file + " is a folder, which can only be read whole on this machine",
                    "give the json it was made of");
        }
        try (InputStream in = Store.open(file, configuration)) {
            return CocoJson.read(in, file, dialect, EntryFaultHandler.STOP);
        }
    }

    /**
     * Reads a split list.
     *
     * @param warnings told, a line each, what the files have that is left out
     * @throws OperatorException if it is not on this machine
     */
    static GroundTruth split(String file, Consumer<String> warnings) throws IOException {
        if (!Store.isLocal(file)) {
            throw OperatorException.usage(
                    file + " is a split list, which can only be read from a local folder",
                    "copy the folder of the list to this machine");
        }
        return GroundTruthFile.read(Store.local(file), warnings);
    }
}
