package dev.tradewind.engine;

import dev.tradewind.accept.SenderPolicy;
import dev.tradewind.account.MemorySendingDomains;
import dev.tradewind.account.Tenant;
import dev.tradewind.compose.Content;
import dev.tradewind.compose.ContentCodec;
import dev.tradewind.event.MessageEvents;
import dev.tradewind.event.MessageFacts;
import dev.tradewind.mail.ForwardPath;
import dev.tradewind.mail.MessageDsn;
import dev.tradewind.mail.MessageId;
import dev.tradewind.mail.ReversePath;
import dev.tradewind.spool.ContentId;
import dev.tradewind.spool.MemorySpool;
import dev.tradewind.spool.Recipient;
import dev.tradewind.spool.SendOptions;
import dev.tradewind.spool.Transmission;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;

import static org.assertj.core.api.Assertions.assertThat;

/** What events say of messages and of those that could not be made. */
class ContentMakerTest {
    private static final Instant NOW = Instant.parse("2026-11-24T20:00:00Z");
    private static final byte[] NOTHING = {};
    private static final MessageId ID = MessageId.of(7, 0, 0);

    private final InstantSource clock = InstantSource.fixed(NOW);
    private final ContentMaker maker = new ContentMaker(
            new MemorySpool(clock, new Random(1)),
            new SenderPolicy(new MemorySendingDomains(clock), false),
            "mx.tradewind.test");

    private Made make(Content content) {
        byte[] stored = ContentCodec.encode(content);
        Transmission transmission = new Transmission(
                7,
                Tenant.MAIN,
                Transmission.Method.REST,
                NOW,
                Optional.empty(),
                ContentId.of(1, stored),
                stored.length,
                1,
                0,
                ReversePath.parse("bounces@sender.example"),
                "",
                "",
                NOTHING,
                "{\"shop\":\"news\"}".getBytes(StandardCharsets.UTF_8),
                new SendOptions(false, true, true, true, true, false, false, Optional.empty(), Optional.empty()),
                MessageDsn.NONE,
                false,
                "127.0.0.1",
                "key");
        maker.remember(transmission, stored);
        return maker.make(transmission, ID, Recipient.of(ForwardPath.parse("a@b.example")), NOW);
    }

    private static Content inline(String from, String subject, String text) {
        return new Content.Inline(
                new Content.Author(from, Optional.of("Shop")),
                Optional.empty(),
                subject,
                Optional.of(text),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                List.of(),
                List.of());
    }

    private static Content whole(String message) {
        return new Content.Rfc822(message.getBytes(StandardCharsets.UTF_8));
    }

    private String failure(Content content) {
        Made made = make(content);
        assertThat(made).isInstanceOf(Made.Failed.class);
        MessageFacts facts = ((Made.Failed) made).facts();
        return new String(
                MessageEvents.generationFailure(facts, NOW, "554 no", NOTHING).json(), StandardCharsets.UTF_8);
    }

    @Test
    void failureNamesTheAuthorWhoseMailCouldNotBeMade() {
        String[] author = {"\"friendly_from\":\"news@sender.example\"", "\"sending_domain\":\"sender.example\""};
        String from = "{{shop}}@Sender.example";
        assertThat(failure(inline(from, "{{if x}}", "t"))).as("syntax").contains(author);
        assertThat(failure(inline(from, "s", "{{#}}"))).as("syntax of the text").contains(author);
        assertThat(failure(inline(from, "s", "{{ render_dynamic_content(1) }}")))
                .as("rendering")
                .contains(author);
        assertThat(failure(whole("From: " + from + "\nSubject: {{if x}}\n\nt\n")))
                .contains(author);
        assertThat(failure(whole("From: Shop <news@sender.example>\n: x\n\nt\n")))
                .contains(author);
    }

    @Test
    void failureOfTheAuthorNamesNone() {
        assertThat(failure(inline("{{if x}}", "s", "t"))).doesNotContain("friendly_from", "sending_domain");
        assertThat(failure(inline("{{nobody}}", "s", "t"))).doesNotContain("friendly_from", "sending_domain");
        assertThat(failure(whole("Subject: s\n\nt\n"))).doesNotContain("friendly_from", "sending_domain");
    }

    @Test
    void eventsSayThatNothingIsTracked() {
        Made made = make(inline("news@sender.example", "s", "t"));
        assertThat(made).isInstanceOf(Made.Message.class);
        assertThat(new String(
                        MessageEvents.injection(((Made.Message) made).facts(), NOW)
                                .json(),
                        StandardCharsets.UTF_8))
                .contains("\"open_tracking\":false,\"click_tracking\":false,\"initial_pixel\":false");
    }
}
