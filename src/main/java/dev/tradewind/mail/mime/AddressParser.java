package dev.tradewind.mail.mime;

import dev.tradewind.mail.Domain;
import dev.tradewind.mail.Mailbox;
import dev.tradewind.mail.mime.HeaderAddress.Parsed;

import java.util.ArrayList;
import java.util.List;

/**
 * Recursive descent over the address list of RFC 5322 §3.4 with its obsolete forms: comments (nested), source routes, blanks around dots
 * and {@code @}, empty list members, dots in names. A comment behind a bare address is its name, as mail did before RFC 822. Linear.
 */
final class AddressParser {
    private static final int MAX_ENCODED_WORD = 1000;

    private final String text;
    private int at;
    private String comment = "";
    private final List<HeaderAddress> found = new ArrayList<>(2);

    AddressParser(String text) {
        this.text = text;
    }

    /** Why parsing ended; stays inside this class. */
    @SuppressWarnings("serial")
    private static final class Wrong extends Exception {
        final int offset;

        Wrong(String reason, int offset) {
            super(reason, null, false, false);
            this.offset = offset;
        }

        String reason() {
            String message = getMessage();
            return message == null ? "malformed" : message;
        }
    }

    Parsed list() {
        try {
            members(false);
            return new Parsed.Addresses(found);
        } catch (Wrong wrong) {
            return new Parsed.Refused(wrong.reason(), Math.min(wrong.offset, text.length()));
        }
    }

    private void members(boolean inGroup) throws Wrong {
        while (true) {
            skipBlanks();
            if (at >= text.length()) {
                if (inGroup) {
                    throw new Wrong("a group without its ';'", at);
                }
                return;
            }
            char c = text.charAt(at);
            if (c == ',') {
                at++;
            } else if (c == ';' && inGroup) {
                at++;
                return;
            } else {
                member(inGroup);
            }
        }
    }

    private void member(boolean inGroup) throws Wrong {
        int start = at;
        comment = "";
        StringBuilder name = new StringBuilder();
        StringBuilder local = new StringBuilder();
        boolean joined = true; // whether what stands so far could be one local-part
        while (true) {
            int before = at;
            skipBlanks();
            boolean blank = at > before;
            char c = at < text.length() ? text.charAt(at) : '\0';
            if (at >= text.length() || c == ',' || c == ';') {
                throw new Wrong("no '@' in '" + excerpt(start, at) + "'", start);
            }
            if (c == '<') {
                Mailbox mailbox = angle();
                found.add(new HeaderAddress(EncodedWords.decode(name.toString()).strip(), mailbox));
                endOfMember(inGroup);
                return;
            }
            if (c == '@') {
                if (local.isEmpty() || !joined) {
                    throw new Wrong(
                            local.isEmpty() ? "nothing before the '@'" : "a name needs '<' and '>' around its address",
                            at);
                }
                at++;
                Mailbox mailbox = mailbox(local.toString(), start);
                skipBlanks();
                found.add(new HeaderAddress(EncodedWords.decode(comment).strip(), mailbox));
                endOfMember(inGroup);
                return;
            }
            if (c == ':') {
                if (inGroup || local.isEmpty()) {
                    throw new Wrong(inGroup ? "a group in a group" : "a group without a name", at);
                }
                at++;
                members(true);
                return;
            }
            int wordStart = at;
            String word;
            if (c == '"') {
                word = quoted();
            } else {
                atom();
                word = text.substring(wordStart, at);
            }
            if (blank && !local.isEmpty()) {
                name.append(' ');
                joined &= local.charAt(local.length() - 1) == '.' || c == '.';
            }
            name.append(word);
            local.append(text, wordStart, at);
        }
    }

    private void endOfMember(boolean inGroup) throws Wrong {
        skipBlanks();
        if (at >= text.length()) {
            return;
        }
        char c = text.charAt(at);
        if (c == ',' || (c == ';' && inGroup)) {
            return;
        }
        if (c == ';') {
            at++; // Outlook's users separate addresses so
            return;
        }
        throw new Wrong("'" + excerpt(at, at + 1) + "' behind an address where ',' or the end should be", at);
    }

    private Mailbox angle() throws Wrong {
        int open = at++;
        skipBlanks();
        if (at < text.length() && text.charAt(at) == '@') {
            int colon = text.indexOf(':', at);
            if (colon < 0) {
                throw new Wrong("a source route without ':'", at);
            }
            at = colon + 1;
        }
        int start = at;
        StringBuilder local = new StringBuilder();
        while (true) {
            skipBlanks();
            if (at >= text.length()) {
                throw new Wrong("'<' without '>'", open);
            }
            char c = text.charAt(at);
            if (c == '@') {
                at++;
                break;
            }
            if (c == '>') {
                throw new Wrong(local.isEmpty() ? "nothing between '<' and '>'" : "no '@' between '<' and '>'", at);
            }
            int wordStart = at;
            if (c == '"') {
                quoted();
            } else {
                atom();
            }
            local.append(text, wordStart, at);
        }
        Mailbox mailbox = mailbox(local.toString(), start);
        skipBlanks();
        if (at >= text.length() || text.charAt(at) != '>') {
            throw new Wrong("'<' without '>'", open);
        }
        at++;
        return mailbox;
    }

    /** Reads the domain behind the {@code @}. */
    private Mailbox mailbox(String local, int start) throws Wrong {
        skipBlanks();
        int domainStart = at;
        StringBuilder domain = new StringBuilder();
        if (at < text.length() && text.charAt(at) == '[') {
            int close = text.indexOf(']', at);
            if (close < 0) {
                throw new Wrong("'[' without ']'", at);
            }
            domain.append(text, at, close + 1);
            at = close + 1;
        } else {
            while (at < text.length() && isAtomCharacter(text.charAt(at))) {
                int from = at;
                while (at < text.length() && isAtomCharacter(text.charAt(at))) {
                    at++;
                }
                domain.append(text, from, at);
                boolean dot = text.charAt(at - 1) == '.';
                int end = at;
                skipBlanks();
                if (!dot && (at >= text.length() || text.charAt(at) != '.')) {
                    break;
                }
                if (at == end) {
                    break;
                }
            }
        }
        Domain parsed;
        try {
            parsed = Domain.parse(domain.toString());
        } catch (IllegalArgumentException e) {
            throw new Wrong(String.valueOf(e.getMessage()), domainStart);
        }
        try {
            return new Mailbox(local, parsed);
        } catch (IllegalArgumentException e) {
            throw new Wrong(String.valueOf(e.getMessage()), start);
        }
    }

    /** Reads a quoted string and returns its content. */
    private String quoted() throws Wrong {
        int open = at++;
        StringBuilder content = new StringBuilder();
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '"') {
                return content.toString();
            }
            if (c == '\\' && at < text.length()) {
                c = text.charAt(at++);
            }
            content.append(c);
        }
        throw new Wrong("'\"' without its end", open);
    }

    private void atom() throws Wrong {
        if (text.startsWith("=?", at) && encodedWord()) {
            return;
        }
        int start = at;
        while (at < text.length() && isAtomCharacter(text.charAt(at))) {
            at++;
        }
        if (at == start) {
            char c = text.charAt(at);
            throw new Wrong(
                    EncodedWords.isControl(c)
                            ? "control character U+" + Integer.toHexString(c)
                            : "'" + c + "' must be in quotes",
                    at);
        }
    }

    /** Broken writers leave commas and parentheses in encoded words. */
    private boolean encodedWord() {
        int questions = 0;
        int limit = Math.min(text.length() - 1, at + MAX_ENCODED_WORD);
        for (int i = at + 2; i < limit; i++) {
            char c = text.charAt(i);
            if (c <= ' ' || c == '<' || c == '@') {
                return false;
            }
            if (c == '?') {
                if (questions >= 2 && text.charAt(i + 1) == '=') {
                    at = i + 2;
                    return true;
                }
                questions++;
            }
        }
        return false;
    }

    /** Blanks and comments (CFWS); the last comment is remembered. */
    private void skipBlanks() throws Wrong {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '(') {
                comment();
            } else if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
                at++;
            } else {
                return;
            }
        }
    }

    private void comment() throws Wrong {
        int open = at;
        int depth = 0;
        StringBuilder content = new StringBuilder();
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '\\' && at < text.length()) {
                content.append(text.charAt(at++));
                continue;
            }
            if (c == '(') {
                if (depth++ == 0) {
                    continue;
                }
            } else if (c == ')' && --depth == 0) {
                comment = content.toString();
                return;
            }
            content.append(c);
        }
        throw new Wrong("'(' without ')'", open);
    }

    private String excerpt(int from, int to) {
        int end = Math.min(Math.min(to, from + 40), text.length());
        return text.substring(Math.min(from, end), end).strip();
    }

    /** atext of RFC 5322 §3.2.3 and RFC 6532 §3.2, and the dot. */
    static boolean isAtomCharacter(char c) {
        if (c >= 0x80) {
            return c >= 0xa0;
        }
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || "!#$%&'*+-/=?^_`{|}~.".indexOf(c) >= 0;
    }
}
