package dev.tradewind.mail;

import java.util.List;
import java.util.Optional;

/**
 * One reply from an SMTP server, the lines of a multiline reply in order (RFC 5321 §4.2).
 *
 * @param code     200..599
 * @param enhanced enhanced status code (RFC 3463); empty if absent or if its class contradicts {@code code}
 * @param lines    text of each line without code, separator and CRLF (an enhanced status code stays in it); at least one line
 */
public record SmtpReply(int code, Optional<EnhancedStatus> enhanced, List<String> lines) {
    /** @throws IllegalArgumentException if {@code code} is out of range or {@code lines} is empty */
    public SmtpReply {
        if (code < 200 || code > 599) {
            throw new IllegalArgumentException("reply code: " + code);
        }
        if (lines.isEmpty()) {
            throw new IllegalArgumentException("reply " + code + " has no lines");
        }
        lines = List.copyOf(lines);
    }

    /** A reply of the given lines; the enhanced status code is read from the first. */
    public static SmtpReply of(int code, String... lines) {
        return of(code, List.of(lines));
    }

    /** A reply of the given lines; the enhanced status code is read from the first. */
    public static SmtpReply of(int code, List<String> lines) {
        return new SmtpReply(
                code, lines.isEmpty() ? Optional.empty() : EnhancedStatus.leading(lines.getFirst(), code), lines);
    }

    /** 2yz; the 354 to DATA is an invitation, not an acceptance. */
    public boolean isAccepted() {
        return code < 300;
    }

    /** 4yz. */
    public boolean isTransient() {
        return code >= 400 && code < 500;
    }

    /** 5yz. */
    public boolean isPermanent() {
        return code >= 500;
    }

    /** Code and text in one line, as events and logs quote it: {@code 550 5.1.1 no such user}. */
    public String inOneLine() {
        return code + " " + String.join(" ", lines);
    }

    @Override
    public String toString() {
        return inOneLine();
    }
}
