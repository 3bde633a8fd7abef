package dev.tradewind.smtp.client;

import dev.tradewind.mail.Envelope;
import dev.tradewind.mail.ForwardPath;
import dev.tradewind.mail.MessageDsn;
import dev.tradewind.mail.RecipientDsn;
import dev.tradewind.mail.ReversePath;
import dev.tradewind.mail.SmtpReply;
import dev.tradewind.smtp.Xtext;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;

class FlightWriterTest {
    private final ByteArrayOutputStream wire = new ByteArrayOutputStream();
    private final List<Integer> writes = new ArrayList<>();
    private final FlightWriter out = new FlightWriter((octets, offset, length) -> {
        wire.write(octets, offset, length);
        writes.add(length);
    });

    private String written() throws IOException {
        out.flush();
        String text = wire.toString(StandardCharsets.UTF_8);
        wire.reset();
        return text;
    }

    private String stuffed(String... parts) throws IOException {
        byte[][] octets = new byte[parts.length][];
        for (int i = 0; i < parts.length; i++) {
            octets[i] = parts[i].getBytes(StandardCharsets.ISO_8859_1);
        }
        out.data(octets);
        return written();
    }

    @Test
    void dotsAtTheBeginningOfLinesAreDoubled() throws IOException {
        assertThat(stuffed(".\r\n..\r\na.\r\n.b\r\n")).isEqualTo("..\r\n...\r\na.\r\n..b\r\n.\r\n");
        assertThat(stuffed("a: b\r\n", ".c\r\n")).isEqualTo("a: b\r\n..c\r\n.\r\n");
        assertThat(stuffed("", "")).isEqualTo(".\r\n");
        assertThat(stuffed("no end")).isEqualTo("no end\r\n.\r\n");
        assertThat(stuffed("a\r", "\n")).isEqualTo("a\r\n.\r\n");
        assertThat(stuffed("a\n.\r\n")).isEqualTo("a\n..\r\n.\r\n");
        assertThat(stuffed("a\n")).isEqualTo("a\n\r\n.\r\n");
    }

    @Test
    void flightLeavesInOneWriteAndLargeOctetsAreNotCopied() throws IOException {
        out.text("MAIL FROM:<>").crlf().octets(new byte[10_000], 0, 10_000);
        assertThat(writes).isEmpty();
        out.flush();
        assertThat(writes).containsExactly(10_014);
        writes.clear();
        out.text("BDAT 100000 LAST")
                .crlf()
                .octets(new byte[100_000], 0, 100_000)
                .flush();
        assertThat(writes).containsExactly(18, 100_000);
    }

    @Test
    void textBeyondTheBufferOrOutsideAsciiIsWrittenToo() throws IOException {
        String longText = "x".repeat(FlightWriter.BUFFER_OCTETS + 5);
        out.text("a").text(longText).text("ü").text("語".repeat(6000));
        assertThat(written()).isEqualTo("a" + longText + "ü" + "語".repeat(6000));
    }

    @Property
    void unstuffingUndoesStuffing(@ForAll("contents") String content) throws IOException {
        String stuffed = stuffed(content);
        // What a server does (RFC 5321 section 4.5.2): by lines that end with CRLF, to the line that is a dot.
        StringBuilder received = new StringBuilder();
        int at = 0;
        while (true) {
            int end = stuffed.indexOf("\r\n", at);
            String line = stuffed.substring(at, end);
            at = end + 2;
            if (line.equals(".")) {
                break;
            }
            received.append(line.startsWith(".") ? line.substring(1) : line).append("\r\n");
        }
        assertThat(at).isEqualTo(stuffed.length());
        String complete = content.isEmpty() || content.endsWith("\r\n") ? content : content + "\r\n";
        assertThat(received).hasToString(complete);
    }

    @Provide
    Arbitrary<String> contents() {
        return Arbitraries.of("\r\n", ".", "a", "..", "\r\n.", "\r\n.\r\n", "xyz")
                .list()
                .ofMaxSize(60)
                .map(parts -> String.join("", parts));
    }

    @Test
    void parametersAreSentOnlyWhereOffered() throws IOException {
        Envelope envelope = new Envelope(
                ReversePath.parse("a@src.example"),
                List.of(new Envelope.Recipient(
                        ForwardPath.parse("b@dst.example"),
                        new RecipientDsn(
                                Set.of(RecipientDsn.Notify.FAILURE, RecipientDsn.Notify.SUCCESS),
                                Optional.of("rfc822;b+c@dst.example")))),
                new MessageDsn(Optional.of(MessageDsn.Ret.HDRS), Optional.of("id =1")),
                true,
                true);
        EhloReply all = EhloReply.of(SmtpReply.of(
                250, "x", "SIZE 5000", "8bitmime", "SMTPUTF8", "DSN", "PIPELINING", "CHUNKING", "STARTTLS"));
        Commands.mail(out, envelope, all, 123);
        Commands.rcpt(out, envelope.recipients().getFirst(), all);
        assertThat(written())
                .isEqualTo("MAIL FROM:<a@src.example> SIZE=123 BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=id+20+3D1\r\n"
                        + "RCPT TO:<b@dst.example> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;b+2Bc@dst.example\r\n");
        Commands.mail(out, envelope, EhloReply.NOTHING, 123);
        Commands.rcpt(out, envelope.recipients().getFirst(), EhloReply.NOTHING);
        assertThat(written()).isEqualTo("MAIL FROM:<a@src.example>\r\nRCPT TO:<b@dst.example>\r\n");
    }

    @Test
    void ehloReplyIsReadAsServersWriteIt() {
        assertThat(EhloReply.of(SmtpReply.of(250, "PIPELINING"))).isEqualTo(EhloReply.NOTHING);
        assertThat(EhloReply.of(SmtpReply.of(250, "x", "SIZE")).size()).isEmpty();
        assertThat(EhloReply.of(SmtpReply.of(250, "x", "SIZE 0")).size()).isEmpty();
        assertThat(EhloReply.of(SmtpReply.of(250, "x", "SIZE many")).size()).isEmpty();
        assertThat(EhloReply.of(SmtpReply.of(250, "x", "SIZE 9999999999999999999"))
                        .size())
                .isEmpty();
        assertThat(EhloReply.of(SmtpReply.of(250, "x", "size 1000", "AUTH=LOGIN", "starttls ")))
                .satisfies(reply -> {
                    assertThat(reply.size()).hasValue(1000);
                    assertThat(reply.startTls()).isTrue();
                });
    }

    @Property
    boolean anyEhloReplyIsRead(@ForAll List<String> lines) {
        List<String> all = new ArrayList<>(lines);
        all.add(0, "mx.test");
        all.add("CHUNKING");
        return EhloReply.of(SmtpReply.of(250, all)).chunking();
    }

    @Property
    void encodedTextIsPrintableAndReadsBack(@ForAll("ascii") String text) {
        String encoded = Xtext.encode(text);
        assertThat(encoded).matches("[!-*,-<>-~+]*");
        StringBuilder decoded = new StringBuilder();
        for (int i = 0; i < encoded.length(); i++) {
            if (encoded.charAt(i) == '+') {
                decoded.append((char) Integer.parseInt(encoded.substring(i + 1, i + 3), 16));
                i += 2;
            } else {
                decoded.append(encoded.charAt(i));
            }
        }
        assertThat(decoded).hasToString(text);
    }

    @Provide
    Arbitrary<String> ascii() {
        return Arbitraries.strings().ascii().ofMaxLength(60);
    }

    @Test
    void originalRecipientsOutsideAsciiAreWrittenInAscii() {
        assertThat(Xtext.encodeOrcpt("rfc822;größe@dst.example")).isEqualTo("utf-8;gr\\x{F6}\\x{DF}e@dst.example");
        assertThat(Xtext.encodeOrcpt("b@dst.example")).isEqualTo("rfc822;b@dst.example");
    }
}
