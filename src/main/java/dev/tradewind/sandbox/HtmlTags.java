package dev.tradewind.sandbox;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Cuts HTML into tags and what lies between, as browsers roughly do; linear, never fails. Nobody's safety rests on it: what it misses, the
 * policy of the page that shows the HTML forbids.
 */
final class HtmlTags {
    /** Takes the pieces in order; together they are the whole HTML. */
    interface Sink {
        /** Text, or the content of {@code script}, {@code style} and the like; {@code inside} names that element, else empty. */
        void text(CharSequence html, int from, int to, String inside);

        /** A comment, doctype or the like. */
        void markup(CharSequence html, int from, int to);

        /** A tag. */
        void tag(Tag tag);
    }

    /** An attribute: name in lower case, value as written without quotes, place of the whole attribute. */
    record Attribute(String name, String value, int from, int to, int valueFrom, int valueTo) {}

    /** A tag: name in lower case, place with its angle brackets. */
    record Tag(CharSequence html, int from, int to, String name, boolean end, List<Attribute> attributes) {
        String attribute(String wanted) {
            for (Attribute attribute : attributes) {
                if (attribute.name().equals(wanted)) {
                    return attribute.value();
                }
            }
            return "";
        }
    }

    private static final List<String> RAW_TEXT = List.of("script", "style", "title", "textarea", "xmp", "noscript");
    private static final int MAX_ATTRIBUTES = 200;

    private final String html;
    private final Sink sink;

    private HtmlTags(String html, Sink sink) {
        this.html = html;
        this.sink = sink;
    }

    static void scan(String html, Sink sink) {
        new HtmlTags(html, sink).scan();
    }

    private void scan() {
        int at = 0;
        int textFrom = 0;
        while (at < html.length()) {
            int open = html.indexOf('<', at);
            if (open < 0 || open + 1 >= html.length()) {
                break;
            }
            char next = html.charAt(open + 1);
            if (next == '!' || next == '?') {
                text(textFrom, open, "");
                at = markupEnd(open);
                sink.markup(html, open, at);
                textFrom = at;
            } else if (isLetter(next) || (next == '/' && open + 2 < html.length() && isLetter(html.charAt(open + 2)))) {
                text(textFrom, open, "");
                Tag tag = tag(open);
                at = tag.to();
                sink.tag(tag);
                textFrom = at;
                if (!tag.end() && RAW_TEXT.contains(tag.name())) {
                    at = endOfRawText(at, tag.name());
                    text(textFrom, at, tag.name());
                    textFrom = at;
                }
            } else {
                at = open + 1;
            }
        }
        text(textFrom, html.length(), "");
    }

    private void text(int from, int to, String inside) {
        if (from < to) {
            sink.text(html, from, to, inside);
        }
    }

    private int markupEnd(int open) {
        if (!html.startsWith("<!--", open)) {
            int end = html.indexOf('>', open);
            return end < 0 ? html.length() : end + 1;
        }
        int end = html.indexOf("-->", open + 2);
        int odd = html.indexOf("--!>", open + 4); // browsers end a comment there too
        if (odd >= 0 && (end < 0 || odd < end)) {
            return odd + 4;
        }
        return end < 0 ? html.length() : end + 3;
    }

    private int endOfRawText(int from, String name) {
        int at = html.indexOf("</", from);
        while (at >= 0) {
            if (html.regionMatches(true, at + 2, name, 0, name.length())) {
                return at;
            }
            at = html.indexOf("</", at + 2);
        }
        return html.length();
    }

    private Tag tag(int open) {
        boolean end = html.charAt(open + 1) == '/';
        int at = open + (end ? 2 : 1);
        int nameFrom = at;
        while (at < html.length() && !isBlank(html.charAt(at)) && html.charAt(at) != '>' && html.charAt(at) != '/') {
            at++;
        }
        String name = html.substring(nameFrom, at).toLowerCase(Locale.ROOT);
        List<Attribute> attributes = new ArrayList<>();
        while (at < html.length() && html.charAt(at) != '>') {
            char c = html.charAt(at);
            if (isBlank(c) || c == '/') {
                at++;
            } else {
                at = attribute(at, attributes);
            }
        }
        return new Tag(html, open, Math.min(at + 1, html.length()), name, end, attributes);
    }

    private int attribute(int from, List<Attribute> attributes) {
        int at = from + 1; // even a '=' begins a name
        while (at < html.length() && !isBlank(html.charAt(at)) && "=>/".indexOf(html.charAt(at)) < 0) {
            at++;
        }
        String name = html.substring(from, at).toLowerCase(Locale.ROOT);
        int next = skipBlanks(at);
        int valueFrom = at;
        int valueTo = at;
        if (next < html.length() && html.charAt(next) == '=') {
            next = skipBlanks(next + 1);
            char quote = next < html.length() ? html.charAt(next) : '>';
            if (quote == '"' || quote == '\'') {
                int close = html.indexOf(quote, next + 1);
                valueFrom = next + 1;
                valueTo = close < 0 ? html.length() : close;
                at = close < 0 ? html.length() : close + 1;
            } else {
                valueFrom = next;
                at = next;
                while (at < html.length() && !isBlank(html.charAt(at)) && html.charAt(at) != '>') {
                    at++;
                }
                valueTo = at;
            }
        }
        if (attributes.size() < MAX_ATTRIBUTES) {
            attributes.add(new Attribute(name, html.substring(valueFrom, valueTo), from, at, valueFrom, valueTo));
        }
        return at;
    }

    private int skipBlanks(int from) {
        int at = from;
        while (at < html.length() && isBlank(html.charAt(at))) {
            at++;
        }
        return at;
    }

    private static boolean isLetter(char c) {
        return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f';
    }
}
