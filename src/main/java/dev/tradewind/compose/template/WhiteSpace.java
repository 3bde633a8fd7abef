package dev.tradewind.compose.template;

import dev.tradewind.compose.template.Pieces.Piece;
import dev.tradewind.compose.template.Pieces.Statement;
import dev.tradewind.compose.template.Pieces.Text;

import java.util.List;

/**
 * The white space around statements. Of the source:
 *
 * <ul>
 *   <li>a line that holds statements and blanks only is not rendered, its line break included;
 *   <li>blanks between a statement and the end of its line are not rendered;
 *   <li>an {@code end} that begins its line and is followed by something on it continues the line before: that line's break,
 *       and the blanks before the {@code end}, are not rendered ({@link Node.If#joins}).
 * </ul>
 */
final class WhiteSpace {
    private final String source;
    private final List<Piece> pieces;

    private WhiteSpace(String source, List<Piece> pieces) {
        this.source = source;
        this.pieces = pieces;
    }

    static void apply(String source, List<Piece> pieces) {
        new WhiteSpace(source, pieces).applyAll();
    }

    private void applyAll() {
        int i = 0;
        while (i < pieces.size()) {
            if (!(pieces.get(i) instanceof Statement)) {
                i++;
                continue;
            }
            int last = endOfRun(i);
            boolean begins = beginsLine(i);
            boolean ends = endsLine(last);
            if (begins && ends) {
                removeLine(i, last);
            } else {
                if (ends && last + 1 < pieces.size()) cutBlanks(last + 1);
                if (begins && pieces.get(i) instanceof Statement.End end) {
                    pieces.set(i, new Statement.End(true, end.at()));
                    if (i > 0 && pieces.get(i - 1) instanceof Text before) cutIndentation(before);
                }
            }
            i = last + 1;
        }
    }

    /** The last of the statements from {@code first} on with only blanks between them. */
    private int endOfRun(int first) {
        int last = first;
        while (true) {
            int next = last + 1;
            if (next < pieces.size() && pieces.get(next) instanceof Text text && isBlank(text.start, text.end)) next++;
            if (next >= pieces.size() || !(pieces.get(next) instanceof Statement)) return last;
            last = next;
        }
    }

    private boolean beginsLine(int i) {
        if (i == 0) return true;
        if (!(pieces.get(i - 1) instanceof Text text)) return false;
        int blanks = startOfBlanks(text);
        return blanks == 0 || (blanks > text.start && source.charAt(blanks - 1) == '\n');
    }

    private boolean endsLine(int i) {
        if (i + 1 == pieces.size()) return true;
        if (!(pieces.get(i + 1) instanceof Text text)) return false;
        int end = endOfBlanks(text);
        return end == source.length() || isLineBreak(end, text.end);
    }

    private void removeLine(int first, int last) {
        if (first > 0 && pieces.get(first - 1) instanceof Text before) cutIndentation(before);
        for (int i = first + 1; i < last; i++) {
            if (pieces.get(i) instanceof Text between) between.shownStart = between.shownEnd;
        }
        if (last + 1 < pieces.size() && pieces.get(last + 1) instanceof Text after) {
            int end = endOfBlanks(after);
            if (end < after.end) end += source.charAt(end) == '\r' ? 2 : 1;
            after.shownStart = end;
            after.shownEnd = Math.max(after.shownEnd, end);
        }
    }

    private void cutBlanks(int i) {
        if (pieces.get(i) instanceof Text after && endOfBlanks(after) < after.end)
            after.shownStart = endOfBlanks(after);
    }

    private void cutIndentation(Text before) {
        before.shownEnd = Math.max(before.shownStart, startOfBlanks(before));
    }

    private int startOfBlanks(Text text) {
        int i = text.end;
        while (i > text.start && isBlank(source.charAt(i - 1))) i--;
        return i;
    }

    private int endOfBlanks(Text text) {
        int i = text.start;
        while (i < text.end && isBlank(source.charAt(i))) i++;
        return i;
    }

    private boolean isLineBreak(int at, int end) {
        if (at >= end) return false;
        char c = source.charAt(at);
        return c == '\n' || (c == '\r' && at + 1 < end && source.charAt(at + 1) == '\n');
    }

    private boolean isBlank(int start, int end) {
        for (int i = start; i < end; i++) {
            if (!isBlank(source.charAt(i))) return false;
        }
        return true;
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }
}
