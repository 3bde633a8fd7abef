package dev.tradewind.sign;

import dev.tradewind.authenticate.DkimKeys;
import dev.tradewind.mail.Domain;
import dev.tradewind.mail.MessageOctets;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Keys, messages and a DNS in memory. */
public final class SigningFixture {
    public static final Domain DOMAIN = new Domain("example.org");
    public static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");

    public static final DkimKey RSA = DkimKey.generateRsa(DOMAIN, "s2026", 2048, new SecureRandom());
    public static final DkimKey ED25519 = DkimKey.generateEd25519(DOMAIN, "ed2026", new SecureRandom());

    private SigningFixture() {}

    /** The keys of RFC 8463 appendix A, RSA first. */
    public static List<DkimKey> rfc8463Keys() {
        return Signers.exampleKeys();
    }

    /** {@code p=}. */
    public static String publicBase64(DkimKey key) {
        return Base64.getEncoder().encodeToString(key.publicKey());
    }

    /** The key record that belongs at {@link DkimKey#dnsName()}. */
    public static String record(DkimKey key) {
        String type = key.algorithm() == Algorithm.RSA_SHA256 ? "rsa" : "ed25519";
        return "v=DKIM1; k=" + type + "; h=sha256; p=" + publicBase64(key);
    }

    public static DkimKeys dns(DkimKey... keys) {
        Map<String, String> records = new LinkedHashMap<>();
        for (DkimKey key : keys) {
            records.put(key.dnsName(), record(key));
        }
        return dns(records);
    }

    public static DkimKeys dns(Map<String, String> records) {
        return (domain, selector) -> {
            String record = records.get(selector + "._domainkey." + domain.name());
            return record == null ? new DkimKeys.None() : new DkimKeys.Found(List.of(record));
        };
    }

    /** The message with what the signer made in front of it. */
    public static MessageOctets signed(MessageOctets message, DkimKey... keys) {
        return prepended(new DkimSigner(Signers.best()).sign(message, List.of(keys), NOW), message);
    }

    public static MessageOctets prepended(byte[] fields, MessageOctets message) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(fields);
        out.writeBytes(message.octets());
        return new MessageOctets(out.toByteArray(), fields.length + message.bodyOffset());
    }

    /** Octets 0..255 are characters 0..255. */
    public static MessageOctets message(String text) {
        return MessageOctets.of(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    public static String text(MessageOctets message) {
        return new String(message.octets(), StandardCharsets.ISO_8859_1);
    }

    /** One of {@link #shapes()}. */
    public static MessageOctets shape(String name) {
        return Objects.requireNonNull(shapes().get(name), name);
    }

    /** Messages of many shapes, by name, all of which a relay would pass on unchanged. */
    public static Map<String, MessageOctets> shapes() {
        String header = "From: Ann <ann@example.org>\r\nTo: Bob <bob@example.net>\r\nSubject: Hello\r\n"
                + "Date: Tue, 24 Nov 2026 10:00:00 +0000\r\nMessage-ID: <1@example.org>\r\n";
        Map<String, MessageOctets> shapes = new LinkedHashMap<>();
        shapes.put("plain", message(header + "\r\nHello Bob,\r\n\r\nhow are you?\r\n"));
        shapes.put("empty body", message(header + "\r\n"));
        shapes.put("body of empty lines", message(header + "\r\n\r\n\r\n\r\n"));
        shapes.put("no CRLF at the end", message(header + "\r\nlast words"));
        shapes.put("no CRLF behind trailing space", message(header + "\r\nlast words \t"));
        shapes.put("no CRLF behind a blank line", message(header + "\r\nlast words\r\n\r\n  "));
        shapes.put("trailing spaces", message(header + "\r\nHello  \t \r\n  indented\t\ttabs \r\n \r\nend \r\n"));
        shapes.put("trailing empty lines", message(header + "\r\nHello\r\n\r\n \r\n\t\r\n\r\n"));
        shapes.put(
                "8-bit",
                message(header
                        + "Content-Type: text/plain; charset=iso-8859-1\r\n\r\nGr\u00fc\u00dfe \u00e0 tous\r\n"));
        shapes.put(
                "folded fields",
                message(
                        "From: Ann\r\n <ann@example.org>\r\nTO:Bob <bob@example.net>,\r\n\tCarl <c@example.net>,\r\n  \t"
                                + "Dora <d@example.net>\r\nSubject:   many   \r\n spaces\t here  \r\nDate: Tue, 24 Nov 2026 10:00:00 +0000"
                                + "\r\n\r\nbody\r\n"));
        shapes.put(
                "repeated fields",
                message(
                        "Received: by a\r\nReceived: by b\r\nTo: first@example.net\r\nFrom: ann@example.org\r\n"
                                + "To: second@example.net\r\nX-From: nobody@example.org\r\nSubject: two\r\nSubject: subjects\r\n\r\nx\r\n"));
        shapes.put(
                "two From fields",
                message(
                        "From: ann@example.org\r\nFrom: mallory@example.com\r\nTo: b@example.net\r\nSubject: s\r\n\r\nx\r\n"));
        shapes.put("long line", message(header + "\r\n" + "x".repeat(990) + "\r\n" + "y z  ".repeat(190) + "\r\n"));
        shapes.put(
                "MIME",
                message(header + "MIME-Version: 1.0\r\nContent-Type: multipart/alternative;\r\n boundary=\"b1\"\r\n"
                        + "List-Unsubscribe: <https://example.org/u?x=1>\r\n"
                        + "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\nFeedback-ID: 1:2:3:tw\r\n\r\n"
                        + "--b1\r\nContent-Type: text/plain\r\n\r\nHello=20\r\n--b1\r\nContent-Type: text/html\r\n"
                        + "Content-Transfer-Encoding: base64\r\n\r\nPGI+SGVsbG88L2I+\r\n--b1--\r\n"));
        shapes.put("dots", message(header + "\r\n.\r\n..\r\n.hidden\r\n"));
        shapes.put("10 KB", message(header + "\r\n" + "The quick brown fox jumps over the lazy dog. \r\n".repeat(218)));
        shapes.put("empty values", message("From: ann@example.org\r\nTo:\r\nSubject: \r\nReply-To:\r\n\r\nx\r\n"));
        return shapes;
    }
}
