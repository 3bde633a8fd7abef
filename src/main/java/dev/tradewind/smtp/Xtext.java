package dev.tradewind.smtp;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * The encodings of RFC 3461 §4 and RFC 6533 §3 in which ESMTP parameters carry free text: {@code xtext}, where {@code +41} is an octet,
 * and {@code utf-8-addr-xtext}, where {@code \x{F6}} is a character.
 */
public final class Xtext {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private Xtext() {}

    /**
     * Decodes xtext.
     *
     * @throws IllegalArgumentException if it is none, or hides an octet that is not printable ASCII
     */
    public static String decode(String encoded) {
        StringBuilder text = new StringBuilder(encoded.length());
        for (int i = 0; i < encoded.length(); i++) {
            char c = encoded.charAt(i);
            if (c < '!' || c > '~' || c == '=') {
                throw new IllegalArgumentException("xtext holds '!' to '~' without '=' (RFC 3461 section 4)");
            }
            if (c == '+') {
                if (i + 2 >= encoded.length()
                        || !isUpperHex(encoded.charAt(i + 1))
                        || !isUpperHex(encoded.charAt(i + 2))) {
                    throw new IllegalArgumentException(
                            "in xtext '+' is followed by two upper-case hex digits (RFC 3461 section 4)");
                }
                c = (char) HexFormat.fromHexDigits(encoded, i + 1, i + 3);
                i += 2;
                if (c < ' ' || c > '~') {
                    throw new IllegalArgumentException("xtext hides an octet that is not printable ASCII");
                }
            }
            text.append(c);
        }
        return text.toString();
    }

    /** Encodes printable ASCII as xtext; other characters as the octets of their UTF-8. */
    public static String encode(String text) {
        StringBuilder encoded = new StringBuilder(text.length() + 8);
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            if (octet < '!' || octet > '~' || octet == '+' || octet == '=') {
                encoded.append('+').append(HEX.toHexDigits(octet));
            } else {
                encoded.append((char) octet);
            }
        }
        return encoded.toString();
    }

    /**
     * Decodes {@code utf-8-addr-xtext} or {@code utf-8-addr-unitext} (RFC 6533 §3): characters as they stand or as {@code \x{HEX}}.
     *
     * @throws IllegalArgumentException if it is neither
     */
    public static String decodeUnicode(String encoded) {
        StringBuilder text = new StringBuilder(encoded.length());
        for (int i = 0; i < encoded.length(); i++) {
            char c = encoded.charAt(i);
            if (c != '\\') {
                if (c <= ' ' || c == 0x7f || c == '+' || c == '=') {
                    throw new IllegalArgumentException("a utf-8 address holds neither blanks nor '+' nor '='");
                }
                text.append(c);
                continue;
            }
            int close = encoded.indexOf('}', i);
            if (!encoded.startsWith("x{", i + 1) || close < i + 5 || close > i + 9) {
                throw new IllegalArgumentException("a character is \\x{HEX} of 2 to 6 digits (RFC 6533 section 3)");
            }
            for (int n = i + 3; n < close; n++) {
                if (!isUpperHex(encoded.charAt(n))) {
                    throw new IllegalArgumentException(
                            "a character is \\x{HEX} of upper-case digits (RFC 6533 section 3)");
                }
            }
            int character = HexFormat.fromHexDigits(encoded, i + 3, close);
            if (character < ' '
                    || !Character.isValidCodePoint(character)
                    || (character >= 0x7f && character < 0xa0)
                    || (character >= 0xd800 && character <= 0xdfff)) {
                throw new IllegalArgumentException(
                        "\\x{" + encoded.substring(i + 3, close) + "} is no printable character");
            }
            text.appendCodePoint(character);
            i = close;
        }
        return text.toString();
    }

    /** Encodes as {@code utf-8-addr-xtext}, which is ASCII. */
    public static String encodeUnicode(String text) {
        StringBuilder encoded = new StringBuilder(text.length() + 8);
        text.codePoints().forEach(character -> {
            if (character > ' ' && character < 0x7f && character != '+' && character != '=' && character != '\\') {
                encoded.append((char) character);
            } else {
                String hex = Integer.toHexString(character).toUpperCase(java.util.Locale.ROOT);
                encoded.append("\\x{")
                        .append(hex.length() < 2 ? "0" + hex : hex)
                        .append('}');
            }
        });
        return encoded.toString();
    }

    /**
     * The value of an ORCPT parameter (RFC 3461 §4.2): xtext, or {@code utf-8-addr-xtext} if the address is not ASCII.
     *
     * @param orcpt address type, semicolon, address, decoded; without a type it is {@code rfc822}
     */
    public static String encodeOrcpt(String orcpt) {
        int semicolon = orcpt.indexOf(';');
        String type = semicolon < 0 ? "rfc822" : orcpt.substring(0, semicolon);
        String address = orcpt.substring(semicolon + 1);
        boolean ascii = address.chars().allMatch(c -> c < 0x80);
        return ascii && !type.equalsIgnoreCase("utf-8")
                ? type + ';' + encode(address)
                : "utf-8;" + encodeUnicode(address);
    }

    private static boolean isUpperHex(char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F');
    }
}
