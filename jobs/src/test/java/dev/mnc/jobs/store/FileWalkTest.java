package dev.mnc.jobs.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import dev.mnc.jobs.corpus.ImageListing;
import dev.mnc.jobs.corpus.StoredImages;
import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.schemas.ImageRef;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Listing through Hadoop's interface, as from an object store; the store here is a folder under another scheme. */
public class FileWalkTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path folder;

    /** A stand-in for s3a. */
    public static class Objects extends RawLocalFileSystem {

        @Override
        public URI getUri() {
            return URI.create("objects:///");
        }

        @Override
        public String getScheme() {
            return "objects";
        }

        @Override
        public FileStatus[] listStatus(org.apache.hadoop.fs.Path path) throws IOException {
            return Arrays.stream(super.listStatus(path)).map(Objects::plain).toArray(FileStatus[]::new);
        }

        @Override
        public FileStatus getFileStatus(org.apache.hadoop.fs.Path path) throws IOException {
            return plain(super.getFileStatus(path));
        }

        /** Without owner and permissions, which the parent asks of the local file by its uri. */
        private static FileStatus plain(FileStatus status) {
            return new FileStatus(
                    status.getLen(), status.isDirectory(), 1, 1, status.getModificationTime(), status.getPath());
        }
    }

    private static Configuration configuration() {
        Configuration configuration = new Configuration(false);
        configuration.set("fs.objects.impl", Objects.class.getName());
        return configuration;
    }

    private ImageListing list(String below) {
        return ImageListing.of(new ImageListing.Source("objects://" + folder + below, null, null), configuration());
    }

    /** Below and above the number from which on folders are not asked for one by one. */
    @ParameterizedTest
    @ValueSource(ints = {0, 3, 256, 300})
    void findsEveryObjectHoweverManyFoldersThereAre(int folders) throws IOException {
        TreeSet<String> names = new TreeSet<>(List.of("_top.jpg", ".hidden.jpg", "a b.jpg"));
        for (int i = 0; i < folders; i++) {
            names.add("d" + i + "/x.jpg");
            names.add("d" + i + "/_e/.f/y.jpg");
        }
        for (String name : names) {
            Path file = folder.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, name);
        }

        List<ImageRef> images = list("/").images();

        assertThat(images).extracting(ImageRef::fileName).containsExactlyInAnyOrderElementsOf(names);
        assertThat(images)
                .extracting(ImageRef::uri)
                .containsExactlyElementsOf(names.stream()
                        .map(name -> "objects://" + folder + "/" + name)
                        .toList());
        for (ImageRef image : images.subList(0, 3)) {
            assertThat(new StoredImages(configuration()).read(image)).asString().isEqualTo(image.fileName());
        }
    }

    @Test
    void listsOneObjectAndAPattern() throws IOException {
        for (String name : List.of("a1.jpg", "a2.jpg", "b.jpg")) {
            Files.writeString(folder.resolve(name), name);
        }

        assertThat(list("/a1.jpg").images()).extracting(ImageRef::fileName).containsExactly("a1.jpg");
        assertThat(list("/a*.jpg").images()).extracting(ImageRef::fileName).containsExactly("a1.jpg", "a2.jpg");
        assertThatThrownBy(() -> list("/none"))
                .isInstanceOf(OperatorException.class)
                .hasMessage("--images: nothing is there: objects://" + folder + "/none");
    }

    /** A visitor that deletes what the walk has still before it. */
    private record Deleter(Path folder, List<String> found) implements FileWalk.Visitor {

        @Override
        public void file(FileWalk.Found file) {
            found.add(file.name());
            for (int i = 0; i < 10; i++) {
                Path other = folder.resolve("image-" + i);
                boolean unused = assertDoesNotThrow(() -> Files.deleteIfExists(other));
            }
        }

        @Override
        public void leftOut(String name) {
            found.add(name);
        }
    }

    @Test
    void aFileThatIsDeletedMeanwhileIsNotListed() throws IOException {
        for (int i = 0; i < 10; i++) {
            Files.writeString(folder.resolve("image-" + i), "");
        }
        Configuration configuration = new Configuration(false);
        String root = FileWalk.root(folder.toString(), configuration);
        Deleter visitor = new Deleter(folder, new ArrayList<>());

        FileWalk.all(folder.toString(), root, configuration, visitor);

        assertThat(visitor.found()).hasSize(1);
        assertThatThrownBy(() -> FileWalk.all(folder + "/none", root, configuration, visitor))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void readsARangeOfAnObject() throws IOException {
        Path file = Files.writeString(folder.resolve("a"), "0123456789");
        ImageRef.Range range = new ImageRef.Range(3);

        assertThat(new StoredImages(configuration()).read(new ImageRef(1, "objects://" + file, "n", 4, null, range)))
                .asString()
                .isEqualTo("3456");
        assertThatThrownBy(() -> new StoredImages(configuration())
                        .read(new ImageRef(1, "objects://" + file, "n", 8, null, range)))
                .isInstanceOf(IOException.class)
                .hasMessage("changed during the run: listed with 8 bytes, but it is shorter now");
        assertThatThrownBy(() -> new StoredImages(configuration())
                        .read(new ImageRef(1, "objects://" + folder + "/no", "n", 0, null)))
                .isInstanceOf(IOException.class)
                .hasMessage("no such file");
    }
}
