package dev.mnc.jobs.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mnc.dataset.UnreadableDatasetException;
import dev.mnc.jobs.evaluate.rows.GroupFiles;
import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.label.TestImages;
import dev.mnc.schemas.ImageRef;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.io.api.Binary;
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

    @Test
    void refusesACocoJsonWhoseIdsOrNamesStandForTwoImages() throws IOException {
        String json = "{\"images\": [{\"id\": 1, \"file_name\": \"0.jpg\"}, {\"id\": %s}], \"annotations\": [],"
                + " \"categories\": []}";
        Path ids = Files.writeString(
                folder.resolve("ids.json"), String.format(Locale.ROOT, json, "1, \"file_name\": \"1.jpg\""));
        Path names = Files.writeString(
                folder.resolve("names.json"), String.format(Locale.ROOT, json, "2, \"file_name\": \"0.jpg\""));

        assertThatThrownBy(() -> listing(ids.toString()))
                .isInstanceOf(UnreadableDatasetException.class)
                .hasMessage(ids + ": images[1] has the id 1, which an earlier entry has too");
        assertThatThrownBy(() -> listing(names.toString()))
                .isInstanceOf(UnreadableDatasetException.class)
                .hasMessage(names + ": images 1 and 2 have the same file_name \"0.jpg\"");
    }

    @Test
    void refusesAManifestThatNamesAnImageUnderTwoIds() throws IOException {
        Path file = Files.writeString(folder.resolve("x.jpg"), "1");
        Path csv = Files.writeString(folder.resolve("m.csv"), "uri,image_id\nx.jpg,1\nx.jpg,2\n");

        assertThatThrownBy(() -> listing(csv.toString()))
                .isInstanceOf(OperatorException.class)
                .hasMessage("%s is listed twice, with the image ids 1 and 2", file.toUri());
    }

    @Test
    void countsTheCompanionsOfAFolder() throws IOException {
        for (String name : List.of(
                "x.jpg",
                "_y.jpg",
                "._x.jpg",
                "_SUCCESS",
                ".x.jpg.crc",
                ".DS_Store",
                "Thumbs.db",
                "README.md",
                "z.txt")) {
            Files.writeString(folder.resolve(name), "1");
        }

        ImageListing listing = listing(folder.toString());

        assertThat(listing.images()).extracting(ImageRef::fileName).containsExactly("_y.jpg", "x.jpg", "z.txt");
        assertThat(listing.leftOutKinds())
                .isEqualTo(
                        Map.of("AppleDouble", 1L, "_SUCCESS", 1L, ".crc", 1L, ".ds_store", 1L, ".db", 1L, ".md", 1L));
        assertThat(listing.warnings())
                .containsExactly("6 files are no images by their names and were left out (1 .crc, 1 .db, 1 .ds_store,"
                        + " 1 .md, 1 AppleDouble, 1 _SUCCESS)");
    }

    @Test
    void readsAParquetFileWhateverLiesBesideIt() throws IOException {
        Path table = GroupFiles.write(
                folder.resolve("train.parquet"),
                "required binary image;",
                row -> row.append("image", Binary.fromConstantByteArray(new byte[] {1})));
        String row = "train.parquet#0";
        assertThat(listing(folder.toString()).images())
                .extracting(ImageRef::fileName)
                .containsExactly(row);

        Files.writeString(folder.resolve("README.md"), "about");
        Files.writeString(folder.resolve(".gitattributes"), "about");
        Files.writeString(folder.resolve("notes.docx"), "about");
        Files.writeString(folder.resolve("a.jpg"), "1");
        GroupFiles.write(
                folder.resolve("metadata.parquet"), "required binary file (STRING);", any -> any.append("file", "a"));
        Path damaged = Files.write(folder.resolve("damaged.parquet"), new byte[30]);
        ImageListing listing = listing(folder.toString());

        assertThat(listing.images()).extracting(ImageRef::fileName).containsExactly("a.jpg", row);
        assertThat(listing.leftOutKinds())
                .isEqualTo(Map.of(".md", 1L, ".gitattributes", 1L, ".docx", 1L, ".parquet", 1L));
        assertThat(listing.notes()).singleElement().asString().startsWith(damaged.toUri() + " is no Parquet file");
        assertThat(listing(table.toString()).images()).hasSize(1);
    }

    @Test
    void aDamagedShardIsNamedAndStopsNoOther() throws IOException {
        byte[] tar = tar("1.jpg", "2.jpg");
        Files.write(folder.resolve("a.tar"), tar);
        byte[] cut = tar("3.jpg", "4.jpg");
        cut[1024 + 10] ^= 1;
        Path damaged = Files.write(folder.resolve("b.tar"), cut);
        Path joined = Files.write(folder.resolve("c.tar"), twice(tar("5.jpg", "._5.jpg")));

        ImageListing listing = listing(folder.toString());

        assertThat(listing.images()).extracting(ImageRef::fileName).containsExactly("1.jpg", "2.jpg", "3.jpg", "5.jpg");
        assertThat(listing.warnings())
                .containsExactly(
                        "1 file is no image by its name and was left out (1 AppleDouble)",
                        "damaged tar " + damaged.toUri()
                                + " at byte 1024: the header's checksum is wrong; images listed"
                                + " before it: 1; what follows is not: fix the shard and run again",
                        joined.toUri() + " goes on after its end: 3072 bytes from byte 2048 on, perhaps another tar"
                                + " behind the first, were not read; images listed before: 1");
    }

    private static byte[] twice(byte[] bytes) {
        byte[] two = Arrays.copyOf(bytes, 2 * bytes.length);
        System.arraycopy(bytes, 0, two, bytes.length, bytes.length);
        return two;
    }

    private static byte[] tar(String... names) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, "UTF-8")) {
            for (String name : names) {
                TarArchiveEntry entry = new TarArchiveEntry(name);
                entry.setSize(3);
                tar.putArchiveEntry(entry);
                tar.write(new byte[3]);
                tar.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    @Test
    void noticesAFileThatWasReplacedByOneOfTheSameSize() throws IOException {
        Path file = Files.writeString(folder.resolve("x.jpg"), "12345");
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-01-01T00:00:00Z")));
        ImageRef image = listing(folder.toString()).images().get(0);
        Files.writeString(file, "abcde");
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-01-02T00:00:00Z")));

        assertThatThrownBy(() -> new StoredImages(HADOOP).read(image))
                .isInstanceOf(IOException.class)
                .hasMessage("changed during the run: listed as modified 2026-01-01T00:00:00Z, but it is modified"
                        + " 2026-01-02T00:00:00Z now");
    }

    private static ImageListing listing(String images) {
        return ImageListing.of(new ImageListing.Source(images, null, null), HADOOP);
    }
}
