package dev.tradewind.bench;

import dev.tradewind.Tradewind;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The product as it ships: {@code serve} with the launcher's options, a sending domain with an RSA-2048 key made through its API. */
final class TradewindUnderTest implements ServerUnderTest {
    private final String name;
    private final int smtpPort;
    private final RestAccess rest;
    private final CpuAccount account;
    private final Process process;
    private final String dkimRecord;

    /** Starts it; returns when it is ready and has its sending domain. */
    TradewindUnderTest(String name, Path directory, int sinkPort, Optional<Path> preload)
            throws IOException, InterruptedException {
        this.name = name;
        this.smtpPort = ServerUnderTest.freePort();
        int apiPort = ServerUnderTest.freePort();
        byte[] key = new byte[20];
        new SecureRandom().nextBytes(key);
        this.rest = new RestAccess(apiPort, HexFormat.of().formatHex(key));
        Files.createDirectories(directory);
        Path configuration = directory.resolve("tradewind.yaml");
        Files.writeString(
                configuration,
                ServerUnderTest.template(
                        "tradewind.yaml",
                        Map.of(
                                "DATA", directory.resolve("data"),
                                "API_PORT", apiPort,
                                "API_KEY", rest.key(),
                                "SMTP_PORT", smtpPort,
                                "SINK_PORT", sinkPort)));
        List<String> command = new ArrayList<>(Jvm.command());
        command.addAll(Jvm.serverOptions());
        command.addAll(
                List.of(System.getProperty("bench.jvm.options", "").strip().split("\\s+")));
        command.removeIf(String::isEmpty);
        command.addAll(List.of(
                "-cp", Jvm.classPath(), Tradewind.class.getName(), "serve", "--config", configuration.toString()));
        Path log = directory.resolve("tradewind.log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        preload.ifPresent(library -> builder.environment().put("LD_PRELOAD", library.toString()));
        this.account = CpuAccount.open("tradewind");
        this.process = account.start(builder);
        try {
            ServerUnderTest.awaitListening(process, apiPort, log);
            ServerUnderTest.awaitListening(process, smtpPort, log);
            this.dkimRecord = addSendingDomain();
        } catch (IOException | InterruptedException | RuntimeException e) {
            account.close();
            throw e;
        }
    }

    private String addSendingDomain() throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> response = client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + rest.port() + "/api/v1/sending-domains"))
                            .header("Authorization", rest.key())
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(
                                    "{\"domain\":\"" + BenchMessage.SENDER_DOMAIN + "\",\"dkim_key_length\":2048}"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            String body = response.body().replace(" ", "");
            String name = "\"public\":\"";
            int start = body.indexOf(name);
            if (response.statusCode() != 200 || start < 0) {
                throw new IOException("the sending domain was answered " + response.statusCode() + " " + body);
            }
            start += name.length();
            return "v=DKIM1; k=rsa; p=" + body.substring(start, body.indexOf('"', start));
        }
    }

    /** The Java process, for its tools. */
    long pid() {
        return process.pid();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int smtpPort() {
        return smtpPort;
    }

    @Override
    public Optional<RestAccess> rest() {
        return Optional.of(rest);
    }

    @Override
    public boolean signs() {
        return true;
    }

    @Override
    public Map<String, Long> cpuMicros() throws IOException {
        return Map.of("Tradewind", account.micros());
    }

    @Override
    public String cpuMethod() {
        return account.method();
    }

    @Override
    public Optional<String> dkimRecord() {
        return Optional.of(dkimRecord);
    }

    @Override
    public List<Long> processes() throws IOException {
        return account.processes();
    }

    @Override
    public void stop() throws IOException, InterruptedException {
        process.destroy(); // SIGTERM drains
        process.waitFor(60, TimeUnit.SECONDS);
        account.close();
    }
}
