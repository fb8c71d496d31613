package dev.mnc.jobs.store;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.mnc.jobs.FaultRow;
import dev.mnc.jobs.corpus.StoredImages;
import dev.mnc.schemas.ImageRef;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** S3A and its client against a server that answers as S3 does, and misbehaves as networks do. */
class S3ObjectsTest {

    private static final byte[] CONTENT = "0123456789".getBytes(US_ASCII);
    /** Of the content, by md5sum. */
    private static final String MD5 = "781e5e245d69b566979b86e28d23f2c7";

    private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d+)");

    private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
    private final List<String> matches = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger failures = new AtomicInteger();
    private HttpServer server = server();

    private static HttpServer server() {
        try {
            return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeEach
    void start() {
        server.setExecutor(Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "s3");
            thread.setDaemon(true);
            return thread;
        }));
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getRawPath();
        String range = exchange.getRequestHeaders().getFirst("Range");
        requests.add(exchange.getRequestMethod() + " " + path + (range == null ? "" : " " + range));
        try (exchange) {
            if (path.endsWith("/gone")) {
                error(exchange, 404, "NoSuchKey");
            } else if (path.endsWith("/replaced")) {
                matches.add(String.valueOf(exchange.getRequestHeaders().getFirst("If-Match")));
                error(exchange, 412, "PreconditionFailed");
            } else if (path.endsWith("/flipped") && failures.getAndDecrement() > 0) {
                byte[] flipped = CONTENT.clone();
                flipped[failures.get() % flipped.length] ^= 1;
                exchange.sendResponseHeaders(200, flipped.length);
                exchange.getResponseBody().write(flipped);
            } else if (path.endsWith("/busy") && failures.getAndDecrement() > 0) {
                error(exchange, 503, "SlowDown");
            } else if (path.endsWith("/cut") && failures.getAndDecrement() > 0) {
                exchange.sendResponseHeaders(200, CONTENT.length);
                exchange.getResponseBody().write(CONTENT, 0, 4);
                exchange.getResponseBody().flush();
            } else {
                content(exchange, range);
            }
        }
    }

    private static void content(HttpExchange exchange, String range) throws IOException {
        Matcher bounds = RANGE.matcher(range == null ? "" : range);
        if (!bounds.matches()) {
            exchange.sendResponseHeaders(200, CONTENT.length);
            exchange.getResponseBody().write(CONTENT);
            return;
        }
        int first = Integer.parseInt(bounds.group(1));
        int end = Math.min(Integer.parseInt(bounds.group(2)) + 1, CONTENT.length);
        if (first >= CONTENT.length) {
            error(exchange, 416, "InvalidRange");
            return;
        }
        exchange.sendResponseHeaders(206, end - first);
        exchange.getResponseBody().write(Arrays.copyOfRange(CONTENT, first, end));
    }

    private static void error(HttpExchange exchange, int status, String code) throws IOException {
        byte[] body = ("<?xml version=\"1.0\"?><Error><Code>" + code + "</Code><Message>no</Message></Error>")
                .getBytes(US_ASCII);
        exchange.getResponseHeaders().add("Content-Type", "application/xml");
        exchange.sendResponseHeaders(status, body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    private StoredImages images() {
        Configuration configuration = new Configuration(false);
        configuration.set("fs.s3a.impl", "org.apache.hadoop.fs.s3a.S3AFileSystem");
        configuration.set("fs.s3a.impl.disable.cache", "true");
        configuration.set(
                "fs.s3a.endpoint", "http://localhost:" + server.getAddress().getPort());
        configuration.set("fs.s3a.endpoint.region", "us-east-1");
        configuration.set("fs.s3a.path.style.access", "true");
        configuration.set("fs.s3a.access.key", "reader");
        configuration.set("fs.s3a.secret.key", "secret");
        configuration.set("fs.s3a.attempts.maximum", "1");
        configuration.set("fs.s3a.retry.interval", "1ms");
        configuration.set("fs.s3a.retry.throttle.interval", "1ms");
        configuration.set("fs.s3a.retry.limit", "2");
        configuration.set("fs.s3a.retry.throttle.limit", "2");
        return new StoredImages(configuration);
    }

    private static ImageRef image(String key, long length) {
        return new ImageRef(1, "s3a://corpus/" + key, key, length, "version");
    }

    private static ImageRef range(long offset, long length) {
        return new ImageRef(1, "s3a://corpus/shard.tar", "n", length, "version", new ImageRef.Range(offset));
    }

    @Test
    void anObjectTakesOneRequestAndNoOther() throws IOException {
        StoredImages images = images();

        assertThat(images.read(image("day 1/ü+%41.jpg", 10))).isEqualTo(CONTENT);
        assertThat(images.read(range(3, 4))).asString(US_ASCII).isEqualTo("3456");
        assertThat(requests)
                .containsExactly("GET /corpus/day%201/%C3%BC%2B%2541.jpg", "GET /corpus/shard.tar bytes=3-6");
    }

    @Test
    void whatHasChangedOrGoneIsSaid() {
        StoredImages images = images();

        assertThatThrownBy(() -> images.read(image("a.jpg", 11)))
                .hasMessage("changed during the run: listed with 11 bytes, but it is shorter now");
        assertThatThrownBy(() -> images.read(image("a.jpg", 9)))
                .hasMessage("changed during the run: listed with 9 bytes, but it is longer now");
        for (long offset : new long[] {8, 20}) {
            assertThatThrownBy(() -> images.read(range(offset, 4)))
                    .hasMessage("changed during the run: listed with 4 bytes, but it is shorter now");
        }
        assertThatThrownBy(() -> images.read(image("gone", 4))).hasMessage("no such file");
        assertThat(requests).hasSize(5);
    }

    @ParameterizedTest
    @ValueSource(strings = {MD5, '"' + MD5 + '"', '"' + MD5 + "-3\"", "\"opaque\""})
    @FaultRow("an object is replaced or deleted while the run goes on")
    void anObjectThatWasReplacedIsNotRead(String etag) {
        StoredImages images = images();

        assertThatThrownBy(() -> images.read(new ImageRef(1, "s3a://corpus/replaced", "n", 10, etag)))
                .hasMessage("changed during the run: listed as " + etag + ", but it is another now");
        assertThat(matches).containsExactly(etag.startsWith("\"") ? etag : '"' + etag + '"');
    }

    @Test
    void aVersionOfAManifestsOwnIsNoEtag() {
        assertThatThrownBy(() -> images().read(image("replaced", 10))).isInstanceOf(IOException.class);
        assertThat(matches).contains("null");
    }

    @Test
    @FaultRow("a bit of an image flips on the way from the store")
    void bytesThatWereDamagedOnTheWayAreReadAgain() throws IOException {
        StoredImages images = images();
        ImageRef image = new ImageRef(1, "s3a://corpus/flipped", "n", 10, MD5);
        failures.set(1);

        assertThat(images.read(image)).isEqualTo(CONTENT);
        assertThat(requests).hasSize(2);
        failures.set(2);
        assertThatThrownBy(() -> images.read(image))
                .hasMessage("damaged on the way: read twice, and neither time with the digest of the store");
    }

    @Test
    void ofAStoreWhoseEtagsAreNoDigestsTwoObjectsAreReadTwice() throws IOException {
        StoredImages images = images();
        for (int i = 1; i <= 4; i++) {
            ImageRef image = new ImageRef(i, "s3a://corpus/" + i + ".jpg", "n", 10, MD5.replace('8', '9'));
            assertThat(images.read(image)).isEqualTo(CONTENT);
        }

        assertThat(requests).hasSize(2 + 2 + 1 + 1);
    }

    @Test
    void oneObjectOfAnotherDigestDoesNotEndTheChecks() throws IOException {
        StoredImages images = images();
        assertThat(images.read(new ImageRef(1, "s3a://corpus/a.jpg", "n", 10, MD5.replace('8', '9'))))
                .isEqualTo(CONTENT);
        assertThat(images.read(new ImageRef(2, "s3a://corpus/b.jpg", "n", 10, MD5)))
                .isEqualTo(CONTENT);

        assertThatThrownBy(() -> images.read(new ImageRef(3, "s3a://corpus/c.jpg", "n", 10, MD5.replace('8', '9'))))
                .hasMessageStartingWith("damaged in the store");
    }

    @Test
    void bytesThatLieDamagedInAStoreOfDigestsAreNoImage() throws IOException {
        StoredImages images = images();
        assertThat(images.read(new ImageRef(1, "s3a://corpus/a.jpg", "n", 10, MD5)))
                .isEqualTo(CONTENT);

        assertThatThrownBy(() -> images.read(new ImageRef(2, "s3a://corpus/b.jpg", "n", 10, MD5.replace('8', '9'))))
                .hasMessage("damaged in the store: its bytes have another digest than the store lists");
    }

    @Test
    void whatPassesIsTriedAgain() throws IOException {
        StoredImages images = images();
        for (String key : List.of("busy", "cut")) {
            failures.set(2);
            assertThat(images.read(image(key, 10))).isEqualTo(CONTENT);
            failures.set(10);
            assertThatThrownBy(() -> images.read(image(key, 10))).isInstanceOf(IOException.class);
        }
    }
}
