package dev.tradewind.bench;

import dev.tradewind.bench.Tally.Counts;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(60)
class SinkTest {
    @TempDir
    private Path directory = Path.of("");

    @Test
    void countsWhatTheLoadSendsByDataAndByBdat() throws IOException, InterruptedException {
        Tally tally = new Tally(Sink::micros);
        try (SinkServer sink = new SinkServer(0, tally, new Samples(), null).start()) {
            tally.begin(1, 40);
            tally.begin(2, 40);
            new SmtpLoad(sink.port(), 3, 7, false, 10).send(1, 40);
            new SmtpLoad(sink.port(), 3, 7, true, 10).send(2, 40);
            for (int run = 1; run <= 2; run++) {
                Counts counts = tally.counts(run).orElseThrow();
                assertThat(counts.unique()).isEqualTo(40);
                assertThat(counts.duplicates()).isZero();
                assertThat(counts.signed()).isZero();
                assertThat(counts.octets()).isEqualTo(40L * BenchMessage.SIZE);
                assertThat(tally.missing(run, 10)).isEmpty();
            }
            assertThat(tally.foreignCount()).isZero();
        }
    }

    @Test
    void tellsWhatIsMissingAndWhatCameTwice() throws IOException {
        Tally tally = new Tally(Sink::micros);
        try (SinkServer sink = new SinkServer(0, tally, new Samples(), null).start();
                Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), sink.port())) {
            tally.begin(1, 4);
            String field = "\r\n" + BenchMessage.ID_FIELD + ": 1-";
            talk(
                    socket,
                    "DATA\r\nDKIM-Signature: v=1" + field + "0\r\n\r\n..\r\n.\r\nDATA\r\na: b" + field
                            + "2\r\n\r\n\r\n.\r\nDATA\r\nFrom: x" + field + "2\r\n\r\nx\r\n.\r\nDATA\r\n.\r\nQUIT\r\n");
        }
        assertThat(tally.counts(1).orElseThrow())
                .returns(3L, Counts::messages)
                .returns(2L, Counts::unique)
                .returns(1L, Counts::signed);
        assertThat(tally.missing(1, 10)).isEqualTo("1 3");
        assertThat(tally.foreignCount()).isEqualTo(1);
    }

    /** However the octets are cut: the end of data is found where it is, and what looks like it is not taken for it. */
    @Property(tries = 60)
    void findsTheEndOfDataHoweverItIsCut(
            @ForAll @Size(max = 12) List<@IntRange(max = 6) Integer> pieces,
            @ForAll @IntRange(min = 1, max = 9) int cut)
            throws IOException {
        String[] words = {"\r\n", "\n.\r\n", ".", "\r", "abc", "\r\n..\r\n", "x".repeat(33_000)};
        StringBuilder body = new StringBuilder("a: b\r\n\r\n");
        pieces.forEach(piece -> body.append(words[piece]));
        String content = body + "\r\n";
        while (content.contains("\r\n.\r\n")) {
            content = content.replace("\r\n.\r\n", "\r\n..\r\n");
        }
        Tally tally = new Tally(Sink::micros);
        Samples samples = new Samples();
        samples.want(1);
        try (SinkServer sink = new SinkServer(0, tally, samples, null).start();
                Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), sink.port())) {
            socket.setTcpNoDelay(true);
            OutputStream out = socket.getOutputStream();
            byte[] all = ("DATA\r\n" + content + ".\r\nQUIT\r\n").getBytes(StandardCharsets.US_ASCII);
            int step = all.length > 1000 ? all.length / cut + 1 : cut;
            for (int at = 0; at < all.length; at += step) {
                out.write(all, at, Math.min(step, all.length - at));
            }
            assertThat(replies(socket)).endsWith("221 2.0.0 bye");
        }
        assertThat(samples.kept()).hasSize(1);
        assertThat(samples.kept().getFirst())
                .isEqualTo(SinkSession.unstuff(content.getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void obeysAsAProcessAndOffersTlsWhenTold() throws IOException, InterruptedException {
        try (SinkProcess sink = SinkProcess.start(directory)) {
            sink.begin(7, 5);
            sink.wantSamples(1);
            new SmtpLoad(sink.port(), 1, 5, false, 10).send(7, 5);
            assertThat(sink.counts(7).unique()).isEqualTo(5);
            assertThat(sink.samples()).containsExactly(new BenchMessage(7, 10).message(0));
            assertThat(sink.missing(7)).isEmpty();
            assertThat(sink.foreign()).isZero();
            assertThat(ehlo(sink.port())).doesNotContain("250-STARTTLS");
            sink.offerTls(true);
            assertThat(ehlo(sink.port())).contains("250-STARTTLS");
        }
    }

    private static List<String> ehlo(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
            return talk(socket, "EHLO x.example\r\nQUIT\r\n");
        }
    }

    private static List<String> talk(Socket socket, String commands) throws IOException {
        socket.getOutputStream().write(commands.getBytes(StandardCharsets.US_ASCII));
        return replies(socket);
    }

    private static List<String> replies(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                .lines()
                .toList();
    }
}
