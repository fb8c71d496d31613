package dev.mnc.jobs.label.work;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mnc.jobs.corpus.PackedImages;
import dev.mnc.jobs.label.work.ListingIndex.Match;
import dev.mnc.schemas.ImageRef;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ListingIndexTest {

    @Test
    void findsEveryImageAndNoOther() {
        int count = 100_000;
        List<ImageRef> images = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            images.add(new ImageRef(i, "s3a://corpus/" + i, "n", i, i % 2 == 0 ? null : "v" + i));
        }
        PackedImages listing = PackedImages.of(images);
        ListingIndex index = new ListingIndex(listing);
        ListingIndex.Search search = index.search();

        assertThat(index.heapBytes()).isLessThan(45L * count);
        for (int i = 0; i < count; i++) {
            ImageRef image = listing.get(i);
            assertThat(search.find(image.uri(), image.imageId(), image.etag(), image.sizeBytes()))
                    .isEqualTo(new Match(i, true));
            assertThat(search.find(image.uri() + "x", image.imageId(), image.etag(), image.sizeBytes()))
                    .isNull();
        }
    }

    @Test
    void everyPartOfTheKeyCounts() {
        ImageRef image = new ImageRef(1, "file:///a.tar", "n", 10, "v", new ImageRef.Range(512));
        ListingIndex.Search search = new ListingIndex(PackedImages.of(List.of(image))).search();
        String address = "file:///a.tar#offset=512&length=10";

        assertThat(search.find(address, 1, "v", 10)).isEqualTo(new Match(0, true));
        assertThat(search.find(address, 2, "v", 10)).isEqualTo(new Match(0, false));
        assertThat(search.find(address, 1, "w", 10)).isEqualTo(new Match(0, false));
        assertThat(search.find(address, 1, null, 10)).isEqualTo(new Match(0, false));
        assertThat(search.find(address, 1, "v", 11)).isEqualTo(new Match(0, false));
        assertThat(search.find("file:///a.tar", 1, "v", 10)).isNull();
        assertThat(search.find("file:///a.tar#offset=1024&length=10", 1, "v", 10))
                .isNull();
    }
}
