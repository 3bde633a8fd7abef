package dev.tradewind.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Sends transmissions by REST over a few kept connections: one content, text and HTML, that becomes a message of about 10 KB for each
 * recipient, who brings a name, a number, a town and three items for a loop.
 *
 * @param api         of the server, {@code http://127.0.0.1:PORT}
 * @param key         an API key
 * @param connections at once
 * @param recipients  of one transmission
 * @param domains     recipients are spread over so many
 */
record RestLoad(URI api, String key, int connections, int recipients, int domains) {
    private static final String[] TOWNS = {"Bergen", "Gda\u0144sk", "Porto", "Split", "Turku"};

    /** Never shows the key. */
    @Override
    public String toString() {
        return "RestLoad[" + api + "]";
    }

    /** Sends messages 0 to {@code messages - 1} of a run; returns when the last transmission is accepted. */
    void send(int run, int messages) throws IOException, InterruptedException {
        AtomicInteger next = new AtomicInteger();
        List<Future<?>> ends = new ArrayList<>();
        try (HttpClient client = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build();
                ExecutorService threads = Executors.newFixedThreadPool(connections)) {
            for (int i = 0; i < connections; i++) {
                ends.add(threads.submit(() -> {
                    for (int first = next.getAndAdd(recipients); first < messages; first = next.getAndAdd(recipients)) {
                        transmit(client, run, first, Math.min(recipients, messages - first));
                    }
                    return null;
                }));
            }
            for (Future<?> end : ends) {
                end.get();
            }
        } catch (ExecutionException e) {
            throw new IOException("transmissions to " + api + " failed: " + e.getCause(), e);
        }
    }

    private void transmit(HttpClient client, int run, int first, int count) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(api.resolve("/api/v1/transmissions"))
                .header("Authorization", key)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(
                        body(run, first, count).getBytes(StandardCharsets.UTF_8)))
                .build();
        HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200
                || !response.body().replace(" ", "").contains("\"total_accepted_recipients\":" + count)) {
            throw new IOException("a transmission was answered " + response.statusCode() + " " + response.body());
        }
    }

    private String body(int run, int first, int count) {
        StringBuilder json = new StringBuilder(20_000 + 320 * count);
        json.append("{\"options\":{\"open_tracking\":false,\"click_tracking\":false},\"campaign_id\":\"letters\",")
                .append("\"metadata\":{\"edition\":\"47\"},\"content\":")
                .append(content())
                .append(",\"recipients\":[");
        for (int number = first; number < first + count; number++) {
            if (number > first) {
                json.append(',');
            }
            json.append("{\"address\":{\"email\":\"")
                    .append(BenchMessage.recipient(number, domains))
                    .append("\",\"name\":\"Reader ")
                    .append(number)
                    .append("\"},\"substitution_data\":{\"id\":\"")
                    .append(run)
                    .append('-')
                    .append(number)
                    .append("\",\"name\":\"Reader ")
                    .append(number)
                    .append("\",\"town\":\"")
                    .append(TOWNS[number % TOWNS.length])
                    .append("\",\"items\":[");
            for (int item = 0; item < 3; item++) {
                json.append(item == 0 ? "" : ",")
                        .append("{\"title\":\"Lamp ")
                        .append(number % 97 + item)
                        .append("\",\"price\":\"")
                        .append(10 + number % 89)
                        .append(".50\"}");
            }
            json.append("]}}");
        }
        return json.append("]}").toString();
    }

    private static String content() {
        StringBuilder text = new StringBuilder("Dear {{name}} in {{town}},\\n\\n");
        StringBuilder html = new StringBuilder("<html><body><h1>Dear {{name}} in {{town}}</h1>\\n");
        text.append("{{each items}}{{loop_var.title}} for {{loop_var.price}}\\n{{end}}\\n");
        html.append("<ul>{{each items}}<li>{{loop_var.title}} for {{loop_var.price}}</li>{{end}}</ul>\\n");
        for (int i = 0; i < 48; i++) {
            text.append(BenchMessage.textLine(i)).append("\\n");
        }
        for (int i = 0; i < 64; i++) {
            html.append("<p style=\\\"margin:0\\\">")
                    .append(BenchMessage.textLine(i))
                    .append("</p>\\n");
        }
        html.append("{{if town == 'Porto'}}<p>See you in Porto.</p>{{else}}<p>See you.</p>{{end}}</body></html>\\n");
        return "{\"from\":{\"email\":\"letters@" + BenchMessage.SENDER_DOMAIN + "\",\"name\":\"Bench Letters\"},"
                + "\"subject\":\"What happened this week, {{name}}\",\"reply_to\":\"office@"
                + BenchMessage.SENDER_DOMAIN
                + "\",\"headers\":{\"" + BenchMessage.ID_FIELD + "\":\"{{id}}\"},\"text\":\"" + text + "\",\"html\":\""
                + html + "\"}";
    }
}
