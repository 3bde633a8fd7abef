package dev.tradewind.bench;

import dev.tradewind.bench.Tally.Counts;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The {@link Sink} as a process of its own, and its commands. It ends with us: its input does. One thread. */
final class SinkProcess implements Closeable {
    private final Process process;
    private final BufferedReader answers;
    private final Writer commands;
    private final int port;

    private SinkProcess(Process process) throws IOException {
        this.process = process;
        this.answers = process.inputReader(StandardCharsets.US_ASCII);
        this.commands = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.US_ASCII);
        String first = answers.readLine();
        if (first == null || !first.startsWith("listening ")) {
            throw new IOException("the sink did not start: " + first);
        }
        this.port = Integer.parseInt(first.substring("listening ".length()));
    }

    /** Starts it; what it says beside its answers is in {@code sink.log} of the directory. */
    static SinkProcess start(Path directory) throws IOException {
        Files.createDirectories(directory);
        List<String> command = new ArrayList<>(Jvm.command("-Xmx256m", "-Xms256m", "-XX:+UseSerialGC", "-Xss512k"));
        command.addAll(List.of(
                "-cp",
                Jvm.classPath(),
                Sink.class.getName(),
                "--port",
                "0",
                "--dir",
                directory.resolve("tls").toString()));
        return new SinkProcess(new ProcessBuilder(command)
                .redirectError(directory.resolve("sink.log").toFile())
                .start());
    }

    int port() {
        return port;
    }

    void begin(int run, int size) throws IOException {
        expectOk("begin " + run + " " + size);
    }

    Counts counts(int run) throws IOException {
        String[] words = ask("count " + run).split(" ");
        return new Counts(
                Long.parseLong(words[0]),
                Long.parseLong(words[1]),
                Long.parseLong(words[2]),
                Long.parseLong(words[3]),
                Long.parseLong(words[4]));
    }

    String missing(int run) throws IOException {
        return ask("missing " + run + " 10");
    }

    long foreign() throws IOException {
        return Long.parseLong(ask("foreign"));
    }

    void offerTls(boolean offer) throws IOException {
        expectOk("tls " + (offer ? "on" : "off"));
    }

    void wantSamples(int count) throws IOException {
        expectOk("sample " + count);
    }

    List<byte[]> samples() throws IOException {
        List<byte[]> messages = new ArrayList<>();
        for (String encoded : ask("samples").split(" ")) {
            if (!encoded.isEmpty()) {
                messages.add(Base64.getDecoder().decode(encoded));
            }
        }
        return messages;
    }

    private void expectOk(String command) throws IOException {
        String answer = ask(command);
        if (!answer.equals("ok")) {
            throw new IOException("sink: " + command + ": " + answer);
        }
    }

    private String ask(String command) throws IOException {
        commands.write(command + "\n");
        commands.flush();
        String answer = answers.readLine();
        if (answer == null) {
            throw new IOException("the sink has ended");
        }
        return answer;
    }

    @Override
    public void close() throws IOException {
        commands.close();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
