package dev.tradewind.classify;

import dev.tradewind.mail.EnhancedStatus;
import dev.tradewind.mail.SmtpReply;

import java.util.List;
import java.util.Optional;

/**
 * A refusal in the form in which rules look at it.
 *
 * @param code   reply code; 0 if not known
 * @param status enhanced status code
 * @param phase  what it answered, if known
 * @param words  its words in lower case, one space between, before and after, a mailbox address as {@code addr}
 */
public record NormalReply(int code, Optional<EnhancedStatus> status, Optional<Phase> phase, String words) {
    /** How our own words are marked wherever they stand beside those of others. */
    private static final String OURS = "[internal]";

    /** What a host said. Who has a {@link Cause.Refused} knows that it did: no text can make it ours. */
    public static NormalReply of(Phase phase, SmtpReply reply) {
        String text = oneText(reply);
        Optional<EnhancedStatus> status = reply.enhanced().or(() -> marked(text, reply.code()));
        return new NormalReply(reply.code(), status, Optional.of(phase), Wording.of(text));
    }

    /** What a host said; empty if no host said it but we did. */
    public static Optional<NormalReply> of(Cause cause) {
        return switch (cause) {
            case Cause.Refused(Phase phase, SmtpReply reply) -> Optional.of(of(phase, reply));
            case Cause.Unreachable _, Cause.Internal _ -> Optional.empty();
        };
    }

    /**
     * A reply that was written down as one line, as {@link Cause#inOneLine()} and {@code raw_reason} of events have it, or as a report
     * quotes it ({@code host mx.b.example said: 550 …}). Where no reply code is found the code is 0.
     *
     * @return empty if the words are our own
     */
    public static Optional<NormalReply> ofLine(String line) {
        String whole = line.strip();
        String text = leadingCode(whole) == 0 ? whole.substring(quotedReply(whole)) : whole;
        int code = leadingCode(text);
        String rest = code == 0
                ? text
                : unquoted(text.substring(Math.min(4, text.length())).strip());
        if (isOurs(whole) || isOurs(rest)) {
            return Optional.empty();
        }
        Optional<EnhancedStatus> status = code == 0
                ? EnhancedStatus.leading(rest, 500).or(() -> EnhancedStatus.leading(rest, 400))
                : EnhancedStatus.leading(rest, code);
        return Optional.of(
                new NormalReply(code, status.or(() -> marked(rest, code)), Optional.empty(), Wording.of(rest)));
    }

    /** The same, known to answer something. */
    public NormalReply answering(Phase command) {
        return new NormalReply(code, status, Optional.of(command), words);
    }

    /** The same with a status that is known from elsewhere, if it has none and the class of that fits the reply code. */
    public NormalReply orStatus(EnhancedStatus given) {
        boolean fits = code == 0 || given.statusClass() == code / 100;
        return status.isPresent() || !fits ? this : new NormalReply(code, Optional.of(given), phase, words);
    }

    private static String unquoted(String text) {
        return text.startsWith("'") ? text.substring(1) : text;
    }

    /** Whether a text, with or without reply code and status code in front, is marked as our own. */
    public static boolean isOurs(String text) {
        String rest = text;
        for (int i = 0; i < 2 && !rest.startsWith(OURS); i++) {
            int space = rest.indexOf(' ');
            if (space < 0 || !rest.substring(0, space).chars().allMatch(c -> (c >= '0' && c <= '9') || c == '.')) {
                return false;
            }
            rest = rest.substring(space + 1);
        }
        return rest.startsWith(OURS);
    }

    /** 4yz, or 4.y.z where no reply code is known. */
    public boolean isTransient() {
        return code == 0 ? status.isPresent() && status.get().statusClass() == 4 : code / 100 == 4;
    }

    private static int leadingCode(String text) {
        if (text.length() < 3 || (text.length() > 3 && " -".indexOf(text.charAt(3)) < 0)) {
            return 0;
        }
        int code = 0;
        for (int i = 0; i < 3; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return 0;
            }
            code = code * 10 + c - '0';
        }
        return code >= 200 && code <= 599 ? code : 0;
    }

    // Where the reply of another host begins that a report quotes; 0 if it quotes none. "said: 550 …" and "talk to me:
    // 421 …" (Postfix),
    // "-> 550 …" (Microsoft), "550-'5.7.1 …'" (IronPort).
    private static int quotedReply(String text) {
        for (int at = text.indexOf(' ') + 1; at > 0; at = text.indexOf(' ', at) + 1) {
            boolean introduced = at > 1 && (text.charAt(at - 2) == ':' || text.charAt(at - 2) == '>');
            if ((introduced || text.startsWith("-'", at + 3)) && leadingCode(text.substring(at)) >= 400) {
                return at;
            }
        }
        return 0;
    }

    // qmail, IronPort and others write the status into the text: "sorry, no mailbox here by that name (#5.1.1)".
    private static Optional<EnhancedStatus> marked(String text, int code) {
        int hash = text.indexOf('#');
        while (hash >= 0) {
            int end = hash + 1;
            while (end < text.length() && (text.charAt(end) == '.' || Character.isDigit(text.charAt(end)))) {
                end++;
            }
            String number = text.substring(hash + 1, end);
            Optional<EnhancedStatus> found = EnhancedStatus.leading(
                    number.endsWith(".") ? number.substring(0, number.length() - 1) : number,
                    code == 0 && !number.isEmpty() ? (number.charAt(0) - '0') * 100 : code);
            if (found.isPresent()) {
                return found;
            }
            hash = text.indexOf('#', end);
        }
        return Optional.empty();
    }

    /** The lines as one text; a status code that begins every line (RFC 2034) would tear phrases apart. */
    private static String oneText(SmtpReply reply) {
        List<String> lines = reply.lines();
        if (lines.size() == 1) {
            return lines.getFirst();
        }
        StringBuilder text = new StringBuilder(lines.getFirst());
        for (String line : lines.subList(1, lines.size())) {
            int space = line.indexOf(' ');
            boolean status =
                    space > 0 && EnhancedStatus.leading(line, reply.code()).isPresent();
            text.append(' ').append(status ? line.substring(space + 1) : line);
        }
        return text.toString();
    }
}
