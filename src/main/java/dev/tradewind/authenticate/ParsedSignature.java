package dev.tradewind.authenticate;

import dev.tradewind.mail.Domain;

import java.util.Optional;

/** A signature, or why it cannot be used. */
sealed interface ParsedSignature permits DkimSignature, ParsedSignature.Unusable {
    /**
     * A signature that proves nothing, and what could be read of it.
     *
     * @param outcome the result that it gets
     */
    record Unusable(
            DkimResult.Outcome outcome,
            String reason,
            Optional<Domain> domain,
            Optional<String> selector,
            Optional<String> algorithm)
            implements ParsedSignature {}
}
