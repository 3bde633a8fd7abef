package dev.tradewind.mail.mime;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;

/**
 * Reading of RFC 2047 encoded words, as mail really has them. Beyond the RFC these are read too: words glued to other text or inside
 * quoted strings, blanks inside a word, base64 without padding, a language behind the charset (RFC 2231 §5), one character split over
 * two words. What names a charset or an encoding that does not exist stays as it stands. Linear in the length of the text.
 */
public final class EncodedWords {
    private static final int MAX_CHARSET_NAME = 64;
    private static final int MAX_UNKNOWN = 20;

    private EncodedWords() {}

    /**
     * Text of octets that should be ASCII or UTF-8 (RFC 6532); what is neither is read as windows-1252, in which no octet is an error
     * for long.
     */
    public static String textOf(byte[] octets, int from, int to) {
        boolean ascii = true;
        for (int i = from; i < to; i++) {
            if (octets[i] < 0) {
                ascii = false;
                break;
            }
        }
        if (ascii) {
            return new String(octets, from, to - from, StandardCharsets.ISO_8859_1);
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(octets, from, to - from))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            return new String(octets, from, to - from, windows1252());
        }
    }

    /** The text with its encoded words decoded; control characters (a decoded line end among them) become blanks. */
    public static String decode(String text) {
        int at = text.indexOf("=?");
        if (at < 0) {
            return withoutControls(text);
        }
        StringBuilder out = new StringBuilder(text.length());
        Pending pending = new Pending(out);
        int done = 0;
        int unknown = 0;
        while (at >= 0) {
            int charsetEnd = text.indexOf('?', at + 2);
            if (charsetEnd < 0) {
                break;
            }
            if (charsetEnd - at - 2 > MAX_CHARSET_NAME
                    || charsetEnd + 2 >= text.length()
                    || text.charAt(charsetEnd + 2) != '?'
                    || !isEncoding(text.charAt(charsetEnd + 1))) {
                at = text.indexOf("=?", at + 2);
                continue;
            }
            int payload = charsetEnd + 3;
            int end = text.indexOf("?=", payload);
            if (end < 0) {
                break; // no word ends any more
            }
            Charset charset = charset(text.substring(at + 2, charsetEnd));
            if (charset == null) {
                if (++unknown > MAX_UNKNOWN) {
                    break; // looking for a charset that does not exist is slow
                }
                at = text.indexOf("=?", end + 2);
                continue;
            }
            if (!pending.isOpen() || !isBlank(text, done, at)) {
                pending.flush();
                out.append(text, done, at);
            }
            boolean base64 = (text.charAt(charsetEnd + 1) | 0x20) == 'b';
            pending.add(charset, text, payload, end, base64);
            done = end + 2;
            at = text.indexOf("=?", done);
        }
        pending.flush();
        out.append(text, done, text.length());
        return withoutControls(out.toString());
    }

    private static boolean isEncoding(char c) {
        int lower = c | 0x20;
        return lower == 'b' || lower == 'q';
    }

    private static boolean isBlank(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c != ' ' && c != '\t' && c != '\r' && c != '\n') {
                return false;
            }
        }
        return true;
    }

    @Nullable
    static Charset charset(String written) {
        int language = written.indexOf('*');
        String name = (language < 0 ? written : written.substring(0, language)).strip();
        if (name.equalsIgnoreCase("utf-8") || name.equalsIgnoreCase("utf8")) {
            return StandardCharsets.UTF_8;
        }
        if (name.equalsIgnoreCase("iso-8859-1") || name.equalsIgnoreCase("us-ascii")) {
            return windows1252(); // a superset, and what such text really is
        }
        try {
            return Charset.forName(name);
        } catch (IllegalCharsetNameException | UnsupportedCharsetException unknown) {
            return null;
        }
    }

    private static Charset windows1252() {
        return Charset.forName("windows-1252");
    }

    private static String withoutControls(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (isControl(text.charAt(i))) {
                char[] clean = text.toCharArray();
                for (int n = i; n < clean.length; n++) {
                    if (isControl(clean[n])) {
                        clean[n] = ' ';
                    }
                }
                return new String(clean);
            }
        }
        return text;
    }

    static boolean isControl(char c) {
        return c < ' ' || (c >= 0x7f && c < 0xa0);
    }

    /** Octets of neighbouring words of one charset: a character may be split over them. */
    private static final class Pending {
        private final StringBuilder out;
        private final ByteArrayOutputStream octets = new ByteArrayOutputStream();
        private @Nullable Charset charset;

        Pending(StringBuilder out) {
            this.out = out;
        }

        boolean isOpen() {
            return charset != null;
        }

        void add(Charset of, String text, int from, int to, boolean base64) {
            if (charset != null && !charset.equals(of)) {
                flush();
            }
            charset = of;
            if (base64) {
                addBase64(text, from, to);
            } else {
                addQ(text, from, to);
            }
        }

        private void addBase64(String text, int from, int to) {
            int bits = 0;
            int value = 0;
            for (int i = from; i < to; i++) {
                int digit = base64Digit(text.charAt(i));
                if (digit < 0) {
                    if (text.charAt(i) == '=') {
                        bits = 0; // some encoders pad in the middle
                        value = 0;
                    }
                    continue;
                }
                value = (value << 6 | digit) & 0xffff;
                bits += 6;
                if (bits >= 8) {
                    bits -= 8;
                    octets.write(value >> bits);
                }
            }
        }

        private void addQ(String text, int from, int to) {
            for (int i = from; i < to; i++) {
                char c = text.charAt(i);
                if (c == '_') {
                    octets.write(' ');
                } else if (c == '='
                        && i + 2 < to
                        && hexDigit(text.charAt(i + 1)) >= 0
                        && hexDigit(text.charAt(i + 2)) >= 0) {
                    octets.write(hexDigit(text.charAt(i + 1)) << 4 | hexDigit(text.charAt(i + 2)));
                    i += 2;
                } else if (c < 0x80) {
                    octets.write(c);
                } else {
                    Charset now = charset;
                    String character = Character.toString(text.codePointAt(i));
                    byte[] raw = character.getBytes(now == null ? StandardCharsets.UTF_8 : now);
                    octets.write(raw, 0, raw.length);
                    i += character.length() - 1;
                }
            }
        }

        void flush() {
            if (charset != null) {
                out.append(new String(octets.toByteArray(), charset));
                octets.reset();
                charset = null;
            }
        }
    }

    static int base64Digit(char c) {
        if (c >= 'A' && c <= 'Z') {
            return c - 'A';
        }
        if (c >= 'a' && c <= 'z') {
            return c - 'a' + 26;
        }
        if (c >= '0' && c <= '9') {
            return c - '0' + 52;
        }
        return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
    }

    static int hexDigit(char c) {
        return c < 0x80 ? Character.digit(c, 16) : -1;
    }
}
