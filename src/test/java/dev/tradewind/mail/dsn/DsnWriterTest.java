package dev.tradewind.mail.dsn;

import dev.tradewind.mail.Domain;
import dev.tradewind.mail.EnhancedStatus;
import dev.tradewind.mail.ForwardPath;
import dev.tradewind.mail.Mailbox;
import dev.tradewind.mail.MessageDsn;
import dev.tradewind.mail.MessageOctets;
import dev.tradewind.mail.SmtpReply;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.stream.EntityState;
import org.apache.james.mime4j.stream.MimeConfig;
import org.apache.james.mime4j.stream.MimeTokenStream;
import org.apache.james.mime4j.stream.RecursionMode;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;

/** Written notifications, read back by an independent reader. */
class DsnWriterTest {
    private static final Instant ARRIVAL = Instant.parse("2026-11-24T20:00:00Z");
    private static final MessageOctets ORIGINAL = MessageOctets.of(
            "From: <news@sender.example>\r\nSubject: hello\r\n\r\nthe body\r\n".getBytes(StandardCharsets.UTF_8));

    /** A part as mime4j saw it: its type, and its content. */
    private record Part(String type, String content) {}

    private static List<Part> parts(MessageOctets message) throws IOException, MimeException {
        MimeTokenStream stream = new MimeTokenStream(MimeConfig.STRICT);
        stream.setRecursionMode(RecursionMode.M_NO_RECURSE);
        stream.parse(new ByteArrayInputStream(message.octets()));
        List<Part> parts = new ArrayList<>();
        for (EntityState state = stream.getState(); state != EntityState.T_END_OF_STREAM; state = stream.next()) {
            if (state == EntityState.T_BODY) {
                parts.add(new Part(
                        stream.getBodyDescriptor().getMimeType(),
                        new String(stream.getInputStream().readAllBytes(), StandardCharsets.UTF_8)));
            }
        }
        return parts;
    }

    private static RecipientStatus failed(String address) {
        return new RecipientStatus(
                ForwardPath.parse(address),
                Optional.of("rfc822;orig@b.example"),
                Action.FAILED,
                new EnhancedStatus(5, 1, 1),
                Optional.of("mx.b.example"),
                Optional.of(SmtpReply.of(550, "5.1.1 no such user", "5.1.1 really\u00e9\r\nX: y")),
                Optional.of(ARRIVAL.plusSeconds(60)),
                Optional.empty());
    }

    private static DeliveryReport report(
            MessageDsn dsn, boolean utf8, MessageOctets original, RecipientStatus... recipients) {
        return new DeliveryReport(
                new Domain("mx.tradewind.example"),
                Mailbox.parse("bounce@sender.example"),
                ARRIVAL.plusSeconds(61),
                "0123abc",
                ARRIVAL,
                dsn,
                utf8,
                List.of(recipients),
                original);
    }

    private static MessageDsn dsn(MessageDsn.Ret ret) {
        return new MessageDsn(Optional.of(ret), Optional.of("id 1"));
    }

    @Test
    void failureTellsPeopleAndProgramsWhatHappened() throws Exception {
        MessageOctets message =
                DsnWriter.write(report(dsn(MessageDsn.Ret.HDRS), false, ORIGINAL, failed("a@b.example")));
        String text = new String(message.octets(), StandardCharsets.US_ASCII);
        assertThat(text.substring(0, message.bodyOffset())).isEqualToNormalizingNewlines("""
                        From: "Mail Delivery System" <MAILER-DAEMON@mx.tradewind.example>
                        To: bounce@sender.example
                        Subject: Your message could not be delivered
                        Date: Tue, 24 Nov 2026 20:01:01 +0000
                        Message-ID: <dsn.0123abc@mx.tradewind.example>
                        Auto-Submitted: auto-replied
                        MIME-Version: 1.0
                        Content-Type: multipart/report; report-type="delivery-status";
                         boundary="=_dsn-0123abc"

                        """);
        List<Part> parts = parts(message);
        assertThat(parts)
                .extracting(Part::type)
                .containsExactly("text/plain", "message/delivery-status", "text/rfc822-headers");
        assertThat(parts.get(0).content())
                .contains("a@b.example")
                .contains("The server mx.b.example said:")
                .contains("550 5.1.1 no such user")
                .contains("no further attempt");
        assertThat(parts.get(1).content()).isEqualToNormalizingNewlines("""
                        Reporting-MTA: dns; mx.tradewind.example
                        Original-Envelope-Id: id 1
                        Arrival-Date: Tue, 24 Nov 2026 20:00:00 +0000

                        Original-Recipient: rfc822; orig@b.example
                        Final-Recipient: rfc822; a@b.example
                        Action: failed
                        Status: 5.1.1
                        Remote-MTA: dns; mx.b.example
                        Diagnostic-Code: smtp; 550 5.1.1 no such user 5.1.1 really???X: y
                        Last-Attempt-Date: Tue, 24 Nov 2026 20:01:00 +0000
                        """);
        assertThat(parts.get(2).content()).contains("Subject: hello").doesNotContain("the body");
    }

    @Test
    void messageThatIsNotKnownIsNotReturned() throws Exception {
        MessageOctets unknown = new MessageOctets(new byte[0], 0);
        List<Part> parts =
                parts(DsnWriter.write(report(dsn(MessageDsn.Ret.FULL), false, unknown, failed("a@b.example"))));
        assertThat(parts).extracting(Part::type).containsExactly("text/plain", "message/delivery-status");
        assertThat(parts.getFirst().content()).doesNotContain("attached");
    }

    @Test
    void wholeMessageIsReturnedForFailuresIfAskedForAndNotElse() throws Exception {
        List<Part> parts =
                parts(DsnWriter.write(report(dsn(MessageDsn.Ret.FULL), false, ORIGINAL, failed("a@b.example"))));
        assertThat(parts.get(2))
                .isEqualTo(new Part("message/rfc822", new String(ORIGINAL.octets(), StandardCharsets.UTF_8)));
        RecipientStatus delayed = new RecipientStatus(
                ForwardPath.parse("a@b.example"),
                Optional.empty(),
                Action.DELAYED,
                new EnhancedStatus(4, 4, 1),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(ARRIVAL.plusSeconds(3600)));
        parts = parts(DsnWriter.write(report(dsn(MessageDsn.Ret.FULL), false, ORIGINAL, delayed)));
        assertThat(parts.get(1).content())
                .contains("Action: delayed\r\nStatus: 4.4.1\r\nWill-Retry-Until: Tue, 24 Nov 2026 21:00:00 +0000");
        assertThat(parts.get(2).type()).isEqualTo("text/rfc822-headers");
    }

    @Test
    void addressOutsideAsciiIsEscapedForOldSendersAndPlainForNewOnes() throws Exception {
        MessageOctets old = DsnWriter.write(report(MessageDsn.NONE, false, ORIGINAL, failed("\u00f6@b.example")));
        assertThat(new String(old.octets(), StandardCharsets.UTF_8))
                .isASCII()
                .contains("Final-Recipient: utf-8; \\x{F6}@b.example\r\n");
        MessageOctets original = MessageOctets.of(
                "From: <news@sender.example>\r\nSubject: h\u00e9\r\n\r\nthe body\r\n".getBytes(StandardCharsets.UTF_8));
        MessageOctets mew =
                DsnWriter.write(report(dsn(MessageDsn.Ret.FULL), true, original, failed("\u00f6@b.example")));
        List<Part> parts = parts(mew);
        assertThat(parts)
                .extracting(Part::type)
                .containsExactly("text/plain", "message/global-delivery-status", "message/global");
        assertThat(parts.get(1).content()).contains("Final-Recipient: utf-8; \u00f6@b.example\r\n");
        assertThat(parts.get(2).content()).contains("Subject: h\u00e9");
    }

    @Test
    void boundaryIsNotInTheReturnedMessage() throws Exception {
        MessageOctets tricky = MessageOctets.of(
                "From: <news@sender.example>\r\n\r\n--=_dsn-0123abc--\r\n".getBytes(StandardCharsets.UTF_8));
        List<Part> parts =
                parts(DsnWriter.write(report(dsn(MessageDsn.Ret.FULL), false, tricky, failed("a@b.example"))));
        assertThat(parts).hasSize(3);
        assertThat(parts.get(2).content()).contains("--=_dsn-0123abc--");
    }

    @Provide
    Arbitrary<String> words() {
        return Arbitraries.strings()
                .withChars("ab 5.\r\n\t\0:;\u00e9\u20ac")
                .ofMinLength(1)
                .ofMaxLength(1500);
    }

    @Property(tries = 500)
    void remoteWordsAddNoFieldAndNoLongLine(@ForAll("words") String words, @ForAll boolean utf8) throws Exception {
        RecipientStatus status = new RecipientStatus(
                ForwardPath.parse("a@b.example"),
                Optional.of("rfc822;" + words.substring(0, Math.min(100, words.length()))),
                Action.FAILED,
                new EnhancedStatus(5, 0, 0),
                Optional.of("mx.b.example"),
                Optional.of(SmtpReply.of(550, words)),
                Optional.empty(),
                Optional.empty());
        DeliveryReport report = report(MessageDsn.NONE, utf8, ORIGINAL, status);
        MessageOctets message = DsnWriter.write(report);
        assertThat(message.octets()).isEqualTo(DsnWriter.write(report).octets());
        for (String line : new String(message.octets(), StandardCharsets.UTF_8).split("\r\n", -1)) {
            assertThat(line.length()).isLessThan(999);
            assertThat(line).doesNotContain("\n").doesNotContain("\r").doesNotContain("\0");
        }
        List<Part> parts = parts(message);
        assertThat(parts).hasSize(3);
        long fields = parts.get(1)
                .content()
                .lines()
                .filter(line -> !line.isEmpty() && !line.startsWith(" "))
                .count();
        assertThat(fields).isEqualTo(8);
    }
}
