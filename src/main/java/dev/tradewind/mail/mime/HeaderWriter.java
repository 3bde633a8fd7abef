package dev.tradewind.mail.mime;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * Writes header fields (RFC 5322 §2.2): folded at 78 characters where there is a blank to fold at, never over 998; anything but ASCII as
 * encoded words (RFC 2047) or extended parameters (RFC 2231), domains in A-labels. Only a local-part outside ASCII cannot be encoded: then
 * the field holds raw UTF-8 and {@link #needsSmtpUtf8} says so (RFC 6532). Nothing in a value can end its line: CR, LF, NUL and other
 * control characters become one blank, half surrogates U+FFFD. Not thread-safe.
 */
public final class HeaderWriter {
    private static final int FOLD_AT = 78;
    private static final int HARD_LIMIT = 998;
    /** Longest display name that is written as a quoted string; a longer one is folded as encoded words. */
    private static final int MAX_QUOTED_NAME = 66;
    /** Least room for an encoded word on a line that already holds text. */
    private static final int ROOM_FOR_WORD = 28;
    /** Runs of blanks longer than this become one blank: they cannot be folded. */
    private static final int MAX_BLANKS = 40;

    private final OctetBuffer out;
    private boolean smtpUtf8;

    /** An empty header section. */
    public HeaderWriter() {
        this(1024);
    }

    /** An empty header section with room for a whole message of about that many octets. */
    public HeaderWriter(int capacity) {
        out = new OctetBuffer(Math.max(256, capacity));
    }

    /** Whether a name is a field name (RFC 5322 §2.2): printable ASCII without a colon, at most 76 characters. */
    public static boolean isFieldName(String name) {
        if (name.isEmpty() || name.length() > 76) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c <= ' ' || c >= 0x7f || c == ':') {
                return false;
            }
        }
        return true;
    }

    /**
     * Writes unstructured text, such as a Subject. Text in ASCII stays as it is (encoded words that somebody else made among it); of other
     * text the part from the first word that needs it to the last is encoded.
     *
     * @throws IllegalArgumentException if the name is no field name
     */
    public HeaderWriter text(String name, String value) {
        name(name);
        String clean = clean(value);
        if (!clean.isEmpty()) {
            unstructured(clean, name.length() + 1);
        }
        out.crlf();
        return this;
    }

    /**
     * Writes a value whose kind only its name tells: addresses outside ASCII are encoded as addresses if they can be parsed; anything else
     * as {@link #text}.
     *
     * @throws IllegalArgumentException if the name is no field name
     */
    public HeaderWriter field(String name, String value) {
        if (!isAscii(value)
                && holdsAddresses(name)
                && HeaderAddress.parseList(clean(value))
                        instanceof HeaderAddress.Parsed.Addresses(List<HeaderAddress> list)
                && !list.isEmpty()) {
            return addresses(name, list);
        }
        return text(name, value);
    }

    /**
     * Writes an address list; names are quoted or encoded.
     *
     * @throws IllegalArgumentException if the name is no field name
     */
    public HeaderWriter addresses(String name, List<HeaderAddress> addresses) {
        name(name);
        int column = name.length() + 1;
        for (int i = 0; i < addresses.size(); i++) {
            HeaderAddress address = addresses.get(i);
            String displayName = clean(address.displayName());
            boolean named = !displayName.isEmpty();
            if (named) {
                column = displayName(displayName, column);
            }
            String mailbox = address.mailbox().toString();
            smtpUtf8 |= address.mailbox().needsSmtpUtf8();
            int length = mailbox.length() + (named ? 2 : 0) + (i + 1 < addresses.size() ? 1 : 0);
            if (i == 0 && !named) {
                out.put(' '); // however long it is: a field should not begin with an empty line
                column++;
            } else {
                column = blankOrFold(column, length);
            }
            if (named) {
                out.put('<');
            }
            out.utf8(mailbox);
            if (named) {
                out.put('>');
            }
            if (i + 1 < addresses.size()) {
                out.put(',');
            }
            column += length;
        }
        out.crlf();
        return this;
    }

    /**
     * Writes a value with parameters, such as {@code attachment; filename="a.pdf"}. A parameter outside ASCII is written twice: extended
     * (RFC 2231) for readers that follow the standards, and before it as encoded words in quotes, which is what Outlook and Gmail read and
     * write.
     *
     * @param parameters name and value by turns
     * @throws IllegalArgumentException if the name is no field name, or a parameter's name no token
     */
    public HeaderWriter parameters(String name, String value, String... parameters) {
        name(name);
        out.put(' ');
        String clean = clean(value);
        if (!isAscii(clean)) {
            throw new IllegalArgumentException(name + ": the value before the parameters must be ASCII");
        }
        int column = name.length() + 2 + clean.length();
        out.ascii(clean);
        for (int i = 0; i + 1 < parameters.length; i += 2) {
            column = parameter(parameters[i], clean(parameters[i + 1]), column);
        }
        out.crlf();
        return this;
    }

    /** Whether a field holds raw UTF-8, so that the message needs SMTPUTF8 (RFC 6531). */
    public boolean needsSmtpUtf8() {
        return smtpUtf8;
    }

    /** The fields so far, each with its line end. */
    public byte[] octets() {
        return out.toOctets();
    }

    OctetBuffer buffer() {
        return out;
    }

    private void name(String name) {
        if (!isFieldName(name)) {
            throw new IllegalArgumentException("not a header field name: '" + clean(name) + "'");
        }
        out.ascii(name);
        out.put(':');
    }

    private void unstructured(String value, int nameColumn) {
        int length = value.length();
        if (isAscii(value) && nameColumn + 1 + length <= FOLD_AT) {
            out.put(' ');
            out.ascii(value);
            return;
        }
        boolean ascii = isAscii(value);
        int first = -1;
        int last = -1;
        for (int i = 0; i < length; ) { // from the first to the last word that must be encoded
            int wordEnd = wordEnd(value, i);
            if (mustBeEncoded(value, i, wordEnd, ascii, nameColumn)) {
                first = first < 0 ? i : first;
                last = wordEnd;
            }
            i = wordEnd;
            while (i < length && value.charAt(i) == ' ') {
                i++;
            }
        }
        int before = first < 0 ? length : first;
        while (before > 0 && before < length && value.charAt(before - 1) == ' ') {
            before--;
        }
        int column = plain(value, 0, before, nameColumn);
        if (first >= 0) {
            int blanks = Math.max(1, first - before);
            if (before > 0 && column + blanks > FOLD_AT - ROOM_FOR_WORD) {
                out.crlf(); // before the blanks: one that ended the line would be one too many for the reader
                column = 0;
            }
            for (int i = 0; i < blanks; i++) {
                out.put(' ');
            }
            column += blanks;
            column = EncodedWordWriter.append(
                    out, value.substring(first, last).getBytes(StandardCharsets.UTF_8), column);
            plain(value, last, length, column);
        }
    }

    private static int wordEnd(String value, int from) {
        int end = value.indexOf(' ', from);
        return end < 0 ? value.length() : end;
    }

    private static boolean mustBeEncoded(String value, int from, int to, boolean ascii, int nameColumn) {
        if (to - from > HARD_LIMIT - MAX_BLANKS - nameColumn - 1) {
            return true;
        }
        if (ascii) {
            return false;
        }
        for (int i = from; i < to; i++) {
            char c = value.charAt(i);
            if (c >= 0x80 || (c == '=' && i + 1 < to && value.charAt(i + 1) == '?')) {
                return true;
            }
        }
        return false;
    }

    /** Writes ASCII words with the blanks before them, folding before the blanks; blanks at the end are written too. */
    private int plain(String value, int from, int to, int startColumn) {
        int column = startColumn;
        int at = from;
        while (at < to) {
            int word = at;
            while (word < to && value.charAt(word) == ' ') {
                word++;
            }
            int end = Math.min(to, wordEnd(value, word));
            int blanks = word - at;
            if (at == 0) { // the first word stays beside the name
                out.put(' ');
                column++;
            } else if (column + end - at > FOLD_AT && end > word) {
                out.crlf();
                column = 0;
            }
            out.ascii(value, at, end);
            column += blanks + end - word;
            at = end;
        }
        return column;
    }

    private int displayName(String name, int column) {
        if (isAscii(name) && name.length() <= MAX_QUOTED_NAME && !name.contains("=?")) {
            StringBuilder quoted = new StringBuilder(name.length() + 4).append('"');
            for (int i = 0; i < name.length(); i++) {
                char c = name.charAt(i);
                if (c == '"' || c == '\\') {
                    quoted.append('\\');
                }
                quoted.append(c);
            }
            quoted.append('"');
            int at = blankOrFold(column, quoted.length());
            out.ascii(quoted.toString());
            return at + quoted.length();
        }
        int at = column;
        if (column > 40) { // a fresh line has room for more than a character
            out.crlf();
            at = 0;
        }
        out.put(' ');
        return EncodedWordWriter.append(out, name.getBytes(StandardCharsets.UTF_8), at + 1);
    }

    /** One blank before a token of that length, or a fold; returns the column behind it. */
    private int blankOrFold(int column, int length) {
        if (column + 1 + length > FOLD_AT && column > 1) {
            out.crlf();
            out.put(' ');
            return 1;
        }
        out.put(' ');
        return column + 1;
    }

    private int parameter(String name, String value, int startColumn) {
        if (!isFieldName(name) || name.indexOf('*') >= 0 || name.indexOf('=') >= 0) {
            throw new IllegalArgumentException("not a parameter name: '" + clean(name) + "'");
        }
        out.put(';');
        int column = startColumn + 1;
        if (isAscii(value)) {
            StringBuilder quoted = new StringBuilder(value.length() + name.length() + 4);
            quoted.append(name).append("=\"");
            for (int i = 0; i < value.length(); i++) {
                char c = value.charAt(i);
                if (c == '"' || c == '\\') {
                    quoted.append('\\');
                }
                quoted.append(c);
            }
            quoted.append('"');
            column = blankOrFold(column, quoted.length());
            out.ascii(quoted.toString());
            return column + quoted.length();
        }
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        out.crlf();
        out.put(' ');
        out.ascii(name);
        out.put('=');
        out.put('"');
        EncodedWordWriter.append(out, utf8, name.length() + 3);
        out.put('"');
        out.put(';');
        return extended(name, utf8);
    }

    /** RFC 2231 §4, and §3 if it is longer than a line. */
    private int extended(String name, byte[] utf8) {
        int width = 0;
        int whole = 0;
        for (byte b : utf8) {
            whole += isAttributeCharacter(b) ? 1 : 3;
        }
        boolean oneLine = name.length() + whole + 13 <= FOLD_AT;
        int at = 0;
        int section = 0;
        do {
            out.crlf();
            int lineStart = out.size;
            out.put(' ');
            out.ascii(name);
            out.put('*');
            if (!oneLine) {
                out.ascii(Integer.toString(section));
                out.put('*');
            }
            out.put('=');
            if (section == 0) {
                out.ascii("UTF-8''");
            }
            while (at < utf8.length) {
                int length = QuotedPrintable.characterLength(utf8, at, utf8.length);
                int needed = isAttributeCharacter(utf8[at]) ? 1 : 3 * length;
                if (!oneLine && out.size - lineStart + needed > FOLD_AT - 2) {
                    break;
                }
                for (int i = 0; i < length; i++) {
                    percent(utf8[at++]);
                }
            }
            if (at < utf8.length) {
                out.put(';');
            }
            width = out.size - lineStart;
            section++;
        } while (at < utf8.length);
        return width;
    }

    private void percent(byte b) {
        if (isAttributeCharacter(b)) {
            out.put(b);
        } else {
            out.put('%');
            out.put(QuotedPrintable.HEX[(b >> 4) & 15]);
            out.put(QuotedPrintable.HEX[b & 15]);
        }
    }

    private static boolean isAttributeCharacter(byte b) {
        return (b >= 'a' && b <= 'z')
                || (b >= 'A' && b <= 'Z')
                || (b >= '0' && b <= '9')
                || b == '.'
                || b == '-'
                || b == '_';
    }

    /** Whether a field of that name holds an address list. */
    public static boolean holdsAddresses(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "from",
                    "sender",
                    "reply-to",
                    "to",
                    "cc",
                    "bcc",
                    "resent-from",
                    "resent-sender",
                    "resent-to",
                    "resent-cc",
                    "resent-bcc",
                    "errors-to",
                    "return-receipt-to",
                    "disposition-notification-to",
                    "apparently-to" -> true;
            default -> false;
        };
    }

    static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    /** One line of text: controls (and a fold's blanks) one blank each run, no blanks at the ends, no half surrogates. */
    static String clean(String value) {
        int length = value.length();
        boolean clean = true;
        boolean blank = true;
        for (int i = 0; i < length && clean; i++) {
            char c = value.charAt(i);
            clean = c >= ' ' && c < 0x7f && !(c == ' ' && blank);
            blank = c == ' ';
        }
        return clean && !(blank && length > 0) ? value : cleaned(value);
    }

    private static String cleaned(String value) {
        StringBuilder out = new StringBuilder(value.length());
        int length = value.length();
        for (int i = 0; i < length; i++) {
            char c = value.charAt(i);
            if (c == ' ' || EncodedWords.isControl(c)) {
                int end = i;
                boolean control = false;
                while (end < length && (value.charAt(end) == ' ' || EncodedWords.isControl(value.charAt(end)))) {
                    control |= value.charAt(end) != ' ';
                    end++;
                }
                if (!out.isEmpty() && end < length) {
                    out.append(control || end - i > MAX_BLANKS ? " " : value.substring(i, end));
                }
                i = end - 1;
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < length
                    && Character.isLowSurrogate(value.charAt(i + 1))) {
                out.append(c).append(value.charAt(++i));
            } else {
                out.append(Character.isSurrogate(c) ? '\ufffd' : c);
            }
        }
        return out.toString();
    }
}
