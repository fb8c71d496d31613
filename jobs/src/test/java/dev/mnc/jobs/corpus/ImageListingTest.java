package dev.mnc.jobs.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.label.TestImages;
import dev.mnc.schemas.ImageRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageListingTest {

    private static final Configuration HADOOP = new Configuration(false);

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path folder;

    @Test
    void losesNoFileForItsName() throws IOException {
        Map<String, byte[]> files = new TreeMap<>(TestImages.oddNames());
        TestImages.write(folder, files);

        List<ImageRef> images = listing(folder.toString()).images();

        assertThat(images).extracting(ImageRef::fileName).containsExactlyInAnyOrderElementsOf(files.keySet());
        for (ImageRef image : images) {
            assertThat(new StoredImages(HADOOP).read(image)).isEqualTo(files.get(image.fileName()));
        }
    }

    @Test
    void givesIdsThatDependOnTheNameBelowTheRootAlone() throws IOException {
        Files.writeString(Files.createDirectory(folder.resolve("a")).resolve("x.jpg"), "1");
        Files.writeString(Files.createDirectory(folder.resolve("b")).resolve("x.jpg"), "2");

        ImageRef inA = listing(folder.resolve("a").toUri().toString()).images().get(0);
        ImageRef inB = listing(folder.resolve("b").toString() + "/").images().get(0);

        // sha256("x.jpg"), its first 63 bits after the sign.
        assertThat(inA.imageId())
                .isEqualTo(inB.imageId())
                .isEqualTo(ImageListing.idOf("x.jpg"))
                .isNotNegative();
        assertThat(ImageListing.idOf("x.jpg")).isNotEqualTo(ImageListing.idOf("y.jpg"));
    }

    @Test
    void listsOneFile() throws IOException {
        Files.writeString(folder.resolve("x.jpg"), "1");
        Files.writeString(folder.resolve("y.jpg"), "1");

        assertThat(listing(folder.resolve("x.jpg").toString()).images())
                .extracting(ImageRef::fileName)
                .containsExactly("x.jpg");
    }

    @Test
    void noticesAChangeByTimeAlone() throws IOException {
        Path file = Files.writeString(folder.resolve("x.jpg"), "1");
        String before = listing(folder.toString()).digest();
        Files.setLastModifiedTime(file, FileTime.fromMillis(1));

        assertThat(listing(folder.toString()).digest()).isNotEqualTo(before);
    }

    @Test
    void saysWhatItLeavesOutAndFollowsLinks() throws IOException {
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Path root = Files.createDirectory(folder.resolve("root"));
        Files.writeString(elsewhere.resolve("x.jpg"), "1");
        Files.createSymbolicLink(root.resolve("linked"), elsewhere);
        Files.createSymbolicLink(root.resolve("broken"), folder.resolve("none"));
        Files.createSymbolicLink(root.resolve("loop"), root);

        ImageListing listing = listing(root.toString());

        assertThat(listing.images()).extracting(ImageRef::fileName).containsExactly("linked/x.jpg");
        assertThat(listing.leftOut()).containsExactlyInAnyOrder("broken", "loop (a link loop)");
    }

    @Test
    void refusesAFolderThatIsNotThereOrEmpty() {
        assertThatThrownBy(() -> listing(folder.resolve("none").toString()))
                .isInstanceOf(OperatorException.class)
                .hasMessage("--images: no such file or folder: " + folder.resolve("none"));
        assertThatThrownBy(() -> listing(folder.toString()))
                .isInstanceOf(OperatorException.class)
                .hasMessage("there is no image under " + folder);
    }

    @Test
    void refusesACocoNameThatLeadsOutside() throws IOException {
        Path json = Files.writeString(
                folder.resolve("g.json"),
                "{\"images\": [{\"id\": 1, \"file_name\": \"../x.jpg\"}], \"annotations\": [], \"categories\": []}");

        assertThatThrownBy(() -> listing(json.toString()))
                .isInstanceOf(OperatorException.class)
                .hasMessage("file_name \"../x.jpg\" of image 1 of " + json + " leads outside " + folder);
    }

    @Test
    void noticesAFileThatChangedAfterItWasListed() throws IOException {
        Path file = Files.writeString(folder.resolve("x.jpg"), "12345");
        ImageRef image = listing(folder.toString()).images().get(0);
        Files.writeString(file, "123");

        assertThatThrownBy(() -> new StoredImages(HADOOP).read(image))
                .isInstanceOf(IOException.class)
                .hasMessage("changed during the run: listed with 5 bytes, but it is shorter now");
        Files.delete(file);
        assertThatThrownBy(() -> new StoredImages(HADOOP).read(image))
                .isInstanceOf(IOException.class)
                .hasMessage("no such file");
    }

    private static ImageListing listing(String images) {
        return ImageListing.of(new ImageListing.Source(images, null, null), HADOOP);
    }
}
