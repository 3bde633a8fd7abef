package dev.tradewind.engine;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tradewind.accept.SenderPolicy;
import dev.tradewind.compose.CompiledContent;
import dev.tradewind.compose.Composer;
import dev.tradewind.compose.Content;
import dev.tradewind.compose.ContentCodec;
import dev.tradewind.compose.MessageData;
import dev.tradewind.compose.Pinned;
import dev.tradewind.event.MessageEvents;
import dev.tradewind.event.MessageFacts;
import dev.tradewind.mail.Domain;
import dev.tradewind.mail.MessageId;
import dev.tradewind.mail.ReversePath;
import dev.tradewind.spool.ContentId;
import dev.tradewind.spool.Recipient;
import dev.tradewind.spool.Spool;
import dev.tradewind.spool.Transmission;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/** Makes messages with the composer; compiled content and the data of transmissions are kept in memory by size. Thread-safe. */
public final class ContentMaker implements MessageMaker {
    private static final Logger LOG = LoggerFactory.getLogger(ContentMaker.class);
    private static final long MAX_COMPILED_OCTETS = 96L << 20;
    private static final long MAX_DATA_OCTETS = 32L << 20;

    private final Spool spool;
    private final SenderPolicy policy;
    private final String hostname;
    private final Cache<ContentKey, CompiledContent> compiled = Caffeine.newBuilder()
            .maximumWeight(MAX_COMPILED_OCTETS)
            .weigher((ContentKey key, CompiledContent content) ->
                    (int) Math.min(Integer.MAX_VALUE, content.retainedOctets()))
            .build();
    private final Cache<Long, SharedData> shared = Caffeine.newBuilder()
            .maximumWeight(MAX_DATA_OCTETS)
            .weigher((Long id, SharedData data) -> data.weight())
            .build();

    private record ContentKey(ContentId id, boolean substitutions) {}

    /** Data that the messages of a transmission share, parsed. */
    private record SharedData(ObjectNode metadata, ObjectNode substitutionData, int weight) {}

    /**
     * @param spool    where content is
     * @param policy   who may send as whom: asked again here, since a From field may be a template
     * @param hostname right side of Message-IDs
     */
    public ContentMaker(Spool spool, SenderPolicy policy, String hostname) {
        this.spool = spool;
        this.policy = policy;
        this.hostname = hostname;
    }

    @Override
    public void remember(Transmission transmission, byte[] content) {
        var _ = compiled.get(keyOf(transmission), key -> compile(content, key));
    }

    private static ContentKey keyOf(Transmission transmission) {
        return new ContentKey(transmission.content(), transmission.options().performSubstitutions());
    }

    private static @Nullable CompiledContent compile(byte[] stored, ContentKey key) {
        return switch (ContentCodec.decode(stored)) {
            case ContentCodec.Decoded.Read(Content content) -> CompiledContent.compile(content, key.substitutions());
            case ContentCodec.Decoded.Refused(String reason) -> {
                LOG.atError()
                        .addKeyValue("content", key.id())
                        .addKeyValue("why", reason)
                        .log("content damaged");
                yield null;
            }
        };
    }

    private @Nullable CompiledContent load(ContentKey key) {
        return spool.content(key.id()).map(stored -> compile(stored, key)).orElse(null);
    }

    @Override
    public Made make(Transmission transmission, MessageId id, Recipient recipient, Instant injected) {
        if (recipient.equals(Recipient.UNREADABLE)) {
            return new Made.Failed(
                    facts(transmission, id, recipient),
                    "554 5.3.0 [internal] the stored record of this recipient is damaged; see the log of the server",
                    recipient.substitutionData());
        }
        CompiledContent content = compiled.get(keyOf(transmission), this::load);
        if (content == null) {
            return new Made.Failed(
                    facts(transmission, id, recipient),
                    "554 5.3.0 [internal] the content of the transmission is no longer stored",
                    recipient.substitutionData());
        }
        SharedData data = shared.get(transmission.id(), key -> parse(transmission));
        ReversePath returnPath = recipient.returnPath().orElse(transmission.returnPath());
        MessageData message = new MessageData(
                recipient.path().mailbox(),
                recipient.name(),
                recipient.headerTo(),
                returnPath,
                new MessageData.Layers(
                        data.metadata(),
                        data.substitutionData(),
                        MessageData.layer(recipient.metadata()),
                        MessageData.layer(recipient.substitutionData())));
        Pinned pinned = new Pinned(injected, "<" + id + "@" + hostname + ">", id.low() ^ id.transmission());
        return switch (Composer.compose(content, message, pinned)) {
            case Composer.Composed.Failed failed ->
                new Made.Failed(
                        facts(transmission, id, recipient, Composer.author(content, message, pinned), Optional.empty()),
                        "554 5.6.0 [internal] " + failed.reason(),
                        recipient.substitutionData());
            case Composer.Composed.Message made -> judged(transmission, id, recipient, injected, made);
        };
    }

    private Made judged(
            Transmission transmission,
            MessageId id,
            Recipient recipient,
            Instant injected,
            Composer.Composed.Message made) {
        byte first = made.octets().size() == 0 ? (byte) ' ' : made.octets().octets()[0];
        if (first == ' ' || first == '\t') {
            // Our signature goes in front: it would take this line for its own continuation.
            return new Made.Failed(
                    facts(transmission, id, recipient, Optional.of(made.friendlyFrom()), Optional.empty()),
                    "554 5.6.0 [internal] the message begins with white space instead of a header field",
                    recipient.substitutionData());
        }
        MessageFacts facts = facts(
                transmission,
                id,
                recipient,
                Optional.empty(),
                Optional.of(new MessageFacts.Composed(
                        injected,
                        made.subject(),
                        made.friendlyFrom(),
                        made.octets().size())));
        Optional<String> objection = transmission.method() == Transmission.Method.INTERNAL
                ? Optional.empty()
                : objection(transmission, made.fromDomain());
        return objection
                .<Made>map(why -> new Made.Rejected(
                        facts,
                        new MessageEvents.Reason(554, "554 5.7.1 [internal] " + why, 25, "internal/sender_policy"),
                        recipient.substitutionData()))
                .orElseGet(() -> new Made.Message(
                        transmission,
                        recipient,
                        facts,
                        made.octets(),
                        made.fromDomain(),
                        made.smtpUtf8(),
                        made.eightBit()));
    }

    private Optional<String> objection(Transmission transmission, Domain fromDomain) {
        return policy.objection(transmission.tenant(), fromDomain);
    }

    private static SharedData parse(Transmission transmission) {
        return new SharedData(
                MessageData.layer(transmission.metadata()),
                MessageData.layer(transmission.substitutionData()),
                500 + 8 * (transmission.metadata().length + transmission.substitutionData().length));
    }

    @Override
    public MessageFacts facts(Transmission transmission, MessageId id, Recipient recipient) {
        return facts(transmission, id, recipient, Optional.empty(), Optional.empty());
    }

    private MessageFacts facts(
            Transmission transmission,
            MessageId id,
            Recipient recipient,
            Optional<String> friendlyFrom,
            Optional<MessageFacts.Composed> composed) {
        String kind = switch (recipient.kind()) {
            case TO -> "";
            case CC, BCC, ARCHIVE -> recipient.kind().name().toLowerCase(Locale.ROOT);
        };
        return new MessageFacts(
                id,
                transmission.tenant(),
                recipient.path().address(),
                recipient.path().mailbox().domain().name(),
                kind,
                recipient.tags(),
                mergedMetadata(transmission, recipient),
                recipient.returnPath().orElse(transmission.returnPath()).address(),
                transmission.campaignId(),
                transmission.method().wireName(),
                transmission.startTime(),
                transmission.options().pool(),
                transmission.options().transactional(),
                false, // nothing is tracked yet, whatever the transmission asks for
                false,
                false,
                friendlyFrom,
                composed);
    }

    /** {@code rcpt_meta}: the recipient's metadata wins over the transmission's (API facts §2.1). */
    private byte[] mergedMetadata(Transmission transmission, Recipient recipient) {
        if (recipient.metadata().length == 0) {
            return transmission.metadata();
        }
        if (transmission.metadata().length == 0) {
            return recipient.metadata();
        }
        ObjectNode merged = MessageData.layer(transmission.metadata()).deepCopy();
        merged.setAll(MessageData.layer(recipient.metadata()));
        return JsonMapper.shared().writeValueAsString(merged).getBytes(StandardCharsets.UTF_8);
    }
}
