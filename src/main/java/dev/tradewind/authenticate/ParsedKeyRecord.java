package dev.tradewind.authenticate;

/** A key record, or why it cannot be used. */
sealed interface ParsedKeyRecord permits DkimKeyRecord, ParsedKeyRecord.Unusable {
    /**
     * A TXT record that holds no usable key.
     *
     * @param testing whether it says {@code t=y} all the same
     */
    record Unusable(String reason, boolean testing) implements ParsedKeyRecord {}
}
