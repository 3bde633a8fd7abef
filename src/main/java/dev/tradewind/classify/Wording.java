package dev.tradewind.classify;

import java.text.Normalizer;

/**
 * Texts of hosts in the form in which phrases are looked for: lower-case words of letters and digits with one space between, before and
 * after; letters without accents. A mailbox address is the one word {@code addr}, so that {@code <virus@b.example>: unknown user} speaks of
 * no virus.
 */
final class Wording {
    private static final String ADDRESS = "addr";

    /** Longer ones are no addresses (RFC 5321 §4.5.3.1.1 has 64): what a hostile host sends must not be read again for each of its words. */
    private static final int LONGEST_LOCAL_PART = 128;

    /** No reply says more than this; what follows is not read. */
    private static final int MOST = 4_000;

    private Wording() {}

    /** The words of a text. */
    static String of(String text) {
        String plain = withoutAccents(text.length() > MOST ? text.substring(0, MOST) : text);
        StringBuilder out = new StringBuilder(plain.length() + 2).append(' ');
        int at = 0;
        while (at < plain.length()) {
            char c = plain.charAt(at);
            if (Character.isLetterOrDigit(c)) {
                int end = endOfAddress(plain, at);
                if (end > 0) {
                    out.append(ADDRESS);
                    at = end;
                } else {
                    at = word(plain, at, out);
                }
                continue;
            }
            if (out.charAt(out.length() - 1) != ' ') {
                out.append(' ');
            }
            at++;
        }
        if (out.charAt(out.length() - 1) != ' ') {
            out.append(' ');
        }
        return out.toString();
    }

    private static int word(String text, int from, StringBuilder out) {
        int at = from;
        while (at < text.length() && Character.isLetterOrDigit(text.charAt(at))) {
            out.append(Character.toLowerCase(text.charAt(at)));
            at++;
        }
        return at;
    }

    // Behind the address that begins at `from` (RFC 5321 Mailbox without quoted strings); 0 if none does.
    private static int endOfAddress(String text, int from) {
        int at = from;
        int longest = Math.min(text.length(), from + LONGEST_LOCAL_PART);
        while (at < longest && isAtext(text.charAt(at))) {
            at++;
        }
        if (at >= text.length() - 1 || text.charAt(at) != '@' || !Character.isLetterOrDigit(text.charAt(at + 1))) {
            return 0;
        }
        at++;
        while (at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) || isInner(text, at))) {
            at++;
        }
        return at;
    }

    private static boolean isInner(String text, int at) {
        char c = text.charAt(at);
        return (c == '.' || c == '-') && at + 1 < text.length() && Character.isLetterOrDigit(text.charAt(at + 1));
    }

    private static boolean isAtext(char c) {
        return Character.isLetterOrDigit(c) || "!#$%&'*+-/=?^_`{|}~.".indexOf(c) >= 0;
    }

    private static String withoutAccents(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0x7f) {
                String apart = Normalizer.normalize(text, Normalizer.Form.NFD);
                StringBuilder plain = new StringBuilder(apart.length());
                for (int j = 0; j < apart.length(); j++) {
                    if (Character.getType(apart.charAt(j)) != Character.NON_SPACING_MARK) {
                        plain.append(apart.charAt(j));
                    }
                }
                return plain.toString();
            }
        }
        return text;
    }

    /**
     * A phrase as it is looked for: as {@link #of}, without the space before; a {@code *} stands for the rest of a word or, alone, for one
     * word; at the end of the phrase the word may go on.
     *
     * @throws IllegalArgumentException if it has no word, or begins with {@code *}
     */
    static String phrase(String written) {
        StringBuilder out = new StringBuilder(written.length() + 1);
        for (String word : written.strip().split("\\s+")) {
            boolean goesOn = word.endsWith("*");
            String bare = goesOn ? word.substring(0, word.length() - 1) : word;
            if (bare.indexOf('*') >= 0) {
                throw new IllegalArgumentException("'" + word + "': * stands at the end of a word, or alone");
            }
            String plain = bare.isEmpty() ? "" : of(bare).strip();
            if (plain.isEmpty() && (!goesOn || out.isEmpty())) {
                throw new IllegalArgumentException(
                        "'" + written.strip() + "' does not begin with a word, or has one without letters");
            }
            out.append(plain).append(goesOn ? "* " : " ");
        }
        int end = out.length();
        return end > 2 && out.charAt(end - 2) == '*' && out.charAt(end - 3) != ' '
                ? out.substring(0, end - 2)
                : out.toString();
    }
}
