package dev.tradewind.sign;

import dev.tradewind.mail.MessageOctets;
import dev.tradewind.mail.mime.OctetBuffer;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;

/**
 * Makes {@code DKIM-Signature} header fields (RFC 6376): relaxed/relaxed, the whole body (no {@code l=}), the fields of
 * {@link SignedFields}, {@code t=} and, if asked for, {@code x=}.
 *
 * <p>The body is hashed once, and the signed fields are canonicalised once, for all keys. No state between calls; safe for use by many
 * threads. Computing only: about 14 µs for a message of 10 KB (2 µs if the body hash is given), and per key the signature itself.
 *
 * <p>Limits: a message whose first octet is white space is refused, since that line would become part of the signature. Lines of the
 * header section that are no fields are not signed.
 */
public final class DkimSigner {
    private final Signer signer;
    private final @Nullable Duration lifetime;

    /** Signatures that do not expire. */
    public DkimSigner(Signer signer) {
        this(signer, null);
    }

    private DkimSigner(Signer signer, @Nullable Duration lifetime) {
        this.signer = signer;
        this.lifetime = lifetime;
    }

    /**
     * The same with {@code x=}: a verifier may refuse the signature later than {@code lifetime} after signing, which bounds replay. It must
     * be longer than any queue on the way; a week is usual.
     *
     * @throws IllegalArgumentException if shorter than a second
     */
    public DkimSigner expiringAfter(Duration lifetime) {
        if (lifetime.toSeconds() < 1) {
            throw new IllegalArgumentException("lifetime of a signature: " + lifetime + ", at least 1 s");
        }
        return new DkimSigner(signer, lifetime);
    }

    /** What signs, for the log. */
    public String signerName() {
        return signer.name();
    }

    /** The hash of the body of {@code message}, to be kept and given to {@link #sign(MessageOctets, BodyHash, List, Instant)}. */
    public BodyHash bodyHash(MessageOctets message) {
        return BodyHash.of(message, signer.sha256());
    }

    /** As {@link #sign(MessageOctets, BodyHash, List, Instant)}, hashing the body. */
    public byte[] sign(MessageOctets message, List<DkimKey> keys, Instant time) {
        return keys.isEmpty() ? new byte[0] : sign(message, bodyHash(message), keys, time);
    }

    /**
     * The signature fields, one per key in the order of {@code keys}, each ending with CRLF, to be put in front of {@code message}. Give
     * the RSA key first: verifiers that know RSA only then find what they know at the top.
     *
     * @param body the hash of this message's body
     * @param time when it is signed, {@code t=}; whole seconds count
     * @return nothing if there are no keys
     * @throws IllegalArgumentException if the message begins with white space
     */
    public byte[] sign(MessageOctets message, BodyHash body, List<DkimKey> keys, Instant time) {
        byte[] octets = message.octets();
        if (message.bodyOffset() > 0 && HeaderFields.isWhiteSpace(octets[0])) {
            throw new IllegalArgumentException(
                    "the message begins with white space, which would continue the signature field put in front of it");
        }
        OctetBuffer data = new OctetBuffer(4096);
        OctetBuffer tail = new OctetBuffer(1024);
        FoldedField list = new FoldedField(tail);
        list.beginList("h");
        SignedFields.collect(octets, HeaderFields.of(message), data, list);
        list.endList();

        int signedFields = data.length();
        OctetBuffer out = new OctetBuffer(keys.size() * (tail.length() + 768));
        for (DkimKey key : keys) {
            int start = out.length();
            FoldedField field = new FoldedField(out);
            writeTags(field, key, body, time);
            out.put(tail.array(), 0, tail.length());
            field.beginLast("b");
            // The signature covers its own field with an empty b= and without the CRLF (RFC 6376 §3.7).
            data.truncate(signedFields);
            Canonicalization.RELAXED.field(out.array(), start, out.length(), data);
            byte[] signature = signer.sign(key, data.array(), 0, data.length() - 2);
            field.chunks(Base64.getEncoder().encode(signature));
            out.crlf();
        }
        return out.toOctets();
    }

    private void writeTags(FoldedField field, DkimKey key, BodyHash body, Instant time) {
        field.text("DKIM-Signature: v=1;")
                .tag("a", key.algorithm().tagValue())
                .tag("c", "relaxed/relaxed")
                .tag("d", key.domain().name())
                .tag("s", key.selector())
                .tag("t", Long.toString(time.getEpochSecond()));
        if (lifetime != null) {
            field.tag("x", Long.toString(time.plus(lifetime).getEpochSecond()));
        }
        field.tag("bh", body.base64());
    }
}
