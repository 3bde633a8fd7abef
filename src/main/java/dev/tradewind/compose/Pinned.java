package dev.tradewind.compose;

import java.time.Instant;

/**
 * What is decided once for a message and stays the same in every attempt.
 *
 * @param date         Date
 * @param messageId    Message-ID with its angle brackets, ASCII
 * @param boundarySeed what MIME boundaries are made of
 */
public record Pinned(Instant date, String messageId, long boundarySeed) {
    /** @throws IllegalArgumentException if the Message-ID is not in angle brackets */
    public Pinned {
        if (!isMessageId(messageId)) {
            throw new IllegalArgumentException("not a Message-ID: '" + messageId + "'");
        }
    }

    /** Whether a text is a Message-ID: {@code <left@right>} without blanks, ASCII. */
    static boolean isMessageId(String text) {
        int at = text.indexOf('@');
        if (at < 2 || at > text.length() - 3 || text.charAt(0) != '<' || text.charAt(text.length() - 1) != '>') {
            return false;
        }
        for (int i = 1; i < text.length() - 1; i++) {
            char c = text.charAt(i);
            if (c <= ' ' || c >= 0x7f || c == '<' || c == '>') {
                return false;
            }
        }
        return text.length() <= 990;
    }
}
