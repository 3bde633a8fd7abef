package dev.tradewind.api;

import dev.tradewind.mail.Domain;
import dev.tradewind.mail.Mailbox;
import dev.tradewind.spool.Spool;
import dev.tradewind.spool.StoreUnavailable;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Reads the body of {@code POST /transmissions} as it comes, in whatever order its fields have: recipients go into the staging one by
 * one, so that memory does not grow with their number; everything else is bounded. One use, one thread.
 */
final class TransmissionReader {
    private static final int CAMPAIGN_OCTETS = 64;
    private static final int DESCRIPTION_OCTETS = 1024;
    private static final int TOP_LEVEL_FIELDS = 1000;

    /** JSON octets of anything but content and recipients; unknown fields too. */
    private static final int FIELD_OCTETS = 1 << 20;

    /** JSON octets of one recipient, white space and escapes included. */
    private static final int RECIPIENT_OCTETS = 4 << 20;

    /** JSON octets of content: 20 MB in base64, or with escapes. */
    private static final long CONTENT_OCTETS = 40_000_000;

    private static final byte[] NOTHING = {};

    /**
     * What the reading depends on.
     *
     * @param now            time of acceptance
     * @param mostErrors     items of {@code rcpt_to_errors} to keep
     * @param poolExists     whether a pool of this name exists
     * @param sandboxEnabled whether there is a sandbox inbox
     * @param returnPathRule what is wrong with a return path at a domain
     */
    record Rules(
            Instant now,
            int mostErrors,
            Predicate<String> poolExists,
            boolean sandboxEnabled,
            Function<Domain, Optional<Problem>> returnPathRule) {}

    /**
     * What was read; the recipients are in the staging.
     *
     * @param rejected number of bad recipients
     * @param errors   the first of their problems
     */
    record Submission(
            ObjectNode content,
            TransmissionOptions options,
            String campaignId,
            String description,
            byte[] metadata,
            byte[] substitutionData,
            Optional<Mailbox> returnPath,
            int rejected,
            List<Problem> errors) {}

    private final RequestBody body;
    private final Spool.Staging staging;
    private final ContentBudget.Share budget;
    private final Rules rules;
    private final CompactJson json = new CompactJson();
    private final RecipientReader recipientReader;

    private @Nullable ObjectNode content;
    private TransmissionOptions options = TransmissionOptions.NONE;
    private String campaignId = "";
    private String description = "";
    private byte[] metadata = NOTHING;
    private byte[] substitutionData = NOTHING;
    private Optional<Mailbox> returnPath = Optional.empty();
    private boolean hasRecipients;
    private int rejected;
    private final List<Problem> errors = new ArrayList<>();

    TransmissionReader(RequestBody body, Spool.Staging staging, ContentBudget.Share budget, Rules rules) {
        this.body = body;
        this.staging = staging;
        this.budget = budget;
        this.rules = rules;
        this.recipientReader = new RecipientReader(json, rules.returnPathRule());
    }

    /** Reads the whole body, to its last octet. */
    Submission read() throws Refusal, IOException, StoreUnavailable {
        try (JsonParser parser = Json.FACTORY.createParser(ObjectReadContext.empty(), body)) {
            boundField();
            if (parser.nextToken() == null) {
                throw Refusal.of(
                        400,
                        1300,
                        "Request body parsing failed [Attached error message: empty body]",
                        "the body must be a JSON object");
            }
            JsonIn.requireObject(parser);
            int fields = 0;
            for (String field = parser.nextName(); field != null; field = parser.nextName()) {
                if (++fields > TOP_LEVEL_FIELDS) {
                    throw Refusal.format("the body has more than " + TOP_LEVEL_FIELDS + " fields");
                }
                parser.nextToken();
                if (!JsonIn.isNull(parser)) {
                    readField(parser, field);
                }
                boundField();
            }
            body.meter(RequestBody.Meter.NONE);
            if (parser.nextToken() != null) {
                throw Refusal.of(
                        400,
                        1300,
                        "Request body parsing failed [Attached error message: more than one JSON value]",
                        "the body must be one JSON object with nothing behind it");
            }
        } catch (JacksonException e) {
            throw Json.unreadable(e);
        }
        ObjectNode read = content;
        if (read == null) {
            throw Refusal.missing("content");
        }
        if (!hasRecipients) {
            throw Refusal.missing("recipients");
        }
        return new Submission(
                read, options, campaignId, description, metadata, substitutionData, returnPath, rejected, errors);
    }

    private void readField(JsonParser parser, String field) throws Refusal, IOException, StoreUnavailable {
        switch (field) {
            case "options" ->
                options = TransmissionOptions.read(parser, rules.now(), rules.poolExists(), rules.sandboxEnabled());
            case "recipients" -> readRecipients(parser);
            case "content" -> readContent(parser);
            case "campaign_id" -> campaignId = JsonIn.string(parser, CAMPAIGN_OCTETS);
            case "description" -> description = JsonIn.string(parser, DESCRIPTION_OCTETS);
            case "metadata" -> metadata = readObject(parser, RecipientReader.METADATA, 2007, "metadata");
            case "substitution_data" ->
                substitutionData = readObject(parser, RecipientReader.SUBSTITUTION_DATA, 2002, "substitution data");
            case "return_path" -> returnPath = readReturnPath(parser);
            case "tracking_domain" -> {
                String domain = JsonIn.string(parser, 255);
                if (!domain.isEmpty()) {
                    throw Refusal.parameter(
                            "tracking domain '" + Json.clip(domain) + "' is not verified: this server has none yet");
                }
            }
            case "override" -> {
                JsonIn.requireObject(parser);
                throw Refusal.format("'override' is not available yet: set from, reply_to and headers in content");
            }
            default -> parser.skipChildren();
        }
    }

    private void readContent(JsonParser parser) throws Refusal, IOException {
        RequestBody.Meter bound = RequestBody.Meter.upTo(
                CONTENT_OCTETS, Refusal.format("content has more than " + CONTENT_OCTETS + " bytes of JSON"));
        body.meter(octets -> {
            bound.read(octets);
            budget.read(octets);
        });
        content = ContentTree.read(parser);
    }

    private void readRecipients(JsonParser parser) throws Refusal, StoreUnavailable {
        hasRecipients = true;
        if (parser.currentToken() == JsonToken.START_OBJECT) {
            throw Refusal.of(
                    422,
                    1603,
                    "subresource not found",
                    "recipients names a stored list: there are none yet, list the recipients in an array");
        }
        JsonIn.requireArray(parser);
        Refusal tooLarge = Refusal.format("a recipient has more than " + RECIPIENT_OCTETS + " bytes of JSON");
        int place = 0;
        body.meter(RequestBody.Meter.upTo(RECIPIENT_OCTETS, tooLarge));
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            switch (recipientReader.read(parser, place)) {
                case RecipientReader.Read.Good good -> staging.add(good.recipient());
                case RecipientReader.Read.Bad bad -> {
                    rejected++;
                    if (errors.size() < rules.mostErrors()) {
                        errors.add(bad.problem());
                    }
                }
            }
            place++;
            body.meter(RequestBody.Meter.upTo(RECIPIENT_OCTETS, tooLarge));
        }
    }

    private byte[] readObject(JsonParser parser, int limit, int code, String what) throws Refusal {
        JsonIn.requireObject(parser);
        String place = JsonIn.here(parser);
        return switch (json.copy(parser, limit)) {
            case COPIED -> json.octets();
            case TOO_LARGE ->
                throw Refusal.of(422, code, what + " is too large", place + " has more than " + limit + " bytes");
            case NOT_TEXT -> throw Refusal.format(place + " holds half of a surrogate pair, which is no character");
        };
    }

    private Optional<Mailbox> readReturnPath(JsonParser parser) throws Refusal {
        String written = JsonIn.string(parser, 1024);
        Mailbox mailbox;
        try {
            mailbox = Mailbox.parse(written);
        } catch (IllegalArgumentException e) {
            throw Refusal.format("return_path: " + Json.clip(String.valueOf(e.getMessage())));
        }
        Optional<Problem> objection = rules.returnPathRule().apply(mailbox.domain());
        if (objection.isPresent()) {
            throw Refusal.of(400, List.of(objection.get()));
        }
        return Optional.of(mailbox);
    }

    private void boundField() {
        body.meter(RequestBody.Meter.upTo(
                FIELD_OCTETS, Refusal.format("a field of the body has more than " + FIELD_OCTETS + " bytes of JSON")));
    }
}
