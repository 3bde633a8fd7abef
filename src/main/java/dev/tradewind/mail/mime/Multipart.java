package dev.tradewind.mail.mime;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Where the parts of a multipart are (RFC 2046 §5.1.1). */
final class Multipart {
    /** A part: header section and body, without the line end before the delimiter that follows. */
    record Span(int from, int to) {}

    private Multipart() {}

    /**
     * Finds the parts between {@code from} and {@code to}; a last one that is cut off goes to the end. Empty if the boundary does not
     * occur or is empty.
     */
    static List<Span> parts(byte[] octets, int from, int to, String boundary) {
        List<Span> spans = new ArrayList<>();
        if (boundary.isBlank()) {
            return spans;
        }
        byte[] delimiter = ("--" + boundary.stripTrailing()).getBytes(StandardCharsets.UTF_8);
        int partStart = -1; // in the preamble
        int line = from;
        while (line < to) {
            int lineEnd = lineEnd(octets, line, to);
            int kind = delimiterKind(octets, delimiter, line, lineEnd);
            if (kind > 0) {
                if (partStart >= 0) {
                    spans.add(new Span(partStart, Math.max(partStart, withoutLineEnd(octets, partStart, line))));
                }
                partStart = lineEnd;
                if (kind == 2) {
                    return spans;
                }
            }
            line = lineEnd;
        }
        if (partStart >= 0) {
            spans.add(new Span(partStart, to));
        }
        return spans;
    }

    /** 0: no delimiter line, 1: one, 2: the closing one. */
    private static int delimiterKind(byte[] octets, byte[] delimiter, int from, int to) {
        if (to - from < delimiter.length || octets[from] != '-') {
            return 0;
        }
        for (int i = 1; i < delimiter.length; i++) {
            if (octets[from + i] != delimiter[i]) {
                return 0;
            }
        }
        int at = from + delimiter.length;
        boolean closing = to - at >= 2 && octets[at] == '-' && octets[at + 1] == '-';
        if (closing) {
            at += 2;
        }
        while (at < to && (octets[at] == ' ' || octets[at] == '\t' || octets[at] == '\r' || octets[at] == '\n')) {
            at++;
        }
        return at < to ? 0 : closing ? 2 : 1;
    }

    private static int withoutLineEnd(byte[] octets, int from, int line) {
        int end = line;
        if (end > from && octets[end - 1] == '\n') {
            end--;
            if (end > from && octets[end - 1] == '\r') {
                end--;
            }
        }
        return end;
    }

    private static int lineEnd(byte[] octets, int from, int to) {
        int i = from;
        while (i < to && octets[i] != '\n') {
            i++;
        }
        return i < to ? i + 1 : to;
    }
}
