package dev.tradewind.compose.template;

/**
 * Whether a place of a template's source lies within a URL that the text itself begins with http:// or https://. There
 * values are percent-encoded.
 *
 * <p>A URL ends at white space, a quote, a backquote, &lt; or &gt;, and one that follows a parenthesis, as in CSS
 * {@code url(…)}, at the closing one.
 */
enum UrlState {
    OUTSIDE,
    WITHIN,
    /** Within a URL that an opening parenthesis precedes. */
    WITHIN_PARENTHESES;

    /** The state behind the text from {@code start} to {@code end}, if this is the state before it. */
    UrlState after(String source, int start, int end) {
        int tail = end;
        while (tail > start && !isTerminator(source.charAt(tail - 1))) tail--;
        int scheme = lastScheme(source, tail, end);
        UrlState state;
        int from;
        if (scheme >= 0) {
            state = scheme > start && source.charAt(scheme - 1) == '(' ? WITHIN_PARENTHESES : WITHIN;
            from = scheme;
        } else {
            state = tail > start ? OUTSIDE : this;
            from = start;
        }
        if (state == WITHIN_PARENTHESES) {
            for (int i = from; i < end; i++) {
                if (source.charAt(i) == ')') return OUTSIDE;
            }
        }
        return state;
    }

    /** The state where two ways through the template meet: within a URL if either is, because encoding is the safer. */
    UrlState or(UrlState other) {
        return this == OUTSIDE ? other : this;
    }

    private static int lastScheme(String source, int start, int end) {
        for (int i = end - "http://".length(); i >= start; i--) {
            if (!source.regionMatches(true, i, "http", 0, 4)) continue;
            if (source.startsWith("://", i + 4)) return i;
            if (i + 8 <= end && source.regionMatches(true, i + 4, "s://", 0, 4)) return i;
        }
        return -1;
    }

    private static boolean isTerminator(char c) {
        return c <= ' ' || c == '"' || c == '\'' || c == '`' || c == '<' || c == '>';
    }
}
