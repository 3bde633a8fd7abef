package dev.tradewind.sign;

import dev.tradewind.mail.mime.OctetBuffer;

/**
 * Writes a header field with folding white space, so that lines have at most {@value #MAX_COLUMNS} columns (RFC 5322 §2.1.1). A single
 * tag that is longer, such as {@code d=} with a very long domain, has a line of its own: it must not be folded inside.
 */
final class FoldedField {
    static final int MAX_COLUMNS = 78;
    private static final byte[] FOLD = {'\r', '\n', ' '};

    private final OctetBuffer out;
    private int lineStart;
    private boolean listBegun;

    /** Writes on at the end of {@code out}, where a line begins. */
    FoldedField(OctetBuffer out) {
        this.out = out;
        this.lineStart = out.length();
    }

    /** Text that stays as it is. */
    FoldedField text(String ascii) {
        out.ascii(ascii);
        return this;
    }

    /** {@code name=value;} behind a space, or on the next line if it does not fit. */
    FoldedField tag(String name, String value) {
        int length = name.length() + 1 + value.length() + 1;
        if (column() + 1 + length > MAX_COLUMNS) {
            fold();
        } else {
            out.put(' ');
        }
        out.ascii(name).put('=').ascii(value).put(';');
        return this;
    }

    /** Begins a tag with a list of names, on a line of its own. */
    void beginList(String name) {
        fold();
        out.ascii(name).put('=');
        listBegun = false;
    }

    /** One name more. Lines are broken behind the colon, with room for the colon or semicolon that follows. */
    void listItem(byte[] item) {
        if (listBegun) {
            out.put(':');
        }
        if (column() + item.length + 1 > MAX_COLUMNS) {
            fold();
        }
        out.put(item);
        listBegun = true;
    }

    /** The end of the list. */
    void endList() {
        out.put(';');
    }

    /** Begins the last tag, on a line of its own. */
    void beginLast(String name) {
        fold();
        out.ascii(name).put('=');
    }

    /** The value of the last tag, broken wherever a line is full. */
    void chunks(byte[] value) {
        int at = 0;
        while (at < value.length) {
            if (column() >= MAX_COLUMNS) {
                fold();
            }
            int count = Math.min(MAX_COLUMNS - column(), value.length - at);
            out.put(value, at, at + count);
            at += count;
        }
    }

    private int column() {
        return out.length() - lineStart;
    }

    private void fold() {
        out.put(FOLD);
        lineStart = out.length() - 1;
    }
}
