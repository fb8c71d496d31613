package dev.mnc.jobs.corpus.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mnc.jobs.failure.OperatorException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TarShardTest {

    private record Member(String name, long offset, long sizeBytes) {}

    private static final class Members implements TarShard.Visitor {
        private final List<Member> images = new ArrayList<>();
        private final List<String> leftOut = new ArrayList<>();
        private final List<String> afterEnd = new ArrayList<>();

        @Override
        public void image(String name, long offset, long sizeBytes) {
            images.add(new Member(name, offset, sizeBytes));
        }

        @Override
        public void leftOut(String name, String kind) {
            leftOut.add(name + ": " + kind);
        }

        @Override
        public void afterEnd(long end, long bytes) {
            afterEnd.add(bytes + " bytes after " + end);
        }
    }

    private static Map<String, byte[]> images(int count, int bytes) {
        Random random = new Random(3);
        Map<String, byte[]> members = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            byte[] body = new byte[1 + random.nextInt(bytes)];
            random.nextBytes(body);
            String name = i % 3 == 0 ? "deep/".repeat(40) + i + "-\u5199\u771f.jpg" : i + ".PNG";
            members.put(name, body);
        }
        return members;
    }

    private static byte[] tar(Map<String, byte[]> members, int longNames) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, "UTF-8")) {
            tar.setLongFileMode(longNames);
            tar.setAddPaxHeadersForNonAsciiNames(longNames == TarArchiveOutputStream.LONGFILE_POSIX);
            for (Map.Entry<String, byte[]> member : members.entrySet()) {
                TarArchiveEntry entry = new TarArchiveEntry(member.getKey());
                entry.setSize(member.getValue().length);
                tar.putArchiveEntry(entry);
                tar.write(member.getValue());
                tar.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    private static Members index(byte[] tar) throws IOException {
        Members members = new Members();
        TarShard.index(new BytesFile(tar), "shard.tar", members);
        return members;
    }

    @ParameterizedTest
    @ValueSource(ints = {TarArchiveOutputStream.LONGFILE_GNU, TarArchiveOutputStream.LONGFILE_POSIX})
    void findsEveryMembersBytes(int longNames) throws IOException {
        Map<String, byte[]> written = images(200, 3000);
        byte[] tar = tar(written, longNames);

        List<Member> found = index(tar).images;

        assertThat(found).extracting(Member::name).containsExactlyElementsOf(written.keySet());
        for (Member member : found) {
            int offset = (int) member.offset;
            assertThat(Arrays.copyOfRange(tar, offset, offset + (int) member.sizeBytes))
                    .isEqualTo(written.get(member.name));
        }
    }

    @Test
    void skipsLongBodies() throws IOException {
        byte[] tar = tar(images(100, 400_000), TarArchiveOutputStream.LONGFILE_POSIX);
        BytesFile file = new BytesFile(tar);

        TarShard.index(file, "shard.tar", new Members());

        // A window of 4096 bytes at each of 100 headers, and a larger one where the next is near.
        assertThat(file.requests()).isBetween(80, 110);
        assertThat(file.bytesRead()).isLessThan(110 * 4096L + 20 * 131_072L).isLessThan(tar.length / 4);
    }

    @Test
    void readsOverShortBodiesInFewRequests() throws IOException {
        BytesFile file = new BytesFile(tar(images(500, 2000), TarArchiveOutputStream.LONGFILE_POSIX));

        TarShard.index(file, "shard.tar", new Members());

        assertThat(file.requests()).isLessThan(15);
    }

    @Test
    void tellsImagesBySuffixAndSaysWhatItLeavesOut() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, "UTF-8")) {
            for (String name : List.of("1.jpg", "1.json", "1.cls", "2.seg.Png", "dir.d/3", "dir.d/3.TXT")) {
                TarArchiveEntry entry = new TarArchiveEntry(name);
                entry.setSize(3);
                tar.putArchiveEntry(entry);
                tar.write("abc".getBytes(StandardCharsets.UTF_8));
                tar.closeArchiveEntry();
            }
            tar.putArchiveEntry(new TarArchiveEntry("dir.d/"));
            tar.closeArchiveEntry();
            TarArchiveEntry link = new TarArchiveEntry("link.jpg", TarConstants.LF_SYMLINK);
            link.setLinkName("1.jpg");
            tar.putArchiveEntry(link);
            tar.closeArchiveEntry();
        }

        Members members = index(bytes.toByteArray());

        assertThat(members.images).extracting(Member::name).containsExactly("1.jpg", "2.seg.Png", "dir.d/3");
        assertThat(members.leftOut)
                .containsExactly("1.json: .json", "1.cls: .cls", "dir.d/3.TXT: .txt", "link.jpg: link");
    }

    /** A member as GNU tar writes it under {@code --sparse --format=pax}: the map of its data comes before them. */
    @Test
    void leavesASparseMemberOutAndFindsTheNext() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] map = Arrays.copyOf("1\n0\n4096\n".getBytes(StandardCharsets.US_ASCII), 512);
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, "UTF-8")) {
            TarArchiveEntry sparse = new TarArchiveEntry("GNUSparseFile.1/hole.jpg");
            sparse.setSize(512 + 4096);
            byte[] pax = paxRecords(
                    "GNU.sparse.major=1", "GNU.sparse.minor=0", "GNU.sparse.name=hole.jpg", "GNU.sparse.realsize=9000");
            TarArchiveEntry header = new TarArchiveEntry("PaxHeaders/hole.jpg", TarConstants.LF_PAX_EXTENDED_HEADER_LC);
            header.setSize(pax.length);
            tar.putArchiveEntry(header);
            tar.write(pax);
            tar.closeArchiveEntry();
            tar.putArchiveEntry(sparse);
            tar.write(map);
            tar.write(new byte[4096]);
            tar.closeArchiveEntry();
            TarArchiveEntry next = new TarArchiveEntry("next.jpg");
            next.setSize(3);
            tar.putArchiveEntry(next);
            tar.write("abc".getBytes(StandardCharsets.UTF_8));
            tar.closeArchiveEntry();
        }

        Members members = index(bytes.toByteArray());

        assertThat(members.leftOut).containsExactly("hole.jpg: sparse file");
        assertThat(members.images).containsExactly(new Member("next.jpg", 1024 + 512 + 512 + 4096 + 512, 3));
    }

    private static byte[] paxRecords(String... records) {
        StringBuilder all = new StringBuilder();
        for (String record : records) {
            all.append(record.length() + 4).append(' ').append(record).append('\n');
        }
        return all.toString().getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void noticesWhatFollowsTheEnd() throws IOException {
        byte[] tar = tar(Map.of("1.jpg", new byte[1000]), TarArchiveOutputStream.LONGFILE_POSIX);
        byte[] two = Arrays.copyOf(tar, 2 * tar.length);
        System.arraycopy(tar, 0, two, tar.length, tar.length);

        Members members = index(two);

        assertThat(members.images).hasSize(1);
        assertThat(members.afterEnd).containsExactly("2560 bytes after 1536");
        assertThat(index(Arrays.copyOf(tar, 300_000)).afterEnd).isEmpty();
        assertThat(index(Arrays.copyOf(tar, 1536)).afterEnd).isEmpty();
    }

    @Test
    void saysWhereATarIsCutOff() throws IOException {
        Map<String, byte[]> members = new LinkedHashMap<>();
        members.put("1.jpg", new byte[1000]);
        members.put("2.jpg", new byte[5000]);
        byte[] tar = Arrays.copyOf(tar(members, TarArchiveOutputStream.LONGFILE_POSIX), 4000);

        assertThatThrownBy(() -> index(tar))
                .isInstanceOf(OperatorException.class)
                .hasMessage(
                        "damaged tar shard.tar at byte 4000: it ends within \"2.jpg\", which has 5000 bytes from byte"
                                + " 2048 on");
    }

    @Test
    void saysWhereAHeaderIsDamaged() throws IOException {
        Map<String, byte[]> members = new LinkedHashMap<>();
        members.put("1.jpg", new byte[1000]);
        members.put("2.jpg", new byte[5000]);
        byte[] tar = tar(members, TarArchiveOutputStream.LONGFILE_POSIX);
        tar[1536 + 10] ^= 1;

        assertThatThrownBy(() -> index(tar))
                .isInstanceOf(OperatorException.class)
                .hasMessage("damaged tar shard.tar at byte 1536: the header's checksum is wrong");
        Arrays.fill(tar, 1536, 2048, (byte) 0xfe);
        assertThatThrownBy(() -> index(tar))
                .isInstanceOf(OperatorException.class)
                .hasMessageStartingWith("damaged tar shard.tar at byte 2048: ");
    }

    @Test
    void passesAStoresFailureOn() {
        BytesFile failing = new BytesFile(new byte[10_240], new java.net.SocketTimeoutException("read timed out"));

        assertThatThrownBy(() -> TarShard.index(failing, "shard.tar", new Members()))
                .hasRootCauseInstanceOf(java.net.SocketTimeoutException.class);
    }
}
