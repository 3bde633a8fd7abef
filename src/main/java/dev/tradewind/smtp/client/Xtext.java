package dev.tradewind.smtp.client;

import java.util.Locale;

/** Writes values of DSN parameters: xtext (RFC 3461 §4) and, for addresses outside ASCII, utf-8-addr-xtext (RFC 6533 §3). */
public final class Xtext {
    private static final String HEX = "0123456789ABCDEF";

    private Xtext() {}

    /** ASCII text as xtext; a character outside ASCII, which xtext has no way to write, becomes {@code ?}. */
    public static String encode(String text) {
        StringBuilder out = new StringBuilder(text.length() + 8);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i) < 0x80 ? text.charAt(i) : '?';
            if (c < '!' || c > '~' || c == '+' || c == '=') {
                out.append('+').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }

    /**
     * The value of an ORCPT parameter.
     *
     * @param orcpt address type, semicolon, address, decoded
     */
    public static String orcpt(String orcpt) {
        int semicolon = orcpt.indexOf(';');
        String type = semicolon < 0 ? "rfc822" : orcpt.substring(0, semicolon);
        String address = orcpt.substring(semicolon + 1);
        boolean ascii = address.chars().allMatch(c -> c < 0x80);
        if (ascii && !type.toLowerCase(Locale.ROOT).equals("utf-8")) {
            return type + ';' + encode(address);
        }
        StringBuilder out = new StringBuilder("utf-8;");
        address.codePoints().forEach(c -> {
            if (c < '!' || c > '~' || c == '+' || c == '=' || c == '\\') {
                out.append("\\x{")
                        .append(Integer.toHexString(c).toUpperCase(Locale.ROOT))
                        .append('}');
            } else {
                out.append((char) c);
            }
        });
        return out.toString();
    }
}
