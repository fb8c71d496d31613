package dev.mnc.jobs.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.schemas.ImageRef;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackedImagesTest {

    private static final String ROOT = "s3a://corpus/photos/";

    @Test
    void givesBackEveryFieldAsItWas() {
        List<ImageRef> images = List.of(
                new ImageRef(1, "file:///odd%20name.jpg", "odd name.jpg", 5, "modified 2026-11-22T23:22:15.123456789Z"),
                new ImageRef(2, "file:///plain.jpg", "plain.jpg", 5, "modified yesterday"),
                new ImageRef(3, ROOT + "a.jpg", "a.jpg", 0, null),
                new ImageRef(4, ROOT + "b.jpg", "b.jpg", Long.MAX_VALUE, "0123456789abcdef0123456789abcdef"),
                new ImageRef(Long.MAX_VALUE, ROOT + "c.jpg", "c.jpg", 127, "\"0123456789abcdef0123456789abcdef\""),
                new ImageRef(5, ROOT + "d\u5199\ud83d\udcf7.jpg", "e", 128, "\"0123456789abcdef0123456789abcdef-12\""),
                new ImageRef(6, ROOT + "t.parquet", "key", 9, "v", new ImageRef.Cell("image", 7)),
                new ImageRef(7, ROOT + "t.tar", "x/1.jpg", 9, null, new ImageRef.Range(512)),
                new ImageRef(8, ROOT + "t.tar", "x/2.jpg", 9, null, new ImageRef.Range(1L << 40)),
                new ImageRef(
                        9, ROOT + "u.tar", "x/2.jpg", 9, "0123456789ABCDEF0123456789abcdef", new ImageRef.Range(0)));
        ImagePacker packer = new ImagePacker(ROOT);
        List<ImageRef> shuffled = new ArrayList<>(images);
        Collections.shuffle(shuffled, new Random(1));

        shuffled.forEach(packer::add);

        assertThat(packer.packed()).containsExactlyElementsOf(images);
        assertThat(PackedImages.of(shuffled)).containsExactlyInAnyOrderElementsOf(images);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void sortsByUriWhateverTheOrderOfAdding(long seed) {
        Random random = new Random(seed);
        List<ImageRef> images = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
            String name = Integer.toString(random.nextInt(), 36) + "/" + i;
            images.add(new ImageRef(i, ROOT + name, name, random.nextInt(1 << 20), null));
        }
        ImagePacker packer = new ImagePacker(ROOT);
        images.forEach(packer::add);

        PackedImages packed = packer.packed();

        images.sort(Comparator.comparing(ImageRef::uri));
        assertThat(packed).isEqualTo(images);
        assertThat(packed.where(image -> image.imageId() % 3 == 0))
                .isEqualTo(images.stream()
                        .filter(image -> image.imageId() % 3 == 0)
                        .toList());
        assertThat(packed.where(image -> true)).isSameAs(packed);
    }

    @Test
    void aMillionObjectsTakeLessThan200BytesEach() {
        int count = 1_000_000;
        SplittableRandom random = new SplittableRandom(7);
        HexFormat hex = HexFormat.of();
        ImagePacker packer = new ImagePacker(ROOT);
        for (int i = 0; i < count; i++) {
            String name = "2026/11/camera-" + (100 + i % 211) + "/frame-" + (1_000_000_000_000L + i) + ".jpg";
            String etag = '"' + hex.toHexDigits(random.nextLong()) + hex.toHexDigits(random.nextLong()) + '"';
            packer.add(new ImageRef(random.nextLong() >>> 1, ROOT + name, name, 50_000 + i % 100_000, etag));
        }

        PackedImages packed = packer.packed();

        assertThat(packed).hasSize(count);
        assertThat(packed.heapBytes()).isLessThan(100L * count);
        String before = "";
        for (ImageRef image : packed) {
            assertThat(image.uri().compareTo(before)).isPositive();
            before = image.uri();
        }
    }

    @Test
    void refusesTwoImagesOfOneId() {
        ImageRef one = new ImageRef(5, "file:///a", "a", 0, null);
        ImageRef other = new ImageRef(5, "file:///b", "b", 0, null);

        assertThatThrownBy(() -> PackedImages.of(List.of(other, one)))
                .isInstanceOf(OperatorException.class)
                .hasMessage("\"a\" and \"b\" have the same image id 5");
    }

    @Test
    void namesLongerThanABlockArePackedToo() {
        String name = "x".repeat(3 << 20);
        List<ImageRef> images = List.of(
                new ImageRef(1, ROOT + "a", "a", 1, null),
                new ImageRef(2, ROOT + name, name, 1, null),
                new ImageRef(3, ROOT + "y", "y", 1, null));

        assertThat(PackedImages.of(images)).isEqualTo(images);
    }
}
