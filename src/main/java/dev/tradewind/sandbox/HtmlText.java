package dev.tradewind.sandbox;

import java.util.List;

/** What HTML says, without its tags; for previews. */
final class HtmlText {
    private static final List<String> SILENT = List.of("script", "style", "title", "xmp", "noscript");
    /** No preview needs more HTML than this, and style sheets come first. */
    private static final int MAX_HTML = 100_000;

    private HtmlText() {}

    /** How the text begins, white space joined. */
    static String beginning(String html, int most) {
        StringBuilder text = new StringBuilder();
        HtmlTags.scan(MailReader.clip(html, MAX_HTML), new HtmlTags.Sink() {
            @Override
            public void text(CharSequence all, int from, int to, String inside) {
                if (!SILENT.contains(inside) && text.length() < 8 * most) {
                    text.append(all, from, to);
                }
            }

            @Override
            public void markup(CharSequence all, int from, int to) {}

            @Override
            public void tag(HtmlTags.Tag tag) {
                switch (tag.name()) {
                    case "b", "i", "em", "strong", "span", "a", "font", "u", "sup", "sub" -> {}
                    default -> text.append(' ');
                }
            }
        });
        return MailReader.blanksJoined(decodeEntities(text), most);
    }

    private static String decodeEntities(StringBuilder text) {
        StringBuilder out = new StringBuilder(text.length());
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            int end = c == '&' ? text.indexOf(";", at) : -1;
            int decoded = end > 0 && end - at <= 10 ? entity(text.substring(at + 1, end)) : -1;
            if (decoded >= 0) {
                out.appendCodePoint(decoded);
                at = end + 1;
            } else {
                out.append(c);
                at++;
            }
        }
        return out.toString();
    }

    private static int entity(String name) {
        int code = switch (name) {
            case "amp" -> '&';
            case "lt" -> '<';
            case "gt" -> '>';
            case "quot" -> '"';
            case "apos" -> '\'';
            case "nbsp" -> ' ';
            case "zwnj", "zwj", "shy" -> 0x200c;
            case "copy" -> 0xa9;
            case "hellip" -> 0x2026;
            case "ndash" -> 0x2013;
            case "mdash" -> 0x2014;
            case "rsquo" -> 0x2019;
            case "lsquo" -> 0x2018;
            case "ldquo" -> 0x201c;
            case "rdquo" -> 0x201d;
            case "euro" -> 0x20ac;
            default -> -1;
        };
        if (code >= 0 || !name.startsWith("#") || name.length() < 2) {
            return code;
        }
        try {
            boolean hex = (name.charAt(1) | 0x20) == 'x';
            int number = Integer.parseInt(name.substring(hex ? 2 : 1), hex ? 16 : 10);
            boolean scalar = Character.isValidCodePoint(number) && (number < 0xd800 || number > 0xdfff);
            return scalar ? Math.max(number, ' ') : -1;
        } catch (NumberFormatException notOne) {
            return -1; // shown as written
        }
    }
}
