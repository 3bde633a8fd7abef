package dev.tradewind.authenticate;

import dev.tradewind.mail.Domain;

import java.util.List;

/** The port through which key records are looked up: the TXT records at {@code selector._domainkey.domain} (RFC 6376 §3.6.2). */
@FunctionalInterface
public interface DkimKeys {
    /** Looks up the key records of a selector of a domain. Waits as long as it must and answers {@link TemporaryFailure} after that. */
    Answer find(Domain domain, String selector);

    /** What the DNS said. */
    sealed interface Answer {}

    /**
     * There are TXT records.
     *
     * @param records the text of each, its character-strings joined without anything between them; at least one
     */
    record Found(List<String> records) implements Answer {
        /** @throws IllegalArgumentException if there is no record; that is {@link None} */
        public Found {
            if (records.isEmpty()) {
                throw new IllegalArgumentException("found no record: that is None");
            }
            records = List.copyOf(records);
        }
    }

    /** There is no such name, or it has no TXT record. */
    record None() implements Answer {}

    /**
     * The answer could not be had now; another try may get it.
     *
     * @param reason for the log and the verdict, such as {@code SERVFAIL} or {@code timed out}
     */
    record TemporaryFailure(String reason) implements Answer {}
}
