package dev.tradewind.api;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectWriteContext;

import java.io.OutputStream;
import java.util.Arrays;

/**
 * Copies JSON objects from a parser to compact octets, numbers as they were written, without a tree between. One instance serves the
 * objects of a request one after the other and keeps its buffer.
 */
final class CompactJson {
    private static final byte[] NOTHING = {};

    private final Sink sink = new Sink();
    private @Nullable JsonGenerator generator;

    /** What became of an object. */
    enum Outcome {
        COPIED,
        TOO_LARGE,
        /** A string holds half of a surrogate pair. */
        NOT_TEXT
    }

    /**
     * Copies the object at whose start the parser stands; leaves it at its end, whatever the outcome.
     *
     * @param limit most octets of the copy
     */
    Outcome copy(JsonParser parser, int limit) {
        sink.begin(limit);
        JsonGenerator out = generator;
        if (out == null) {
            out = Json.FACTORY.createGenerator(ObjectWriteContext.empty(), sink);
            generator = out;
        }
        Outcome outcome = Outcome.COPIED;
        int depth = 0;
        JsonToken token = parser.currentToken();
        while (true) {
            if (token.isStructStart()) {
                depth++;
            } else if (token.isStructEnd()) {
                depth--;
            }
            if (outcome == Outcome.COPIED) {
                outcome = write(parser, token, out);
                if (outcome == Outcome.COPIED && sink.overflown()) {
                    outcome = Outcome.TOO_LARGE;
                }
            }
            if (depth == 0) {
                break;
            }
            token = parser.nextToken();
        }
        if (outcome != Outcome.COPIED) {
            generator = null; // it stands in the middle of an object
            return outcome;
        }
        out.flush();
        return sink.overflown() ? Outcome.TOO_LARGE : Outcome.COPIED;
    }

    /** The last copy; nothing for an empty object. */
    byte[] octets() {
        return sink.length == 2 ? NOTHING : Arrays.copyOf(sink.octets, sink.length);
    }

    private static Outcome write(JsonParser parser, JsonToken token, JsonGenerator out) {
        switch (token) {
            case START_OBJECT -> out.writeStartObject();
            case END_OBJECT -> out.writeEndObject();
            case START_ARRAY -> out.writeStartArray();
            case END_ARRAY -> out.writeEndArray();
            case PROPERTY_NAME -> {
                String name = parser.currentName();
                if (Json.hasLoneSurrogate(name)) {
                    return Outcome.NOT_TEXT;
                }
                out.writeName(name);
            }
            case VALUE_STRING -> {
                char[] text = parser.getStringCharacters();
                int offset = parser.getStringOffset();
                int length = parser.getStringLength();
                if (hasLoneSurrogate(text, offset, offset + length)) {
                    return Outcome.NOT_TEXT;
                }
                out.writeString(text, offset, length);
            }
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> out.writeNumber(parser.getString());
            case VALUE_TRUE -> out.writeBoolean(true);
            case VALUE_FALSE -> out.writeBoolean(false);
            case VALUE_NULL -> out.writeNull();
            case VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE ->
                throw new IllegalStateException("a blocking parser of text gives no " + token);
        }
        return Outcome.COPIED;
    }

    private static boolean hasLoneSurrogate(char[] text, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = text[i];
            if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
                if (Character.isLowSurrogate(c) || i + 1 == to || !Character.isLowSurrogate(text[i + 1])) {
                    return true;
                }
                i++;
            }
        }
        return false;
    }

    /** Keeps up to the limit and remembers whether there was more. */
    private static final class Sink extends OutputStream {
        private byte[] octets = new byte[1024];
        private int length;
        private int limit;
        private boolean more;

        void begin(int most) {
            length = 0;
            limit = most;
            more = false;
        }

        boolean overflown() {
            return more;
        }

        @Override
        public void write(int octet) {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] source, int offset, int count) {
            if (more || count > limit - length) {
                more = true;
                return;
            }
            if (length + count > octets.length) {
                octets = Arrays.copyOf(octets, Math.max(length + count, Math.min(limit, octets.length * 2)));
            }
            System.arraycopy(source, offset, octets, length, count);
            length += count;
        }
    }
}
