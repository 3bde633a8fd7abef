package dev.tradewind.compose;

import dev.tradewind.compose.Content.Attachment;
import dev.tradewind.compose.Content.Author;
import dev.tradewind.compose.Content.Field;
import dev.tradewind.compose.ContentCodec.Decoded;
import dev.tradewind.mail.MessageOctets;
import dev.tradewind.mail.mime.MailTexts;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;

class ContentCodecTest {
    private static Arbitrary<String> texts() {
        return Arbitraries.oneOf(
                MailTexts.line(), MailTexts.body(), Arbitraries.just(""), Arbitraries.just("x".repeat(20_000)));
    }

    @Provide
    Arbitrary<Content> contents() {
        Arbitrary<Optional<String>> perhaps =
                Arbitraries.oneOf(texts().map(Optional::of), Arbitraries.just(Optional.empty()));
        Arbitrary<Attachment> attachments =
                Combinators.combine(texts(), texts(), texts()).as(Attachment::new);
        Arbitrary<Content> inline = Combinators.combine(
                        Combinators.combine(texts(), perhaps).as(Author::new),
                        perhaps,
                        texts(),
                        Combinators.combine(perhaps, perhaps, perhaps).as((a, b, c) -> new Bodies(a, b, c)),
                        Combinators.combine(texts(), texts())
                                .as(Field::new)
                                .list()
                                .ofMaxSize(4),
                        attachments.list().ofMaxSize(2),
                        attachments.list().ofMaxSize(2))
                .as((from, replyTo, subject, bodies, headers, images, files) -> new Content.Inline(
                        from, replyTo, subject, bodies.text(), bodies.html(), bodies.amp(), headers, images, files));
        Arbitrary<byte[]> octets = Arbitraries.bytes().array(byte[].class).ofMaxSize(300);
        return Arbitraries.oneOf(
                inline,
                octets.map(Content.Rfc822::new),
                octets.map(array -> new Content.Uploaded(new MessageOctets(array, array.length / 2))));
    }

    private record Bodies(Optional<String> text, Optional<String> html, Optional<String> amp) {}

    @Property(tries = 500)
    void whatIsStoredIsReadBack(@ForAll("contents") Content content) {
        byte[] stored = ContentCodec.encode(content);
        assertThat(ContentCodec.decode(stored)).isEqualTo(new Decoded.Read(content));
        assertThat(ContentCodec.encode(content)).isEqualTo(stored);
    }

    @Property(tries = 2000)
    void anyOctetsAreContentOrRefused(@ForAll("contents") Content content, @ForAll int place, @ForAll byte octet) {
        byte[] stored = ContentCodec.encode(content);
        stored[Math.floorMod(place, stored.length)] = octet;
        if (ContentCodec.decode(stored) instanceof Decoded.Refused(String reason)) {
            assertThat(reason).isNotBlank();
        }
    }

    @Property(tries = 1000)
    void arbitraryOctetsAreContentOrRefused(@ForAll byte[] octets) {
        assertThat(ContentCodec.decode(octets)).isNotNull();
    }

    @Test
    void whatIsCutOffIsRefused() {
        byte[] stored = ContentCodec.encode(new Content.Inline(
                new Author("a@b.example", Optional.empty()),
                Optional.empty(),
                "s",
                Optional.of("t"),
                Optional.empty(),
                Optional.empty(),
                java.util.List.of(),
                java.util.List.of(),
                java.util.List.of()));
        for (int length = 0; length < stored.length; length++) {
            assertThat(ContentCodec.decode(java.util.Arrays.copyOf(stored, length)))
                    .isInstanceOf(Decoded.Refused.class);
        }
        assertThat(ContentCodec.decode(java.util.Arrays.copyOf(stored, stored.length + 1)))
                .isInstanceOf(Decoded.Refused.class);
    }

    @Test
    void anotherVersionIsRefusedWithItsNumber() {
        assertThat(ContentCodec.decode(new byte[] {9, 1}))
                .isEqualTo(new Decoded.Refused("stored content of version 9, this program reads version 1"));
    }
}
