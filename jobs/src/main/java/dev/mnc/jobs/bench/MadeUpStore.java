package dev.mnc.jobs.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.mnc.image.JpegEncoder;
import dev.mnc.schemas.ImageRef;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A server that answers as an S3 bucket with any number of objects in one flat prefix, on loopback. It stores none of them:
 * key, version and content are made up from an object's number. It lists in pages of a thousand, and takes no writes.
 */
final class MadeUpStore implements AutoCloseable {

    static final String BUCKET = "made-up";

    private static final String PREFIX = "images/";
    private static final String ROOT = "s3a://" + BUCKET + "/";
    private static final int PAGE = 1000;

    static {
        // Without it the answer's second packet waits for the client's delayed acknowledgement, 40 ms.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    /** The content of every object. */
    private static final byte[] IMAGE = JpegEncoder.encode(new BufferedImage(64, 48, BufferedImage.TYPE_INT_RGB), 0.5f);

    private final long objects;
    private final HttpServer server;
    private final ExecutorService threads;
    private final AtomicLong lists = new AtomicLong();
    private final AtomicLong reads = new AtomicLong();

    /**
     * Starts the server.
     *
     * @param objects their number
     */
    MadeUpStore(long objects) throws IOException {
        this.objects = objects;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        this.threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "made-up-store");
            thread.setDaemon(true);
            return thread;
        });
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    /** Returns the uri of the folder of all objects. */
    static String folder() {
        return ROOT + PREFIX;
    }

    /** Returns the settings of Hadoop by which the bucket is found, and no other. */
    Map<String, String> settings() {
        String bucket = "fs.s3a.bucket." + BUCKET + ".";
        Map<String, String> settings = new TreeMap<>();
        settings.put(
                bucket + "endpoint", "http://127.0.0.1:" + server.getAddress().getPort());
        settings.put(bucket + "endpoint.region", "us-east-1");
        settings.put(bucket + "path.style.access", "true");
        settings.put(bucket + "access.key", "reader");
        settings.put(bucket + "secret.key", "secret");
        return settings;
    }

    /** Returns how many requests listed objects. */
    long lists() {
        return lists.get();
    }

    /** Returns how many requests read an object. */
    long reads() {
        return reads.get();
    }

    /**
     * Returns an object as a listing has it.
     *
     * @param number of the object, at least 0
     * @param id of the image
     */
    static ImageRef object(long number, long id) {
        return new ImageRef(id, ROOT + key(number), name(number), IMAGE.length, etag(number));
    }

    /** Returns an object's name below the folder. */
    static String name(long number) {
        return padded(Long.toString(number), 10) + ".jpg";
    }

    private static String key(long number) {
        return PREFIX + name(number);
    }

    private static String etag(long number) {
        return '"'
                + padded(Long.toHexString(number * 0x9e3779b97f4a7c15L), 16)
                + padded(Long.toHexString(number), 16)
                + '"';
    }

    /** Puts zeros before digits; a format would take most of the server's time. */
    private static String padded(String digits, int width) {
        return "0".repeat(width - digits.length()) + digits;
    }

    private void answer(HttpExchange exchange) throws IOException {
        String query = exchange.getRequestURI().getRawQuery();
        String path = exchange.getRequestURI().getPath();
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            if (query != null && query.contains("list-type=2")) {
                list(exchange, parameters(query));
            } else {
                read(exchange, path.substring(Math.min(path.length(), BUCKET.length() + 2)));
            }
        }
    }

    private static Map<String, String> parameters(String query) {
        Map<String, String> parameters = new HashMap<>();
        for (String part : query.split("&", -1)) {
            int equals = part.indexOf('=');
            if (equals > 0) {
                parameters.put(part.substring(0, equals), URLDecoder.decode(part.substring(equals + 1), UTF_8));
            }
        }
        return parameters;
    }

    private void list(HttpExchange exchange, Map<String, String> parameters) throws IOException {
        lists.incrementAndGet();
        String prefix = parameters.getOrDefault("prefix", "");
        String token = parameters.get("continuation-token");
        long first = token != null
                ? Long.parseLong(token)
                : firstBehind(parameters.getOrDefault("start-after", ""), PREFIX.startsWith(prefix) ? 0 : objects);
        long end =
                Math.min(objects, first + Math.min(PAGE, Long.parseLong(parameters.getOrDefault("max-keys", "1000"))));
        StringBuilder page = new StringBuilder(256 * (int) (Math.max(0, end - first) + 4));
        page.append("<?xml version=\"1.0\"?><ListBucketResult><Name>" + BUCKET + "</Name><Prefix>" + prefix
                + "</Prefix><KeyCount>" + Math.max(0, end - first) + "</KeyCount><IsTruncated>" + (end < objects)
                + "</IsTruncated>");
        if (end < objects) {
            page.append("<NextContinuationToken>").append(end).append("</NextContinuationToken>");
        }
        for (long number = first; number < end; number++) {
            page.append("<Contents><Key>")
                    .append(key(number))
                    .append("</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>")
                    .append(etag(number).replace("\"", "&quot;"))
                    .append("</ETag><Size>")
                    .append(IMAGE.length)
                    .append("</Size></Contents>");
        }
        byte[] body = page.append("</ListBucketResult>").toString().getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/xml");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
    }

    /** Returns the number of the first object whose key is behind another one. */
    private long firstBehind(String key, long from) {
        long low = from;
        long high = objects;
        while (low < high) {
            long middle = (low + high) >>> 1;
            if (key(middle).compareTo(key) > 0) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    private void read(HttpExchange exchange, String key) throws IOException {
        if (!key.matches(PREFIX + "\\d{10}\\.jpg")) {
            exchange.sendResponseHeaders(404, -1);
            return;
        }
        reads.incrementAndGet();
        long number = Long.parseLong(key.substring(PREFIX.length(), PREFIX.length() + 10));
        exchange.getResponseHeaders().set("ETag", etag(number));
        exchange.getResponseHeaders().set("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT");
        exchange.getResponseHeaders().set("x-amz-server-side-encryption", "aws:kms"); // so the etag is no digest
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(IMAGE.length));
            exchange.sendResponseHeaders(200, -1);
        } else {
            exchange.sendResponseHeaders(200, IMAGE.length);
            exchange.getResponseBody().write(IMAGE);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
