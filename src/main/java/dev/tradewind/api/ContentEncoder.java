package dev.tradewind.api;

import dev.tradewind.mail.Domain;
import tools.jackson.databind.node.ObjectNode;

import java.util.Optional;

/** The rules of content and the form in which it is stored. */
@FunctionalInterface
interface ContentEncoder {
    /**
     * Content as it is stored.
     *
     * @param octets     what the spool keeps
     * @param fromDomain domain of From, unless it is only known for each recipient (a substitution in it)
     */
    record Encoded(byte[] octets, Optional<Domain> fromDomain) {}

    /**
     * Judges and encodes {@code content}.
     *
     * @throws Refusal what is wrong with it
     */
    Encoded encode(ObjectNode content) throws Refusal;
}
