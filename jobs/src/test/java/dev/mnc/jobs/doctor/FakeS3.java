package dev.mnc.jobs.doctor;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;

/** An S3 store of one bucket in memory, with the faults that a test plants. */
final class FakeS3 implements AutoCloseable {

    static final String BUCKET = "corpus";

    /** What a store may do wrong. */
    enum Fault {
        KNOWS_NOBODY,
        DENIES_WRITES,
        DENIES_DELETES,
        IGNORES_CONDITIONS,
        KNOWS_NO_CONDITIONS,
        FAILS_ON_CONDITIONS,
        LISTS_NOTHING,
        LISTS_LATE,
        DENIES_READS,
        FORGETS_DELETES,
        SPOILS_CONTENT
    }

    private record Stored(byte[] content, Instant time) {}

    private static final Pattern KEY = Pattern.compile("<Key>([^<]*)</Key>");
    private static final DateTimeFormatter HTTP_TIME = DateTimeFormatter.RFC_1123_DATE_TIME.withZone(ZoneOffset.UTC);

    private final Map<String, Stored> objects = new ConcurrentSkipListMap<>();
    private final Set<Fault> faults = EnumSet.noneOf(Fault.class);
    private final HttpServer server;
    private final Duration ahead;

    /**
     * @param ahead how far its clock is ahead
     */
    FakeS3(Duration ahead, Fault... faults) throws IOException {
        this.ahead = ahead;
        this.faults.addAll(List.of(faults));
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "fake-s3");
            thread.setDaemon(true);
            return thread;
        }));
        server.createContext("/", this::answer);
        server.start();
    }

    Configuration configuration() {
        Configuration configuration = DoctorCommand.impatient(new Configuration(false));
        configuration.set("fs.s3a.impl", "org.apache.hadoop.fs.s3a.S3AFileSystem");
        configuration.set("fs.s3a.impl.disable.cache", "true");
        configuration.set("fs.s3a.fast.upload.buffer", "array");
        configuration.set("hadoop.tmp.dir", System.getProperty("java.io.tmpdir"));
        configuration.set(
                "fs.s3a.endpoint", "http://localhost:" + server.getAddress().getPort());
        configuration.set("fs.s3a.endpoint.region", "us-east-1");
        configuration.set("fs.s3a.path.style.access", "true");
        configuration.set("fs.s3a.access.key", "reader");
        configuration.set("fs.s3a.secret.key", "secret");
        return configuration;
    }

    void put(String key, String content) {
        objects.put(key, new Stored(content.getBytes(UTF_8), Instant.now()));
    }

    List<String> keys() {
        return List.copyOf(objects.keySet());
    }

    private void answer(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        String path = exchange.getRequestURI().getPath();
        String key = path.substring(Math.min(path.length(), BUCKET.length() + 2));
        try (exchange) {
            if (faults.contains(Fault.KNOWS_NOBODY)) {
                error(exchange, 403, "InvalidAccessKeyId");
                return;
            }
            switch (exchange.getRequestMethod()) {
                case "PUT" -> put(exchange, key, body);
                case "HEAD", "GET" -> read(exchange, key);
                default -> delete(exchange, key, body);
            }
        }
    }

    private void put(HttpExchange exchange, String key, byte[] body) throws IOException {
        boolean conditional = exchange.getRequestHeaders().containsKey("If-None-Match");
        if (faults.contains(Fault.DENIES_WRITES)) {
            error(exchange, 403, "AccessDenied");
        } else if (conditional && faults.contains(Fault.KNOWS_NO_CONDITIONS)) {
            error(exchange, 501, "NotImplemented");
        } else if (conditional && objects.containsKey(key) && faults.contains(Fault.FAILS_ON_CONDITIONS)) {
            error(exchange, 400, "InvalidRequest");
        } else if (conditional && objects.containsKey(key) && !faults.contains(Fault.IGNORES_CONDITIONS)) {
            error(exchange, 412, "PreconditionFailed");
        } else {
            boolean chunked = exchange.getRequestHeaders().containsKey("x-amz-decoded-content-length");
            objects.put(
                    key,
                    new Stored(chunked ? unchunked(body) : body, Instant.now().plus(ahead)));
            exchange.getResponseHeaders().set("ETag", "\"1\"");
            exchange.sendResponseHeaders(200, -1);
        }
    }

    /** Returns what a body of signed chunks holds. */
    private static byte[] unchunked(byte[] body) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        String text = new String(body, ISO_8859_1);
        int at = 0;
        while (true) {
            int end = text.indexOf("\r\n", at);
            int length = Integer.parseInt(text.substring(at, end).split(";", 2)[0], 16);
            if (length == 0) {
                return content.toByteArray();
            }
            content.write(body, end + 2, length);
            at = end + 2 + length + 2;
        }
    }

    private void read(HttpExchange exchange, String key) throws IOException {
        String query = exchange.getRequestURI().getRawQuery();
        if (query != null && query.contains("list-type=2")) {
            list(exchange, query);
        } else {
            Stored stored = objects.get(key);
            if (stored == null || faults.contains(Fault.DENIES_READS)) {
                error(exchange, stored == null ? 404 : 403, stored == null ? "NoSuchKey" : "AccessDenied");
                return;
            }
            // All tests read objects whole, a range that is requested is that of the object.
            byte[] content = faults.contains(Fault.SPOILS_CONTENT) ? "spoil".getBytes(UTF_8) : stored.content();
            exchange.getResponseHeaders().set("ETag", "\"1\"");
            exchange.getResponseHeaders().set("Last-Modified", HTTP_TIME.format(stored.time()));
            if (exchange.getRequestMethod().equals("HEAD")) {
                exchange.getResponseHeaders().set("Content-Length", String.valueOf(content.length));
                exchange.sendResponseHeaders(200, -1);
            } else {
                exchange.sendResponseHeaders(200, content.length == 0 ? -1 : content.length);
                exchange.getResponseBody().write(content);
            }
        }
    }

    private void list(HttpExchange exchange, String query) throws IOException {
        String prefix = "";
        for (String part : query.split("&", -1)) {
            if (part.startsWith("prefix=")) {
                prefix = URLDecoder.decode(part.substring("prefix=".length()), UTF_8);
            }
        }
        StringBuilder contents = new StringBuilder();
        int count = 0;
        for (Map.Entry<String, Stored> object : objects.entrySet()) {
            if (object.getKey().startsWith(prefix) && !isHidden(object.getKey())) {
                count++;
                contents.append("<Contents><Key>" + object.getKey() + "</Key><LastModified>"
                        + object.getValue().time() + "</LastModified><ETag>\"1\"</ETag><Size>"
                        + object.getValue().content().length + "</Size></Contents>");
            }
        }
        xml(
                exchange,
                200,
                "<ListBucketResult><Name>" + BUCKET + "</Name><Prefix>" + prefix + "</Prefix><KeyCount>" + count
                        + "</KeyCount><IsTruncated>false</IsTruncated>" + contents + "</ListBucketResult>");
    }

    private boolean isHidden(String key) {
        return faults.contains(Fault.LISTS_NOTHING) || (faults.contains(Fault.LISTS_LATE) && key.endsWith("/written"));
    }

    private void delete(HttpExchange exchange, String key, byte[] body) throws IOException {
        if (faults.contains(Fault.DENIES_DELETES)) {
            error(exchange, 403, "AccessDenied");
        } else if (faults.contains(Fault.FORGETS_DELETES)) {
            xml(exchange, 200, "<DeleteResult></DeleteResult>");
        } else if (exchange.getRequestMethod().equals("POST")) {
            for (MatchResult match :
                    KEY.matcher(new String(body, UTF_8)).results().toList()) {
                objects.remove(match.group(1));
            }
            xml(exchange, 200, "<DeleteResult></DeleteResult>");
        } else {
            objects.remove(key);
            exchange.sendResponseHeaders(204, -1);
        }
    }

    private static void error(HttpExchange exchange, int status, String code) throws IOException {
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(status, -1);
        } else {
            xml(exchange, status, "<Error><Code>" + code + "</Code><Message>no</Message></Error>");
        }
    }

    private static void xml(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = ("<?xml version=\"1.0\"?>" + text).getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/xml");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
