package dev.tradewind.compose.template;

import java.util.Optional;

/**
 * The amp-mustache templates within an AMP body: {@code <template type="amp-mustache">} and {@code <script
 * template="amp-mustache">}. The mail client fills them in, with the same braces as ours, so that most tags in them are kept
 * as text. Used in the order of the source.
 */
final class AmpMustache {
    static final AmpMustache NONE = new AmpMustache(new int[0], 0);

    /** Start and end of each, in pairs, in order. */
    private final int[] ranges;

    private final int count;
    private int current;

    private AmpMustache(int[] ranges, int count) {
        this.ranges = ranges;
        this.count = count;
    }

    static AmpMustache find(String source) {
        int[] ranges = new int[8];
        int count = 0;
        int at = 0;
        while (true) {
            int open = source.indexOf('<', at);
            if (open < 0) break;
            at = open + 1;
            String name = elementAt(source, at);
            if (name.isEmpty()) continue;
            int body = source.indexOf('>', at);
            if (body < 0) break;
            at = body + 1;
            if (!containsIgnoreCase(source, open, body, "amp-mustache")) continue;
            int end = endOfElement(source, at, name);
            if (count == ranges.length) ranges = java.util.Arrays.copyOf(ranges, 2 * count);
            ranges[count++] = at;
            ranges[count++] = end;
            at = end;
        }
        return count == 0 ? NONE : new AmpMustache(ranges, count);
    }

    /** The element name that starts there, if it is one that may hold a mustache template; else empty. */
    private static String elementAt(String source, int at) {
        if (isName(source, at, "template")) return "template";
        return isName(source, at, "script") ? "script" : "";
    }

    private static boolean isName(String source, int at, String name) {
        int end = at + name.length();
        if (!source.regionMatches(true, at, name, 0, name.length())) return false;
        return end >= source.length() || (!Character.isLetterOrDigit(source.charAt(end)) && source.charAt(end) != '-');
    }

    /** The offset of the end tag; templates may hold templates. The end of the source if it is missing. */
    private static int endOfElement(String source, int from, String name) {
        int depth = 1;
        int at = from;
        while (true) {
            int open = source.indexOf('<', at);
            if (open < 0) return source.length();
            at = open + 1;
            if (at < source.length() && source.charAt(at) == '/' && isName(source, at + 1, name)) {
                if (--depth == 0) return open;
            } else if (isName(source, at, name)) {
                depth++;
            }
        }
    }

    /**
     * Whether the tag that opens at {@code open} is the mail client's.
     *
     * @return the offset behind it if it is to be kept as text; empty if it is ours
     */
    Optional<Integer> endOfKept(String source, int open, boolean triple) {
        while (current < count && ranges[current + 1] <= open) current += 2;
        if (current >= count || open < ranges[current]) return Optional.empty();
        int start = open + (triple ? 3 : 2);
        int end = Math.max(start, ranges[current + 1]);
        int close = source.indexOf("}}", start, end);
        if (close < 0) return Optional.of(end);
        String tag = source.substring(start, close);
        if (isOurs(tag)) return Optional.empty();
        return Optional.of(close + (triple && source.startsWith("}}}", close) ? 3 : 2));
    }

    private static boolean isOurs(String tag) {
        if (tag.contains("sparkpost") || tag.contains("loop_var") || tag.contains("_curly")) return true;
        String trimmed = tag.strip();
        return trimmed.equals("else") || trimmed.equals("end");
    }

    private static boolean containsIgnoreCase(String source, int start, int end, String wanted) {
        for (int i = start; i + wanted.length() <= end; i++) {
            if (source.regionMatches(true, i, wanted, 0, wanted.length())) return true;
        }
        return false;
    }
}
