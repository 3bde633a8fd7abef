package dev.tradewind.sandbox;

import dev.tradewind.mail.MessageOctets;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Messages as they come into the inbox. */
public final class SandboxSamples {
    /** A PNG of one pixel. */
    public static final String PIXEL =
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

    private SandboxSamples() {}

    public static MessageOctets message(String text) {
        return MessageOctets.of(text.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8));
    }

    /** Fields every mail has. */
    public static String head(String from, String subject) {
        return "From: " + from + "\nTo: Ann Ander <ann@example.net>\nSubject: " + subject
                + "\nDate: Tue, 24 Nov 2026 20:00:00 +0000\nMessage-ID: <" + Math.abs(subject.hashCode())
                + "@example.com>\nMIME-Version: 1.0\n";
    }

    public static MessageOctets plain(String from, String subject, String text) {
        return message(head(from, subject) + "Content-Type: text/plain; charset=utf-8\n"
                + "Content-Transfer-Encoding: 8bit\n\n" + text);
    }

    /** Multipart/mixed with alternative, an inline image by cid and an attachment. */
    public static MessageOctets rich(String from, String subject, String text, String html, String fileName) {
        return message(head(from, subject)
                + """
                List-Unsubscribe: <https://news.example.com/u/1>
                List-Unsubscribe-Post: List-Unsubscribe=One-Click
                Content-Type: multipart/mixed; boundary=outer

                --outer
                Content-Type: multipart/related; boundary=rel

                --rel
                Content-Type: multipart/alternative; boundary=alt

                --alt
                Content-Type: text/plain; charset=utf-8
                Content-Transfer-Encoding: 8bit

                """
                + text
                + """

                --alt
                Content-Type: text/html; charset=utf-8
                Content-Transfer-Encoding: 8bit

                """
                + html
                + """

                --alt--
                --rel
                Content-Type: image/png
                Content-ID: <logo@example.com>
                Content-Transfer-Encoding: base64

                """
                + PIXEL
                + """

                --rel--
                --outer
                Content-Type: application/pdf
                Content-Disposition: attachment; filename="%s"
                Content-Transfer-Encoding: base64

                """.formatted(fileName)
                + Base64.getEncoder().encodeToString("%PDF-1.7 sample".getBytes(StandardCharsets.US_ASCII))
                + "\n--outer--\n");
    }
}
