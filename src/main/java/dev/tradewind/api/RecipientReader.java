package dev.tradewind.api;

import dev.tradewind.mail.Domain;
import dev.tradewind.mail.ForwardPath;
import dev.tradewind.mail.Mailbox;
import dev.tradewind.mail.RecipientDsn;
import dev.tradewind.mail.ReversePath;
import dev.tradewind.spool.Recipient;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads the recipient objects of a transmission (API facts §2.5), one at a time. What is wrong with one is its own problem and never
 * that of the others; the rest of it is skipped. Only JSON that cannot be read ends the request.
 */
final class RecipientReader {
    /** Octets of {@code metadata}. */
    static final int METADATA = 10 * 1024;

    /** Octets of {@code substitution_data}. */
    static final int SUBSTITUTION_DATA = 100 * 1024;

    /** Tags that are kept. */
    static final int TAGS = 10;

    private static final int TAG_OCTETS = 255;
    private static final int NAME_OCTETS = 1024;
    private static final int HEADER_TO_OCTETS = 32 * 1024;
    private static final byte[] NOTHING = {};

    /** What an object turned out to be. */
    sealed interface Read {
        /** A recipient. */
        record Good(Recipient recipient) implements Read {}

        /** An item of {@code rcpt_to_errors}. */
        record Bad(Problem problem) implements Read {}
    }

    private final CompactJson json;
    private final Function<Domain, Optional<Problem>> returnPathRule;

    private @Nullable String email;
    private String name = "";
    private String headerTo = "";
    private byte[] metadata = NOTHING;
    private byte[] substitutionData = NOTHING;
    private List<String> tags = List.of();
    private Optional<ReversePath> returnPath = Optional.empty();
    private @Nullable Problem problem;

    /** @param returnPathRule what is wrong with a return path at a domain */
    RecipientReader(CompactJson json, Function<Domain, Optional<Problem>> returnPathRule) {
        this.json = json;
        this.returnPathRule = returnPathRule;
    }

    /**
     * Reads the array element at which the parser stands, to its end.
     *
     * @param place its place, from 0, for messages
     */
    Read read(JsonParser parser, int place) {
        email = null;
        name = "";
        headerTo = "";
        metadata = NOTHING;
        substitutionData = NOTHING;
        tags = List.of();
        returnPath = Optional.empty();
        problem = null;
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return bad(place, "invalid data format/type", 1300, "a recipient must be an object");
        }
        for (String field = parser.nextName(); field != null; field = parser.nextName()) {
            JsonToken value = parser.nextToken();
            if (problem != null || value == JsonToken.VALUE_NULL) {
                parser.skipChildren();
                continue;
            }
            switch (field) {
                case "address" -> readAddress(parser, value);
                case "metadata" -> metadata = readObject(parser, value, "metadata", METADATA, 2007);
                case "substitution_data" ->
                    substitutionData = readObject(parser, value, "substitution_data", SUBSTITUTION_DATA, 2002);
                case "tags" -> readTags(parser, value);
                case "return_path" -> readReturnPath(parser, value);
                default -> parser.skipChildren();
            }
        }
        Problem found = problem;
        if (found != null) {
            return new Read.Bad(new Problem(
                    found.message(), found.code(), found.description().map(d -> "recipient " + place + ": " + d)));
        }
        String written = email;
        if (written == null || written.isEmpty()) {
            return bad(place, "required field is missing", 1400, "address.email is required for each recipient");
        }
        try {
            return new Read.Good(new Recipient(
                    new ForwardPath(Mailbox.parse(written)),
                    name,
                    headerTo,
                    Recipient.Kind.TO,
                    metadata,
                    substitutionData,
                    tags,
                    returnPath,
                    RecipientDsn.NONE));
        } catch (IllegalArgumentException e) {
            return bad(place, "invalid data format/type", 1300, "address.email: " + Json.clip(reason(e)));
        }
    }

    private static Read bad(int place, String message, int code, String description) {
        return new Read.Bad(Problem.of(message, code, "recipient " + place + ": " + description));
    }

    private void readAddress(JsonParser parser, JsonToken value) {
        if (value == JsonToken.VALUE_STRING) {
            email = text(parser, "address", 1024);
            return;
        }
        if (value != JsonToken.START_OBJECT) {
            wrong(parser, "address must be a string or an object");
            return;
        }
        for (String field = parser.nextName(); field != null; field = parser.nextName()) {
            JsonToken inner = parser.nextToken();
            if (problem != null || inner == JsonToken.VALUE_NULL) {
                parser.skipChildren();
                continue;
            }
            switch (field) {
                case "email" -> email = text(parser, "address.email", 1024);
                case "name" -> name = text(parser, "address.name", NAME_OCTETS);
                case "header_to" -> headerTo = text(parser, "address.header_to", HEADER_TO_OCTETS);
                default -> parser.skipChildren();
            }
        }
    }

    private byte[] readObject(JsonParser parser, JsonToken value, String field, int limit, int code) {
        if (value != JsonToken.START_OBJECT) {
            wrong(parser, field + " must be an object");
            return NOTHING;
        }
        switch (json.copy(parser, limit)) {
            case COPIED -> {
                return json.octets();
            }
            case TOO_LARGE ->
                problem = Problem.of(
                        field.replace('_', ' ') + " is too large", code, field + " has more than " + limit + " bytes");
            case NOT_TEXT ->
                problem = Problem.of(
                        "invalid data format/type",
                        1300,
                        field + " holds half of a surrogate pair, which is no character");
        }
        return NOTHING;
    }

    private void readTags(JsonParser parser, JsonToken value) {
        if (value != JsonToken.START_ARRAY) {
            wrong(parser, "tags must be an array of strings");
            return;
        }
        List<String> read = new ArrayList<>(2);
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            if (problem != null || read.size() == TAGS) {
                parser.skipChildren();
            } else if (token != JsonToken.VALUE_STRING) {
                wrong(parser, "tags must be an array of strings");
            } else {
                read.add(text(parser, "a tag", TAG_OCTETS));
            }
        }
        tags = read;
    }

    private void readReturnPath(JsonParser parser, JsonToken value) {
        if (value != JsonToken.VALUE_STRING) {
            wrong(parser, "return_path must be a string");
            return;
        }
        String written = text(parser, "return_path", 1024);
        if (problem != null) {
            return;
        }
        try {
            Mailbox mailbox = Mailbox.parse(written);
            Optional<Problem> objection = returnPathRule.apply(mailbox.domain());
            objection.ifPresent(o -> problem = o);
            returnPath = Optional.of(ReversePath.of(mailbox));
        } catch (IllegalArgumentException e) {
            problem = Problem.of("invalid data format/type", 1300, "return_path: " + Json.clip(reason(e)));
        }
    }

    /** A text that may stand in a header field: no control characters. */
    private String text(JsonParser parser, String field, int mostOctets) {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            wrong(parser, field + " must be a string");
            return "";
        }
        String value = parser.getString();
        if (value.length() > mostOctets || (value.length() > mostOctets / 4 && JsonIn.utf8Length(value) > mostOctets)) {
            problem = Problem.of("invalid data format/type", 1300, field + " has more than " + mostOctets + " bytes");
            return "";
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < ' ' && c != '\t') || c == 0x7f) {
                problem = Problem.of("invalid data format/type", 1300, field + " holds a control character");
                return "";
            }
            if (Character.isSurrogate(c) && Json.hasLoneSurrogate(value)) {
                problem = Problem.of(
                        "invalid data format/type",
                        1300,
                        field + " holds half of a surrogate pair, which is no character");
                return "";
            }
        }
        return value;
    }

    private void wrong(JsonParser parser, String description) {
        parser.skipChildren();
        problem = Problem.of("invalid data format/type", 1300, description);
    }

    private static String reason(IllegalArgumentException e) {
        return e.getMessage() == null ? "not an address" : e.getMessage();
    }
}
