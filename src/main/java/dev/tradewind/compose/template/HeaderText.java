package dev.tradewind.compose.template;

/**
 * Keeps what a template renders for a header field on one line. A line break in a value would end the field and begin
 * another one, written by whoever supplied the value.
 */
final class HeaderText {
    private HeaderText() {}

    /** Replaces each line break (CRLF, CR or LF) and each other control character but TAB by one space, from {@code start} on. */
    static void makeOneLine(StringBuilder text, int start) {
        int to = start;
        boolean shorter = false;
        for (int i = start; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n') {
                shorter = true;
                continue;
            }
            boolean control = (c < ' ' && c != '\t') || c == 0x7F;
            if (control || shorter) text.setCharAt(to, control ? ' ' : c);
            to++;
        }
        text.setLength(to);
    }
}
