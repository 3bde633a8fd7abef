package dev.tradewind.authenticate;

import dev.tradewind.mail.Domain;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * What one signature of a message proved.
 *
 * @param domain          the signing domain, {@code d=}; empty if the signature could not be read so far
 * @param selector        {@code s=}; empty as before
 * @param identity        {@code i=} as it stands in the signature; empty if absent
 * @param outcome         the result
 * @param reason          one sentence for people: what was wrong, or what a pass leaves open
 * @param algorithm       {@code a=} as it stands in the signature, in lower case; empty if absent
 * @param keyBits         size of the public key; empty if no key was read
 * @param testing         whether the key record says that the domain is testing DKIM ({@code t=y})
 * @param uncoveredOctets octets at the end of the canonical body that the signature does not cover ({@code l=}); anybody may have written
 *     them
 */
public record DkimResult(
        Optional<Domain> domain,
        Optional<String> selector,
        Optional<String> identity,
        Outcome outcome,
        String reason,
        Optional<String> algorithm,
        OptionalInt keyBits,
        boolean testing,
        long uncoveredOctets) {

    /** The results of RFC 8601 §2.7.1. A message without signatures has no {@link DkimResult}, which RFC 8601 calls {@code none}. */
    public enum Outcome {
        /** Signed, acceptable, verified. */
        PASS("pass"),
        /** The message or the signature has been changed, or the signature has expired. */
        FAIL("fail"),
        /** Signed and perhaps verified, but not acceptable here: the key is too weak, or too large to be checked. */
        POLICY("policy"),
        /** The signature cannot be read or processed; or it failed while the domain says that it is testing. */
        NEUTRAL("neutral"),
        /** The key could not be had now. */
        TEMPERROR("temperror"),
        /** Never to be verified: no usable key, or a signature that contradicts itself or uses what RFC 8301 retired. */
        PERMERROR("permerror");

        private final String keyword;

        Outcome(String keyword) {
            this.keyword = keyword;
        }

        /** The word for {@code Authentication-Results}. */
        public String keyword() {
            return keyword;
        }
    }

    /** Whether the signature verified. */
    public boolean isPass() {
        return outcome == Outcome.PASS;
    }
}
