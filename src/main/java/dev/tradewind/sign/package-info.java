/**
 * Signing what leaves (RFC 6376, RFC 8463, RFC 8301). In: a finished message as octets, the keys of its signing domain and the time.
 * Out: {@code DKIM-Signature} header fields to put in front of it. The message itself is never changed or copied, a signature made here
 * never depends on which of the {@link Signer}s made it, and no private key is ever printed. The byte-level view of a message that
 * signing and verifying share ({@link HeaderFields}, {@link Canonicalization}) is here too.
 *
 * <p>See {@code docs/dkim.md} for the fields that are signed and why.
 */
@org.jspecify.annotations.NullMarked
package dev.tradewind.sign;
