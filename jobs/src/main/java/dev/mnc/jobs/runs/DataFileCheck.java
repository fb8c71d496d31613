package dev.mnc.jobs.runs;

import dev.mnc.jobs.failure.ErrorMessages;
import dev.mnc.jobs.store.Digests;
import dev.mnc.jobs.store.LoadedFile;
import dev.mnc.jobs.store.Store;
import dev.mnc.jobs.store.StoredInput;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.HadoopReadOptions;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.conf.HadoopParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/**
 * The check of one data file, which reads it once. The digest decides where there is one; where it differs, and for files of
 * old runs, which have none, the pages' own checksums tell what is damaged, and all rows are read and counted.
 *
 * @param content of the file, for those who look at its rows next
 * @param faults what is wrong; empty if the file is the one that was published
 */
public record DataFileCheck(InputFile content, List<String> faults) {

    /** The longest file that is brought into memory; of a longer one the columns are requested again. */
    private static final long LOADED = 256 << 20;

    public DataFileCheck {
        faults = List.copyOf(faults);
    }

    /** Returns the first fault of a file, if it has any. */
    static Optional<String> fault(PublishedFile file, Configuration configuration) throws IOException {
        return of(file, configuration).faults().stream().findFirst();
    }

    /** Checks a file. */
    public static DataFileCheck of(PublishedFile file, Configuration configuration) throws IOException {
        try {
            long bytes = StoredInput.status(file.uri(), configuration).size();
            StoredInput stored = new StoredInput(file.uri(), bytes, configuration);
            Optional<String> length = file.ofLength(bytes);
            if (length.isPresent()) {
                return new DataFileCheck(stored, List.of(length.get()));
            }
            if (bytes > LOADED) {
                return ofLong(file, stored);
            }
            byte[] content = Store.bytes(file.uri(), configuration);
            LoadedFile loaded = new LoadedFile(file.uri(), content);
            String expected = file.file().sha256();
            return new DataFileCheck(
                    loaded,
                    expected != null && Digests.of(content).equals(expected)
                            ? List.of()
                            : faultsInside(file, loaded, configuration));
        } catch (FileNotFoundException | NoSuchFileException e) {
            return new DataFileCheck(new LoadedFile(file.uri(), new byte[0]), List.of("is missing"));
        }
    }

    private static DataFileCheck ofLong(PublishedFile file, StoredInput stored) throws IOException {
        boolean same = file.file().sha256() != null && file.hasDigest(stored.configuration());
        return new DataFileCheck(stored, same ? List.of() : faultsInside(file, stored, stored.configuration()));
    }

    private static List<String> faultsInside(PublishedFile file, InputFile content, Configuration configuration) {
        List<String> faults = damagedPages(content, configuration);
        if (faults.isEmpty()) {
            faults = wrongRows(file, content, configuration);
        }
        if (faults.isEmpty() && file.file().sha256() != null) {
            return List.of("is not what was written: its sha256 is another, though no page is damaged");
        }
        return faults;
    }

    /** Names the row group and column of each damaged page. */
    private static List<String> damagedPages(InputFile content, Configuration configuration) {
        List<String> faults = new ArrayList<>();
        ParquetReadOptions checked = HadoopReadOptions.builder(configuration)
                .usePageChecksumVerification(true)
                .build();
        try (ParquetFileReader reader = ParquetFileReader.open(content, checked)) {
            MessageType schema = reader.getFileMetaData().getSchema();
            for (int group = 0; group < reader.getRowGroups().size(); group++) {
                for (Type column : schema.getFields()) {
                    reader.setRequestedSchema(new MessageType(schema.getName(), column));
                    try {
                        reader.readRowGroup(group).close();
                    } catch (IOException | RuntimeException e) {
                        faults.add("has a damaged page in row group " + group + ", column " + column.getName() + ": "
                                + ErrorMessages.firstLine(e));
                    }
                }
            }
        } catch (IOException | RuntimeException e) {
            faults.add("has no footer that can be read: " + ErrorMessages.firstLine(e));
        }
        return faults;
    }

    private static List<String> wrongRows(PublishedFile file, InputFile content, Configuration configuration) {
        long rows = 0;
        try (ParquetReader<Group> reader =
                new ParquetReader.Builder<Group>(content, new HadoopParquetConfiguration(configuration)) {
                    @Override
                    protected ReadSupport<Group> getReadSupport() {
                        return new GroupReadSupport();
                    }
                }.build()) {
            while (reader.read() != null) {
                rows++;
            }
        } catch (IOException | RuntimeException e) {
            return List.of("cannot be decoded after row " + rows + ": " + ErrorMessages.firstLine(e));
        }
        return rows == file.file().rows()
                ? List.of()
                : List.of("has " + rows + " rows, not " + file.file().rows() + " as published");
    }
}
