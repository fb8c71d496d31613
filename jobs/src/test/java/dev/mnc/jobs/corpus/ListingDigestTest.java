package dev.mnc.jobs.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mnc.schemas.ImageRef;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ListingDigestTest {

    @Test
    void isTheSumOfAllImagesInWhateverOrder() throws NoSuchAlgorithmException {
        List<ImageRef> images = new ArrayList<>();
        BigInteger sum = BigInteger.ZERO;
        for (int i = 0; i < 1000; i++) {
            ImageRef image = new ImageRef(i, "s3a://b/" + i, "n", 5, i % 3 == 0 ? null : "v");
            images.add(image);
            String line = i + "\ts3a://b/" + i + "\t5\t" + (i % 3 == 0 ? "null" : "v") + "\n";
            byte[] sha256 = MessageDigest.getInstance("SHA-256").digest(line.getBytes(StandardCharsets.UTF_8));
            sum = sum.add(new BigInteger(1, sha256));
        }
        Collections.shuffle(images, new Random(1));
        ListingDigest digest = new ListingDigest();

        images.forEach(digest::add);

        assertThat(new BigInteger(digest.hex(), 16)).isEqualTo(sum.mod(BigInteger.TWO.pow(256)));
        assertThat(digest.hex()).hasSize(64).isEqualTo(PackedImages.of(images).digest());
    }
}
