package dev.tradewind.mail.mime;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The value of a Content-Type or Content-Disposition field read tolerantly (RFC 2045 §5.1, RFC 2183, RFC 2231): comments skipped, quotes
 * optional, parameters in sections joined and extended ones decoded. Never fails: what cannot be read is left out.
 *
 * @param value      the part before the first {@code ;}, lower-case, such as {@code text/plain} or {@code attachment}; empty if missing
 * @param parameters by lower-case name; the first of a name counts, an extended one before a plain one
 */
public record ContentType(String value, Map<String, String> parameters) {
    /** What a part without the field is (RFC 2045 §5.2). */
    public static final ContentType DEFAULT = new ContentType("text/plain", Map.of());

    private static final int MAX_PARAMETERS = 100;

    /** Copies the parameters and keeps their order, so that what is written from them is always the same. */
    public ContentType {
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }

    /** Reads an unfolded value. */
    public static ContentType parse(String unfolded) {
        return new Reader(unfolded).read();
    }

    /** Reads the Content-Type of a header section; {@link #DEFAULT} if there is none or it is no media type. */
    public static ContentType of(HeaderSection header) {
        return header.first("Content-Type")
                .map(field -> parse(field.unfolded()))
                .filter(type -> type.value.indexOf('/') > 0)
                .orElse(DEFAULT);
    }

    /** Whether the top-level type is this one, such as {@code multipart}. */
    public boolean isOf(String topLevel) {
        return value.length() > topLevel.length()
                && value.startsWith(topLevel)
                && value.charAt(topLevel.length()) == '/';
    }

    /** A parameter; empty if there is none or it is empty. */
    public String parameter(String name) {
        return parameters.getOrDefault(name, "");
    }

    private static final class Reader {
        private final String text;
        private int at;

        Reader(String text) {
            this.text = text;
        }

        ContentType read() {
            StringBuilder value = new StringBuilder();
            while (at < text.length() && text.charAt(at) != ';') {
                char c = text.charAt(at);
                if (c == '(') {
                    skipComment();
                } else {
                    if (c > ' ') {
                        value.append(c);
                    }
                    at++;
                }
            }
            Map<String, String> raw = new LinkedHashMap<>();
            while (at < text.length() && raw.size() < MAX_PARAMETERS) {
                parameter(raw);
            }
            return new ContentType(value.toString().toLowerCase(Locale.ROOT), joined(raw));
        }

        private void parameter(Map<String, String> raw) {
            StringBuilder name = new StringBuilder();
            while (at < text.length() && text.charAt(at) != '=') {
                char c = text.charAt(at);
                if (c == '(') {
                    skipComment();
                    continue;
                }
                at++;
                if (c == ';') {
                    name.setLength(0);
                } else if (c > ' ') {
                    name.append(c);
                }
            }
            at++;
            skipBlanks();
            StringBuilder value = new StringBuilder();
            if (at < text.length() && text.charAt(at) == '"') {
                at++;
                while (at < text.length() && text.charAt(at) != '"') {
                    if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                        at++;
                    }
                    value.append(text.charAt(at++));
                }
                at++;
            } else {
                while (at < text.length()
                        && text.charAt(at) > ' '
                        && text.charAt(at) != ';'
                        && text.charAt(at) != '(') {
                    value.append(text.charAt(at++));
                }
            }
            if (!name.isEmpty()) {
                raw.putIfAbsent(name.toString().toLowerCase(Locale.ROOT), value.toString());
            }
        }

        private void skipBlanks() {
            while (at < text.length() && (text.charAt(at) <= ' ' || text.charAt(at) == '(')) {
                if (text.charAt(at) == '(') {
                    skipComment();
                } else {
                    at++;
                }
            }
        }

        private void skipComment() {
            int depth = 0;
            do {
                char c = text.charAt(at++);
                if (c == '\\') {
                    at++;
                } else if (c == '(') {
                    depth++;
                } else if (c == ')') {
                    depth--;
                }
            } while (depth > 0 && at < text.length());
        }

        private static Map<String, String> joined(Map<String, String> raw) {
            Map<String, String> parameters = new LinkedHashMap<>();
            for (Map.Entry<String, String> entry : raw.entrySet()) {
                String name = entry.getKey();
                int star = name.indexOf('*');
                if (star < 0) {
                    parameters.putIfAbsent(name, entry.getValue());
                    continue;
                }
                String base = name.substring(0, star);
                String rest = name.substring(star);
                if (rest.equals("*") || rest.equals("*0") || rest.equals("*0*")) {
                    parameters.put(base, extended(raw, base, rest));
                }
            }
            return parameters;
        }

        private static String extended(Map<String, String> raw, String base, String first) {
            ByteArrayOutputStream octets = new ByteArrayOutputStream();
            String start = raw.getOrDefault(base + first, "");
            Charset charset = StandardCharsets.UTF_8;
            if (first.endsWith("*")) {
                int language = start.indexOf('\'');
                int value = language < 0 ? -1 : start.indexOf('\'', language + 1);
                if (value >= 0) {
                    Charset named = EncodedWords.charset(start.substring(0, language));
                    charset = named == null ? charset : named;
                    start = start.substring(value + 1);
                }
            }
            append(octets, start, first.endsWith("*"), charset);
            if (!first.equals("*")) {
                for (int section = 1; section < MAX_PARAMETERS; section++) {
                    String plain = raw.get(base + '*' + section);
                    String encoded = raw.get(base + '*' + section + '*');
                    if (encoded != null) {
                        append(octets, encoded, true, charset);
                    } else if (plain != null) {
                        append(octets, plain, false, charset);
                    } else {
                        break;
                    }
                }
            }
            return new String(octets.toByteArray(), charset);
        }

        private static void append(ByteArrayOutputStream octets, String value, boolean encoded, Charset charset) {
            if (!encoded) {
                octets.writeBytes(value.getBytes(charset));
                return;
            }
            for (int i = 0; i < value.length(); i++) {
                char c = value.charAt(i);
                if (c == '%'
                        && i + 2 < value.length()
                        && EncodedWords.hexDigit(value.charAt(i + 1)) >= 0
                        && EncodedWords.hexDigit(value.charAt(i + 2)) >= 0) {
                    octets.write(EncodedWords.hexDigit(value.charAt(i + 1)) << 4
                            | EncodedWords.hexDigit(value.charAt(i + 2)));
                    i += 2;
                } else {
                    octets.writeBytes(String.valueOf(c).getBytes(charset));
                }
            }
        }
    }
}
