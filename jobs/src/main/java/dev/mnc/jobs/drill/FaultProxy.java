package dev.mnc.jobs.drill;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A proxy in front of an S3 server that speaks plain HTTP, which makes the faults of a {@link FaultPlan}. Requests pass as they
 * are, headers included, so that their signatures hold; a connection serves one request.
 */
public final class FaultProxy implements AutoCloseable {

    private static final String EXPECT = "expect:";
    private static final String CONNECTION = "connection:";
    private static final String LENGTH = "content-length:";

    /** The faults that a request may meet. */
    public enum Fault {
        /** It passes. */
        NONE,
        /** The server is busy, 503; it never sees the request. */
        SLOW_DOWN,
        /** The request is refused, 403; the server never sees it. */
        DENIED,
        /** The connection is closed; the server never sees the request. */
        CONNECTION_CLOSED,
        /** Nobody answers; the server never sees the request. */
        NEVER_ANSWERED,
        /** The server does what the request says, and the answer is lost. */
        ANSWER_LOST,
        /** The answer ends in the middle. */
        CUT,
        /** A bit of the answer's last byte is flipped. */
        FLIPPED
    }

    private final ServerSocket server;
    private final InetSocketAddress store;
    private final FaultPlan plan;
    private final AtomicLong answered = new AtomicLong();
    private final CountDownLatch end = new CountDownLatch(1);
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "mnc-fault-proxy");
        thread.setDaemon(true);
        return thread;
    });

    /** Starts a proxy on a free port of this machine. */
    public FaultProxy(InetSocketAddress store, FaultPlan plan) throws IOException {
        this.store = store;
        this.plan = plan;
        this.server = new ServerSocket(0, 256, InetAddress.getLoopbackAddress());
        threads.execute(this::accept);
    }

    /** Returns the port. */
    public int port() {
        return server.getLocalPort();
    }

    /** Returns how many bytes the store has answered so far, heads included. */
    long answeredBytes() {
        return answered.get();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                open.add(client);
                threads.execute(() -> serve(client));
            } catch (IOException e) {
                // Closed, or a client that went away before it was there.
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            Request request = Request.read(client);
            if (request != null) {
                answer(request, plan.next(request.line), client.getOutputStream());
            }
        } catch (IOException e) {
            // The client went away, or the store did: to the client both are a connection that is closed.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(client);
        }
    }

    private void answer(Request request, Fault fault, OutputStream client) throws IOException, InterruptedException {
        switch (fault) {
            case SLOW_DOWN -> client.write(error(503, "SlowDown"));
            case DENIED -> client.write(error(403, "AccessDenied"));
            case CONNECTION_CLOSED -> {}
            case NEVER_ANSWERED -> end.await();
            case ANSWER_LOST -> {
                byte[] unused = ofStore(request);
            }
            case CUT -> {
                byte[] answer = ofStore(request);
                client.write(answer, 0, answer.length / 2);
            }
            case FLIPPED -> {
                byte[] answer = ofStore(request);
                answer[answer.length - 1] ^= 1;
                client.write(answer);
            }
            case NONE -> client.write(ofStore(request));
        }
        client.flush();
    }

    private byte[] ofStore(Request request) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(store);
            socket.getOutputStream().write(request.bytes);
            socket.getOutputStream().flush();
            byte[] answer = socket.getInputStream().readAllBytes();
            answered.addAndGet(answer.length);
            return closing(answer);
        }
    }

    /** Returns an answer that tells the client not to use the connection again, which not every server says. */
    private static byte[] closing(byte[] answer) throws IOException {
        int line = 0;
        while (line < answer.length && answer[line] != '\n') {
            line++;
        }
        if (line == answer.length) {
            throw new IOException("the store closed the connection");
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream(answer.length + 32);
        all.write(answer, 0, line + 1);
        all.writeBytes("Connection: close\r\n".getBytes(ISO_8859_1));
        all.write(answer, line + 1, answer.length - line - 1);
        return all.toByteArray();
    }

    private static byte[] error(int status, String code) {
        String body = "<?xml version=\"1.0\"?><Error><Code>" + code + "</Code><Message>planted</Message></Error>";
        return ("HTTP/1.1 " + status + " " + code + "\r\nContent-Type: application/xml\r\nContent-Length: "
                        + body.length() + "\r\nConnection: close\r\n\r\n" + body)
                .getBytes(ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        end.countDown();
        server.close();
        for (Socket client : open) {
            client.close();
        }
        threads.shutdownNow();
    }

    /**
     * A request.
     *
     * @param line method and target
     * @param bytes head and body, as the store gets them: it is to close the connection after its answer
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    private record Request(String line, byte[] bytes) {

        static @Nullable Request read(Socket client) throws IOException {
            InputStream in = new BufferedInputStream(client.getInputStream());
            String head = head(in);
            if (head.isEmpty()) {
                return null;
            }
            String[] lines = head.split("\r\n", -1);
            StringBuilder forStore = new StringBuilder(lines[0]).append("\r\n");
            int length = 0;
            for (String header : Arrays.asList(lines).subList(1, lines.length)) {
                String lower = header.toLowerCase(Locale.ROOT);
                if (lower.startsWith(EXPECT)) {
                    client.getOutputStream().write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(ISO_8859_1));
                } else if (!lower.startsWith(CONNECTION) && !header.isEmpty()) {
                    forStore.append(header).append("\r\n");
                }
                if (lower.startsWith(LENGTH)) {
                    length = Integer.parseInt(header.substring(LENGTH.length()).strip());
                }
            }
            forStore.append("Connection: close\r\n\r\n");
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            all.writeBytes(forStore.toString().getBytes(ISO_8859_1));
            all.writeBytes(in.readNBytes(length));
            return new Request(lines[0].replaceAll(" HTTP/1\\.[01]$", ""), all.toByteArray());
        }

        /** Returns the lines up to the empty one, empty if the client said nothing. */
        private static String head(InputStream in) throws IOException {
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            int last = 0;
            for (int next = in.read(); next >= 0; next = in.read()) {
                head.write(next);
                last = last << 8 | next;
                if (last == 0x0d0a0d0a) {
                    return head.toString(ISO_8859_1).strip();
                }
            }
            return "";
        }
    }
}
