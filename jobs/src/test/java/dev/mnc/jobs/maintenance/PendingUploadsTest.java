package dev.mnc.jobs.maintenance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.mnc.jobs.store.PendingUpload;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The search for uploads without an end, against a server that answers as S3 does. */
class PendingUploadsTest {

    private static final String UPLOADS = """
            <ListMultipartUploadsResult><Bucket>corpus</Bucket><IsTruncated>false</IsTruncated>
              <Upload><Key>labels/images/run=dead/wave=0/part-0</Key><UploadId>old</UploadId>
                <Initiated>2026-01-01T00:00:00.000Z</Initiated></Upload>
              <Upload><Key>labels/instances/run=dead/wave=0/part-0</Key><UploadId>ended</UploadId>
                <Initiated>2026-01-01T00:00:00.000Z</Initiated></Upload>
              <Upload><Key>labels/images/run=dead/wave=1/part-0</Key><UploadId>young</UploadId>
                <Initiated>2026-01-02T00:00:00.000Z</Initiated></Upload>
              <Upload><Key>labels/images/run=killed/wave=0/part-0</Key><UploadId>unfinished</UploadId>
                <Initiated>2026-01-01T00:00:00.000Z</Initiated></Upload>
            </ListMultipartUploadsResult>
            """;

    private final List<String> aborted = Collections.synchronizedList(new ArrayList<>());
    private final List<String> prefixes = Collections.synchronizedList(new ArrayList<>());
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
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String query = URLDecoder.decode(String.valueOf(exchange.getRequestURI().getRawQuery()), UTF_8);
        String path = exchange.getRequestURI().getPath();
        try (exchange) {
            if (exchange.getRequestMethod().equals("DELETE") && query.contains("uploadId=ended")) {
                xml(exchange, 404, "<Error><Code>NoSuchUpload</Code><Message>no</Message></Error>");
            } else if (exchange.getRequestMethod().equals("DELETE")) {
                aborted.add(path + " " + query.replaceFirst(".*uploadId=([a-z]+).*", "$1"));
                exchange.sendResponseHeaders(204, -1);
            } else if (query.startsWith("uploads")) {
                prefixes.add(query.replaceFirst(".*prefix=([^&]*).*", "$1"));
                xml(exchange, 200, UPLOADS);
            } else if (query.contains("list-type=2")) {
                boolean runs = (query + "&").contains("prefix=labels/runs/&");
                xml(
                        exchange,
                        200,
                        "<ListBucketResult><Name>corpus</Name><IsTruncated>false</IsTruncated>"
                                + (runs && query.contains("delimiter=/")
                                        ? "<KeyCount>1</KeyCount><CommonPrefixes><Prefix>labels/runs/killed/</Prefix>"
                                                + "</CommonPrefixes>"
                                        : "<KeyCount>0</KeyCount>")
                                + "</ListBucketResult>");
            } else {
                exchange.sendResponseHeaders(404, -1);
            }
        }
    }

    private static void xml(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = ("<?xml version=\"1.0\"?>" + text).getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/xml");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    private Configuration configuration() {
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
        configuration.set("fs.s3a.retry.limit", "1");
        configuration.set("fs.s3a.retry.interval", "1ms");
        return configuration;
    }

    @Test
    void findsThoseOfRunsThatAreNotUnfinishedAndAbortsThem() throws IOException {
        Leftovers leftovers = new Leftovers("s3a://corpus/labels", null, note -> {}, configuration());
        Instant before = Instant.parse("2026-01-01T12:00:00Z");

        List<PendingUpload> uploads = leftovers.uploadsBefore(before);

        assertThat(prefixes).containsExactly("labels/");
        assertThat(leftovers.unfinished()).containsExactly("killed");
        assertThat(uploads)
                .extracting(PendingUpload::path)
                .containsExactly("images/run=dead/wave=0/part-0", "instances/run=dead/wave=0/part-0");
        assertThat(leftovers.since(before)).isEqualTo(1);
        assertThat(aborted).isEmpty();
        for (PendingUpload upload : uploads) {
            upload.abort();
        }
        assertThat(aborted).containsExactly("/corpus/labels/images/run=dead/wave=0/part-0 old");
    }
}
