package dev.tradewind.mail;

import java.util.Optional;

/**
 * An enhanced mail system status code (RFC 3463): class, subject, detail.
 *
 * @param statusClass 2 success, 4 persistent transient failure, 5 permanent failure
 * @param subject     0..999
 * @param detail      0..999
 */
public record EnhancedStatus(int statusClass, int subject, int detail) {
    /** @throws IllegalArgumentException if a number is out of range */
    public EnhancedStatus {
        if ((statusClass != 2 && statusClass != 4 && statusClass != 5)
                || subject < 0
                || subject > 999
                || detail < 0
                || detail > 999) {
            throw new IllegalArgumentException("status code: " + statusClass + "." + subject + "." + detail);
        }
    }

    /**
     * The status code at the beginning of a reply text, if there is one and its class fits the reply code.
     *
     * @param text      text of a reply line, without the reply code
     * @param replyCode the reply code it came with; its first digit must equal the class
     */
    public static Optional<EnhancedStatus> leading(String text, int replyCode) {
        int[] numbers = new int[3];
        int at = 0;
        for (int part = 0; part < 3; part++) {
            int digits = 0;
            while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
                numbers[part] = numbers[part] * 10 + text.charAt(at) - '0';
                at++;
                if (++digits > 3) {
                    return Optional.empty();
                }
            }
            boolean last = part == 2;
            if (digits == 0 || (!last && (at >= text.length() || text.charAt(at++) != '.'))) {
                return Optional.empty();
            }
        }
        boolean ends = at == text.length() || text.charAt(at) == ' ' || text.charAt(at) == '\t';
        boolean fits = numbers[0] == replyCode / 100 && (numbers[0] == 2 || numbers[0] == 4 || numbers[0] == 5);
        return ends && fits ? Optional.of(new EnhancedStatus(numbers[0], numbers[1], numbers[2])) : Optional.empty();
    }

    @Override
    public String toString() {
        return statusClass + "." + subject + "." + detail;
    }
}
