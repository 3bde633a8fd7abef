package dev.tradewind.sandbox;

import dev.tradewind.mail.MessageOctets;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;

import static dev.tradewind.sandbox.SandboxSamples.head;
import static dev.tradewind.sandbox.SandboxSamples.message;
import static org.assertj.core.api.Assertions.assertThat;

class MailReaderTest {
    @Test
    void readsTextsAttachmentsAndInlineImages() {
        MailView mail = MailReader.read(SandboxSamples.rich(
                "Shop <shop@example.com>",
                "=?utf-8?q?Gr=C3=BC=C3=9Fe?= 🎉",
                "Hallo Welt",
                "<p>Hallo <img src=\"cid:logo@example.com\"></p>",
                "Rechnung.pdf"));
        assertThat(mail.field("subject")).isEqualTo("Grüße 🎉");
        assertThat(mail.text().orElseThrow()).startsWith("Hallo Welt");
        assertThat(mail.html().orElseThrow()).contains("cid:logo");
        assertThat(mail.parts()).extracting(MailView.Part::name).containsExactly("part-1.png", "Rechnung.pdf");
        assertThat(mail.parts()).extracting(MailView.Part::inline).containsExactly(true, false);
        assertThat(new String(mail.parts().get(1).content(), StandardCharsets.US_ASCII))
                .startsWith("%PDF");
        assertThat(mail.problems()).isEmpty();
    }

    @Test
    void namesACharsetThatDoesNotExistAndShowsTheText() {
        MailView mail = MailReader.read(
                message(head("a@example.com", "x") + "Content-Type: text/plain; charset=klingon-1\n\nGrüße"));
        assertThat(mail.text()).contains("Grüße");
        assertThat(mail.problems()).singleElement().asString().contains("klingon-1");
    }

    @Test
    void showsOctetsThatTheCharsetDoesNotHave() {
        byte[] octets = (head("a@example.com", "x").replace("\n", "\r\n")
                        + "Content-Type: text/html; charset=utf-8\r\n\r\n<p>caf\u00e9</p>")
                .getBytes(StandardCharsets.ISO_8859_1);
        MailView mail = MailReader.read(MessageOctets.of(octets));
        assertThat(mail.html()).contains("<p>caf\ufffd</p>");
        assertThat(mail.problems()).singleElement().asString().contains("UTF-8");
    }

    @Test
    void readsEightBitWithoutCharset() {
        MailView mail = MailReader.read(message("From: a@example.com\n\nGrüße"));
        assertThat(mail.text()).contains("Grüße");
        assertThat(mail.problems()).singleElement().asString().contains("names no charset");
    }

    @Test
    void keepsNoPathInAFileName() {
        MailView mail = MailReader.read(
                message(head("a@example.com", "x") + "Content-Type: application/zip; name=\"../../etc/passwd\"\n\nx"));
        assertThat(mail.parts()).singleElement().extracting(MailView.Part::name).isEqualTo("passwd");
    }

    @Test
    void decodesExtendedFileNames() {
        MailView mail = MailReader.read(message(head("a@example.com", "x") + "Content-Type: application/zip\n"
                + "Content-Disposition: attachment; filename*=utf-8''%E2%82%AC%20rates.zip\n\nx"));
        assertThat(mail.parts()).singleElement().extracting(MailView.Part::name).isEqualTo("€ rates.zip");
    }

    @Test
    void aTypeThatIsNoneIsOctets() {
        MailView mail = MailReader.read(
                message(head("a@example.com", "x") + "Content-Type: text/html<script>; name=x.html\n\n<b>x</b>"));
        assertThat(mail.parts()).extracting(MailView.Part::type).containsOnly("application/octet-stream");
    }

    @Test
    void doesNotLookIntoAnAttachedMessage() {
        MailView mail = MailReader.read(message(head("a@example.com", "x")
                + "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nsee attached\n"
                + "--b\nContent-Type: message/rfc822\n\nSubject: inner\n\ninner text\n--b--\n"));
        assertThat(mail.text()).contains("see attached");
        assertThat(mail.parts()).singleElement().extracting(MailView.Part::name).isEqualTo("part-1.eml");
    }

    @Test
    void stopsAtDeepNesting() {
        StringBuilder text = new StringBuilder(head("a@example.com", "deep"));
        for (int i = 0; i < 3000; i++) {
            text.append("Content-Type: multipart/mixed; boundary=b")
                    .append(i)
                    .append("\n\n--b")
                    .append(i)
                    .append('\n');
        }
        MailView mail = MailReader.read(message(text.toString()));
        assertThat(mail.problems()).anyMatch(problem -> problem.contains("nested"));
    }

    @Test
    void stopsAtManyParts() {
        StringBuilder text =
                new StringBuilder(head("a@example.com", "many") + "Content-Type: multipart/mixed; boundary=b\n\n");
        for (int i = 0; i < 5000; i++) {
            text.append("--b\nContent-Type: image/png\n\nx\n");
        }
        MailView mail = MailReader.read(message(text.toString()));
        assertThat(mail.parts()).hasSize(MailReader.MAX_PARTS);
        assertThat(mail.problems()).anyMatch(problem -> problem.contains("200 parts"));
    }

    @Test
    void previewIsTheTextWithoutFillers() {
        Summary.Digest digest = MailReader.digest(
                message(head("a@example.com", "x")
                        + "Content-Type: text/html; charset=utf-8\n\n<html><head><title>No</title><style>p{}</style></head>"
                        + "<body><p>Fish &amp; chips&#33;</p>\u200c\u200c <script>no()</script><p>Now  open</p>"),
                "ann@example.net");
        assertThat(digest.preview()).isEqualTo("Fish & chips! Now open");
        assertThat(digest.to()).isEqualTo("Ann Ander <ann@example.net>");
    }

    @Test
    void clippingLeavesNoHalfCharacter() {
        assertThat(MailReader.clip("ab😀", 3)).isEqualTo("ab");
        assertThat(MailReader.clip("ab😀", 4)).isEqualTo("ab😀");
    }
}
