package dev.mnc.jobs.drill;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.mnc.jobs.drill.FaultProxy.Fault;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FaultProxyTest {

    private final List<String> seen = Collections.synchronizedList(new ArrayList<>());
    private final FaultPlan plan = new FaultPlan(1, Map.of());
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @SuppressWarnings("NullAway.Init")
    private HttpServer store;

    @SuppressWarnings("NullAway.Init")
    private FaultProxy proxy;

    @BeforeEach
    void start() throws IOException {
        store = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        store.createContext("/", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            seen.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + new String(body, US_ASCII));
            byte[] answer = "0123456789".getBytes(US_ASCII);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        store.start();
        proxy = new FaultProxy(store.getAddress(), plan);
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        store.stop(0);
    }

    private HttpResponse<String> put(String target) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + proxy.port() + target))
                .timeout(Duration.ofSeconds(2))
                .expectContinue(true)
                .PUT(HttpRequest.BodyPublishers.ofString("body"))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString(US_ASCII));
    }

    @Test
    void whatMeetsNoFaultPasses() throws Exception {
        HttpResponse<String> answer = put("/b/k?partNumber=1");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("0123456789");
        assertThat(seen).containsExactly("PUT /b/k?partNumber=1 body");
    }

    @Test
    void aPlantedFaultMeetsSoManyRequests() throws Exception {
        plan.plant(request -> request.startsWith("PUT /b/k?partNumber="), Fault.DENIED, 1);
        plan.plant(request -> request.equals("PUT /b/other"), Fault.SLOW_DOWN, 2);

        assertThat(put("/b/k?partNumber=1").statusCode()).isEqualTo(403);
        assertThat(put("/b/k?partNumber=1").statusCode()).isEqualTo(200);
        assertThat(put("/b/other").statusCode()).isEqualTo(503);
        assertThat(put("/b/other").body()).contains("<Code>SlowDown</Code>");
        assertThat(put("/b/other").statusCode()).isEqualTo(200);
        assertThat(seen).hasSize(2);
    }

    @Test
    void answersAreLostCutOrSpoilt() throws Exception {
        plan.plant(request -> true, Fault.ANSWER_LOST, 1);
        assertThatThrownBy(() -> put("/b/lost")).isInstanceOf(IOException.class);
        assertThat(seen).as("the store did as it was told").containsExactly("PUT /b/lost body");

        plan.plant(request -> true, Fault.CUT, 1);
        assertThatThrownBy(() -> put("/b/cut")).isInstanceOf(IOException.class);

        plan.plant(request -> true, Fault.FLIPPED, 1);
        assertThat(put("/b/flipped").body()).isEqualTo("0123456788");
    }

    @Test
    void requestsAreNotAnswered() throws Exception {
        plan.plant(request -> true, Fault.NEVER_ANSWERED, 1);
        assertThatThrownBy(() -> put("/b/never")).isInstanceOf(HttpTimeoutException.class);

        plan.vanish();
        assertThatThrownBy(() -> put("/b/out")).isInstanceOf(IOException.class);
        plan.comeBack();
        assertThat(put("/b/back").statusCode()).isEqualTo(200);
        assertThat(seen).containsExactly("PUT /b/back body");
    }

    @Test
    void aSeedSaysWhichRequestsFail() {
        List<Fault> first = drawn(7);

        assertThat(drawn(7)).isEqualTo(first);
        assertThat(drawn(8)).isNotEqualTo(first);
        assertThat(first.stream().filter(Fault.SLOW_DOWN::equals).count()).isBetween(50L, 150L);
        assertThat(first).contains(Fault.CUT, Fault.NONE).doesNotContain(Fault.DENIED);
    }

    private static List<Fault> drawn(long seed) {
        FaultPlan plan = new FaultPlan(seed, Map.of(Fault.SLOW_DOWN, 0.1, Fault.CUT, 0.05));
        return IntStream.range(0, 1000).mapToObj(i -> plan.next("GET /b/" + i)).toList();
    }
}
