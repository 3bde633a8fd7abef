package dev.tradewind.smtp.client;

import dev.tradewind.mail.SmtpReply;

import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * What a server offers in its reply to EHLO (RFC 5321 §4.1.1.1). Extensions that we do not use are left out.
 *
 * @param startTls   RFC 3207
 * @param pipelining RFC 2920
 * @param chunking   RFC 3030
 * @param eightBit   RFC 6152
 * @param smtpUtf8   RFC 6531
 * @param dsn        RFC 3461
 * @param size       RFC 1870: greatest message in octets; empty if not said, or said to be 0 (no fixed limit) or no number
 */
public record EhloReply(
        boolean startTls,
        boolean pipelining,
        boolean chunking,
        boolean eightBit,
        boolean smtpUtf8,
        boolean dsn,
        OptionalLong size) {
    /** A server that speaks plain SMTP only (it answered HELO). */
    public static final EhloReply NOTHING =
            new EhloReply(false, false, false, false, false, false, OptionalLong.empty());

    /** Reads an accepting reply to EHLO; its first line is a greeting. */
    public static EhloReply of(SmtpReply reply) {
        boolean startTls = false;
        boolean pipelining = false;
        boolean chunking = false;
        boolean eightBit = false;
        boolean smtpUtf8 = false;
        boolean dsn = false;
        OptionalLong size = OptionalLong.empty();
        List<String> lines = reply.lines();
        for (int i = 1; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            int space = line.indexOf(' ');
            String keyword = (space < 0 ? line : line.substring(0, space)).toUpperCase(Locale.ROOT);
            switch (keyword) {
                case "STARTTLS" -> startTls = true;
                case "PIPELINING" -> pipelining = true;
                case "CHUNKING" -> chunking = true;
                case "8BITMIME" -> eightBit = true;
                case "SMTPUTF8" -> smtpUtf8 = true;
                case "DSN" -> dsn = true;
                case "SIZE" ->
                    size = space < 0
                            ? OptionalLong.empty()
                            : size(line.substring(space).strip());
                default -> {
                    // Not used by us.
                }
            }
        }
        return new EhloReply(startTls, pipelining, chunking, eightBit, smtpUtf8, dsn, size);
    }

    private static OptionalLong size(String written) {
        if (written.isEmpty() || written.length() > 18) {
            return OptionalLong.empty();
        }
        long size = 0;
        for (int i = 0; i < written.length(); i++) {
            char c = written.charAt(i);
            if (c < '0' || c > '9') {
                return OptionalLong.empty();
            }
            size = size * 10 + c - '0';
        }
        return size == 0 ? OptionalLong.empty() : OptionalLong.of(size);
    }
}
