package dev.mnc.jobs.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mnc.jobs.store.RangeWalk.Entry;
import dev.mnc.jobs.store.RangeWalk.Page;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Ranges of keys, against a store in memory that answers in pages of a hundred. */
class RangeWalkTest {

    private static final String PREFIX = "corpus/2026/";
    private static final int PAGE = 100;
    private static final int THREADS = 8;

    /** Keys as corpora have them. */
    private enum Keys {
        NUMBERED {
            @Override
            String key(int i, Random random) {
                return String.format(Locale.ROOT, "%012d.jpg", i);
            }
        },
        HASHED {
            @Override
            String key(int i, Random random) {
                return String.format(Locale.ROOT, "%016x%04x", random.nextLong(), i);
            }
        },
        ALMOST_ALL_IN_ONE_FOLDER {
            @Override
            String key(int i, Random random) {
                return i % 100 == 0 ? (char) ('a' + i / 100 % 26) + "/" + i : "m/night/cam-0007/frame-" + i;
            }
        },
        DENSER_AND_DENSER {
            @Override
            String key(int i, Random random) {
                return "z".repeat(i % 12) + "/" + i;
            }
        },
        OF_ALL_LANGUAGES {
            @Override
            String key(int i, Random random) {
                return new StringBuilder()
                        .appendCodePoint(new int[] {'a', 0xe9, 0x5199, 0xff21, 0x1f4f7}[i % 5])
                        .append("/")
                        .append(i)
                        .toString();
            }
        };

        abstract String key(int i, Random random);

        List<String> made(int count) {
            Random random = new Random(1);
            List<String> keys = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                keys.add(PREFIX + key(i, random));
            }
            keys.sort(Comparator.comparing(
                    key -> key.getBytes(java.nio.charset.StandardCharsets.UTF_8), Arrays::compareUnsigned));
            return keys;
        }
    }

    private final AtomicInteger pages = new AtomicInteger();
    private final AtomicInteger probes = new AtomicInteger();

    /** A store with these keys; each answer takes a moment, as over a network. */
    private Page page(List<String> keys, @Nullable String after, @Nullable String token, int most) throws IOException {
        (most == 1 ? probes : pages).incrementAndGet();
        pause();
        int first = token != null ? Integer.parseInt(token) : 0;
        while (token == null && after != null && first < keys.size() && !KeyOrder.isBefore(after, keys.get(first))) {
            first++;
        }
        int end = Math.min(keys.size(), first + most);
        List<Entry> entries = keys.subList(first, end).stream()
                .map(key -> new Entry(key, 1, "v"))
                .toList();
        return new Page(entries, end < keys.size() ? Integer.toString(end) : null);
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(2);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    @ParameterizedTest
    @EnumSource(Keys.class)
    void visitsEveryKeyOnceAndSharesTheWork(Keys kind) throws IOException {
        List<String> keys = kind.made(20_000);
        List<String> visited = Collections.synchronizedList(new ArrayList<>());
        Map<Thread, AtomicInteger> shares = new ConcurrentHashMap<>();

        new RangeWalk((after, token, most) -> page(keys, after, token, most), PREFIX.length(), PAGE, entry -> {
                    visited.add(entry.key());
                    shares.computeIfAbsent(Thread.currentThread(), thread -> new AtomicInteger())
                            .incrementAndGet();
                })
                .run(THREADS);

        assertThat(visited).containsExactlyInAnyOrderElementsOf(keys);
        assertThat(shares.values().stream().mapToInt(AtomicInteger::get).max().orElseThrow())
                .as("keys of the busiest of %s threads", THREADS)
                .isLessThan(keys.size() / 2);
        // Each range ends with a page that is not full.
        assertThat(pages.get() * 1.0).isLessThan(3.0 * keys.size() / PAGE);
        assertThat(probes.get()).isLessThan(2 * keys.size() / PAGE);
    }

    @Test
    void onePageIsOneRequest() throws IOException {
        List<String> keys = Keys.NUMBERED.made(PAGE);
        List<String> visited = Collections.synchronizedList(new ArrayList<>());

        new RangeWalk(
                        (after, token, most) -> page(keys, after, token, most),
                        PREFIX.length(),
                        PAGE,
                        entry -> visited.add(entry.key()))
                .run(THREADS);

        assertThat(visited).containsExactlyElementsOf(keys);
        assertThat(pages.get() + probes.get()).isEqualTo(1);
    }

    @Test
    void aStoreThatCannotBeginBehindAKeyIsWalkedByOneThread() throws IOException {
        List<String> keys = Keys.NUMBERED.made(5_000);
        List<String> visited = Collections.synchronizedList(new ArrayList<>());

        new RangeWalk(
                        (after, token, most) -> page(keys, null, token, most),
                        PREFIX.length(),
                        PAGE,
                        entry -> visited.add(entry.key()))
                .run(THREADS);

        assertThat(visited).containsExactlyInAnyOrderElementsOf(keys);
    }

    @Test
    void aFailureOfOneThreadEndsAll() {
        List<String> keys = Keys.NUMBERED.made(20_000);
        AtomicInteger answers = new AtomicInteger();
        RangeWalk walk = new RangeWalk(
                (after, token, most) -> {
                    if (answers.incrementAndGet() > 30) {
                        throw new IOException("the store is away");
                    }
                    return page(keys, after, token, most);
                },
                PREFIX.length(),
                PAGE,
                entry -> {});

        assertThatThrownBy(() -> walk.run(THREADS))
                .isInstanceOf(IOException.class)
                .hasMessage("the store is away");
        assertThat(answers.get()).isLessThan(30 + 2 * THREADS);
    }
}
