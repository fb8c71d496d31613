package dev.mnc.jobs.doctor;

import dev.mnc.jobs.failure.ErrorMessages;
import dev.mnc.jobs.store.NamePattern;
import dev.mnc.jobs.store.S3Objects;
import dev.mnc.jobs.store.Store;
import dev.mnc.schemas.ImageRef;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.RemoteIterator;
import org.jspecify.annotations.Nullable;

/** Check that the images can be listed and one of them read. A corpus may be large, so only the first file is looked for. */
record ImagesCheck(String images, Configuration configuration) implements Check {

    private static final String NAME = "images";
    private static final int BYTES = 1024;

    @Override
    public List<Finding> findings() {
        return List.of(finding());
    }

    /** The first file of the corpus, and how much of it to read. */
    private record First(String uri, long bytes) {}

    private Finding finding() {
        try {
            NamePattern pattern = NamePattern.of(images, configuration);
            First file = first(pattern == null ? images : pattern.folder());
            if (file == null) {
                return Finding.failed(NAME, "there is no file under " + images, "check --images");
            }
            read(file);
            return Finding.ok(NAME, "listed and read, e.g. " + file.uri());
        } catch (FileNotFoundException | NoSuchFileException e) {
            return Finding.failed(NAME, "nothing is there: " + images, "check --images");
        } catch (IOException | RuntimeException e) {
            Throwable cause = e instanceof UncheckedIOException unchecked && unchecked.getCause() != null
                    ? unchecked.getCause()
                    : e;
            return Finding.failed(
                    NAME,
                    "cannot list and read " + images + ": " + ErrorMessages.firstLine(cause),
                    Store.isLocal(images) ? "let this user read there" : TableCheck.remedy(images, cause));
        }
    }

    private @Nullable First first(String uri) throws IOException {
        if (Store.isLocal(uri)) {
            try (Stream<Path> files = Files.walk(Store.local(uri).toAbsolutePath())) {
                return files.filter(Files::isRegularFile)
                        .map(file -> new First(file.toUri().toString(), BYTES))
                        .findFirst()
                        .orElse(null);
            }
        }
        org.apache.hadoop.fs.Path path = Store.hadoop(uri);
        RemoteIterator<? extends FileStatus> files =
                path.getFileSystem(configuration).listFiles(path, true);
        if (!files.hasNext()) {
            return null;
        }
        FileStatus file = files.next();
        return new First(file.getPath().toString(), Math.min(BYTES, file.getLen()));
    }

    /** Reads as labelling does: past S3A's own streams. */
    private void read(First file) throws IOException {
        S3Objects objects = Store.isLocal(file.uri()) ? null : S3Objects.of(file.uri(), configuration);
        if (objects != null && file.bytes() > 0) {
            objects.read(new ImageRef(1, file.uri(), file.uri(), file.bytes(), "", new ImageRef.Range(0)));
            return;
        }
        try (InputStream in = Store.open(file.uri(), configuration)) {
            in.readNBytes(BYTES);
        }
    }
}
