package dev.tradewind.smtp;

import java.util.Optional;

/**
 * What was found in message text that came in counted octets (BDAT), where no dot is special but the rules for lines are the same.
 *
 * @param bare     a CR or LF alone, if there is one; nothing behind it was looked at
 * @param bareLine number of its line, from 1; 0 if there is none
 * @param facts    what the text is like
 */
public record TextInspection(Optional<SmtpReader.Bare> bare, int bareLine, TextFacts facts) {
    /** Looks at the first {@code length} octets. */
    public static TextInspection of(byte[] text, int length) {
        return TextScan.inspect(text, length);
    }
}
