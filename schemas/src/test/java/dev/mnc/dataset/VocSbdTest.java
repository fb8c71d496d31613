package dev.mnc.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mnc.dataset.GroundTruth.Annotation;
import dev.mnc.geometry.Box;
import dev.mnc.geometry.Mask;
import dev.mnc.schemas.Category;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntPredicate;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import us.hebi.matlab.mat.format.Mat5;
import us.hebi.matlab.mat.types.Array;
import us.hebi.matlab.mat.types.MatlabType;
import us.hebi.matlab.mat.types.Matrix;
import us.hebi.matlab.mat.types.Sinks;

class VocSbdTest {

    private static final Path FIXTURE = Path.of("src", "test", "resources", "sbd", "val.txt");
    private static final String ID = "2008_000002";

    @TempDir
    private Path folder = Path.of("");

    private Path split = Path.of("");
    private Path inst = Path.of("");
    private Path cls = Path.of("");
    private final List<String> warnings = new ArrayList<>();

    private GroundTruth read(Path list) throws IOException {
        return VocSbd.read(list, warnings::add);
    }

    @BeforeEach
    void layOut() throws IOException {
        split = Files.writeString(folder.resolve("train.txt"), ID + "\n");
        inst = Files.createDirectory(folder.resolve("inst")).resolve(ID + ".mat");
        cls = Files.createDirectory(folder.resolve("cls")).resolve(ID + ".mat");
    }

    @Test
    void whatSciPyWroteIsReadWithVoidPixelsLeftOut() throws IOException {
        GroundTruth truth = read(FIXTURE);
        assertThat(truth.images()).containsExactly(new GroundTruth.Image(2008000002L, "2008_000002.jpg", 4, 6));
        assertThat(truth.annotations()).hasSize(2);
        Annotation person = truth.annotations().get(0);
        Annotation dog = truth.annotations().get(1);
        assertThat(person.id()).isEqualTo(2008000002001L);
        assertThat(person.imageId()).isEqualTo(2008000002L);
        assertThat(person.categoryId()).isEqualTo(15);
        assertThat(person.bbox()).isEqualTo(new Box(1, 0, 2, 2));
        assertThat(dog.categoryId()).isEqualTo(12);
        assertThat(dog.bbox()).isEqualTo(new Box(3, 1, 2, 3));
        assertThat(dog.area()).isEqualTo(4);
        assertThat(dog.crowd()).isFalse();
        assertThat(dog.mask(truth.images().get(0))).isEqualTo(Mask.ofRuns(4, 6, 15, 1, 1, 3, 4));
    }

    @Test
    void theCategoriesAreThoseOfVoc() {
        assertThat(VocSbd.categories())
                .hasSize(20)
                .startsWith(new Category(1, "aeroplane"), new Category(2, "bicycle"))
                .contains(new Category(15, "person"))
                .endsWith(new Category(20, "tvmonitor"));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void everyPixelOfARandomSegmentationBelongsToItsInstance(long seed) throws IOException {
        Random random = new Random(seed);
        int[][] pixels = new int[1 + random.nextInt(20)][1 + random.nextInt(20)];
        for (int[] row : pixels) {
            for (int column = 0; column < row.length; column++) {
                int drawn = random.nextInt(6);
                row[column] = drawn == 5 ? 255 : drawn;
            }
        }
        writeInst(pixels, 3, 3, 20, 1);
        GroundTruth truth = read(split);
        for (Annotation annotation : truth.annotations()) {
            int instance = Math.toIntExact(annotation.id() % 1000);
            assertThat(annotation.mask(truth.images().get(0))).isEqualTo(maskOf(pixels, instance));
        }
        assertThat(truth.annotations().stream().mapToDouble(Annotation::area).sum())
                .isEqualTo((double) count(pixels, value -> value >= 1 && value <= 4));
    }

    private static Mask maskOf(int[][] pixels, int instance) {
        int[] runs = new int[pixels.length * pixels[0].length * 2 + 2];
        int used = 0;
        boolean inside = false;
        for (int column = 0; column < pixels[0].length; column++) {
            for (int[] row : pixels) {
                if ((row[column] == instance) != inside) {
                    inside = !inside;
                    used++;
                }
                runs[used]++;
            }
        }
        return Mask.ofRuns(pixels.length, pixels[0].length, Arrays.copyOf(runs, used + 1));
    }

    private static long count(int[][] pixels, IntPredicate wanted) {
        return Arrays.stream(pixels).flatMapToInt(Arrays::stream).filter(wanted).count();
    }

    @Test
    void instancesWithoutAPixelAreLeftOutWithAWarning() throws IOException {
        writeInst(new int[][] {{0, 1, 2}}, 7, 8);
        assertThat(read(split).annotations()).hasSize(2);
        assertThat(warnings).isEmpty();

        Files.move(inst, inst.resolveSibling("2007_000001.mat"));
        writeInst(new int[][] {{0, 2}}, 7, 8, 9);
        Files.copy(inst, inst.resolveSibling("2007_000002.mat"));
        Files.writeString(split, "2007_000001\n" + ID + "\n2007_000002\n");
        assertThat(read(split).annotations()).extracting(Annotation::categoryId).containsExactly(7L, 8L, 8L, 8L);
        assertThat(warnings)
                .containsExactly(
                        "instances without a pixel, left out: 4 in 2 of 3 files, the first is instance 1 of " + inst);
    }

    @Test
    void imagesKeepTheOrderOfTheListAndBlankLinesAreNone() throws IOException {
        writeInst(new int[][] {{1}}, 7);
        Files.copy(inst, folder.resolve("inst").resolve("2007_000001.mat"));
        Files.writeString(split, ID + "\r\n\n2007_000001 \n");
        assertThat(read(split).images()).extracting(GroundTruth.Image::id).containsExactly(2008000002L, 2007000001L);
    }

    @Test
    void theNameOfTheFileDecidesWhatItIs() throws IOException {
        assertThat(GroundTruthFile.read(FIXTURE, warnings::add).annotations()).hasSize(2);
        Path json = Files.writeString(
                folder.resolve("gt.json"), "{\"images\": [], \"annotations\": [], \"categories\": []}");
        assertThat(GroundTruthFile.read(json, warnings::add).annotations()).isEmpty();
    }

    @Test
    void aListWithoutFolderIsRefused() throws IOException {
        Path alone = Files.writeString(
                Files.createDirectory(folder.resolve("elsewhere")).resolve("val.txt"), ID);
        assertRefused(
                () -> read(alone),
                alone
                        + " is taken for a split list of SBD, but there is no folder inst beside it; name the list in the "
                        + "folder dataset of the SBD archive, or a COCO json");
    }

    @Test
    void namesThatAreNoneAreRefused() throws IOException {
        Files.writeString(split, ID + "\ncat.jpg\n");
        assertRefused(
                () -> read(split),
                split
                        + ": line 2 is 'cat.jpg'; a name must be of digits and '_', at most 15 digits, such as 2008_000002");
        Files.writeString(split, ID + "\n" + ID + "\n");
        assertRefused(
                () -> read(split),
                split + ": line 2, '2008_000002', has the same id 2008000002 as '2008_000002' before it; remove one of "
                        + "them");
        Files.writeString(split, "\n");
        assertRefused(() -> read(split), split + " names no image");
    }

    @Test
    void aMissingFileIsNamedWithItsLine() {
        assertRefused(
                () -> read(split),
                split + ": line 1 names 2008_000002, but there is no " + inst
                        + "; unpack the SBD archive again or remove the line");
    }

    @Test
    void aFileThatIsNotMatlabsIsRefused() throws IOException {
        Files.writeString(inst, "<html>not found</html>");
        assertRefused(
                () -> read(split),
                inst + " is no MATLAB file of version 5; unpack it again, or write it with save -v7");
        writeInst(new int[][] {{1, 0}, {0, 1}}, 7);
        byte[] whole = Files.readAllBytes(inst);
        Files.write(inst, Arrays.copyOf(whole, whole.length - 20));
        assertRefused(
                () -> read(split),
                inst + " is no MATLAB file of version 5; unpack it again, or write it with save -v7");
    }

    @Test
    void anotherStructOrFieldIsRefused() throws IOException {
        write(inst, "GTcls", Mat5.newStruct().set("Segmentation", matrix(new int[][] {{1}})));
        assertRefused(
                () -> read(split),
                inst + " holds no struct GTinst; files of SBD's folders inst and cls hold GTinst and GTcls");
        write(inst, "GTinst", Mat5.newStruct().set("Segmentation", matrix(new int[][] {{1}})));
        assertRefused(
                () -> read(split),
                inst + ": GTinst.Categories is missing or is no matrix of numbers; SBD's files have one");
        write(
                inst,
                "GTinst",
                Mat5.newStruct().set("Segmentation", Mat5.newString("x")).set("Categories", column(7)));
        assertRefused(
                () -> read(split),
                inst + ": GTinst.Segmentation is missing or is no matrix of numbers; SBD's files have one");
    }

    @Test
    void classesOutsideVocAreRefused() throws IOException {
        writeInst(new int[][] {{1, 2}}, 20, 21);
        assertRefused(() -> read(split), inst + ": GTinst.Categories[2] is 21; VOC's classes are 1 to 20");
        writeInst(new int[][] {{1}}, 0);
        assertRefused(() -> read(split), inst + ": GTinst.Categories[1] is 0; VOC's classes are 1 to 20");
    }

    @Test
    void aPixelOfAnUnlistedInstanceIsNamed() throws IOException {
        writeInst(new int[][] {{0, 1, 0}, {0, 0, 3}}, 7, 8);
        assertRefused(
                () -> read(split),
                inst
                        + ": GTinst.Segmentation is 3 in row 1, column 2 (from 0), but GTinst.Categories lists 2 instances");
    }

    @Test
    void classesOfPixelsMustAgreeWhereTheyAreThere() throws IOException {
        writeInst(new int[][] {{0, 1, 1}, {0, 1, 255}}, 7);
        writeCls(new int[][] {{0, 7, 7}, {3, 255, 9}});
        assertThat(read(split).annotations()).hasSize(1);

        writeCls(new int[][] {{0, 7, 7}, {3, 8, 255}});
        assertRefused(
                () -> read(split),
                inst + ": instance 1 is of class 7, but its pixel in row 1, column 1 (from 0) is of class 8 in " + cls
                        + "; fix one of the two, or move the folder cls away to go by inst alone");

        writeCls(new int[][] {{0, 7, 7}});
        assertRefused(
                () -> read(split),
                cls + ": GTcls.Segmentation is 1 x 3 px, but " + inst + " has 2 x 3; unpack the SBD archive again");
    }

    private static void assertRefused(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(UnreadableDatasetException.class).hasMessage(message);
    }

    private void writeInst(int[][] segmentation, int... categories) throws IOException {
        write(
                inst,
                "GTinst",
                Mat5.newStruct().set("Segmentation", matrix(segmentation)).set("Categories", column(categories)));
    }

    private void writeCls(int[][] segmentation) throws IOException {
        write(cls, "GTcls", Mat5.newStruct().set("Segmentation", matrix(segmentation)));
    }

    private static void write(Path file, String name, Array value) throws IOException {
        Files.deleteIfExists(file);
        try (var sink = Sinks.newStreamingFile(file.toFile())) {
            Mat5.newWriter(sink).writeMat(Mat5.newMatFile().addArray(name, value));
        }
    }

    private static Matrix matrix(int[][] rows) {
        Matrix matrix = Mat5.newMatrix(rows.length, rows[0].length, MatlabType.UInt8);
        for (int row = 0; row < rows.length; row++) {
            for (int column = 0; column < rows[row].length; column++) {
                matrix.setInt(row, column, rows[row][column]);
            }
        }
        return matrix;
    }

    private static Matrix column(int... values) {
        return matrix(Arrays.stream(values).mapToObj(value -> new int[] {value}).toArray(int[][]::new));
    }
}
