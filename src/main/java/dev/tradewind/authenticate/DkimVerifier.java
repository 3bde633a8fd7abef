package dev.tradewind.authenticate;

import dev.tradewind.authenticate.DkimResult.Outcome;
import dev.tradewind.mail.MessageOctets;
import dev.tradewind.mail.mime.OctetBuffer;
import dev.tradewind.sign.Canonicalization;
import dev.tradewind.sign.DkimKey;
import dev.tradewind.sign.HeaderFields;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

import static dev.tradewind.authenticate.DkimResult.Outcome.FAIL;
import static dev.tradewind.authenticate.DkimResult.Outcome.NEUTRAL;
import static dev.tradewind.authenticate.DkimResult.Outcome.PASS;
import static dev.tradewind.authenticate.DkimResult.Outcome.PERMERROR;
import static dev.tradewind.authenticate.DkimResult.Outcome.POLICY;
import static dev.tradewind.authenticate.DkimResult.Outcome.TEMPERROR;

/**
 * Verifies the DKIM signatures of a message (RFC 6376 §6, with RFC 8301 and RFC 8463).
 *
 * <p>Choices where the RFCs leave one: a signature that cannot be read is {@code neutral}, one that contradicts itself or lacks something
 * {@code permerror}; {@code rsa-sha1} is {@code permerror} (RFC 8301 §3.1), an RSA key of less than 1024 bits {@code policy} (§3.2), as is
 * one of more than {@value #MAX_RSA_BITS} bits; an expired signature is {@code fail}; a failure under a key in testing mode is
 * {@code neutral}. A signature of a part of the body ({@code l=}) passes, and the result says how much is not covered. Of several key
 * records the first that holds a usable key counts.
 */
public final class DkimVerifier {
    /** How many signatures of a message are looked at, from the top; the rest are not mentioned. */
    public static final int MAX_SIGNATURES = 10;

    private static final int MAX_RSA_BITS = 8192;
    private static final byte[] SIGNATURE_FIELD = "dkim-signature".getBytes(StandardCharsets.US_ASCII);

    private final MessageOctets message;
    private final HeaderFields fields;
    private final Map<String, int[]> fieldsByName = new HashMap<>();
    private final Map<BodyForm, BodyDigest> bodies = new HashMap<>();

    private record BodyForm(Canonicalization canonicalization, long limit) {}

    /** @param length octets of the whole canonical body */
    private record BodyDigest(byte[] sha256, long length) {}

    private record Verdict(Outcome outcome, String reason) {}

    private DkimVerifier(MessageOctets message) {
        this.message = message;
        this.fields = HeaderFields.of(message);
        for (int i = 0; i < fields.count(); i++) {
            int[] known = fieldsByName.getOrDefault(name(i), new int[1]);
            if (known[0] + 1 == known.length) {
                known = Arrays.copyOf(known, known.length * 2 + 1);
            }
            known[++known[0]] = i; // [0] counts
            fieldsByName.put(name(i), known);
        }
    }

    /**
     * The result of each signature of {@code message}, in the order in which they stand, at most {@value #MAX_SIGNATURES}. Empty: there is
     * no signature.
     *
     * @param keys asked once for each signature that could be read
     * @param now  decides about expiry ({@code x=})
     */
    public static List<DkimResult> verify(MessageOctets message, DkimKeys keys, Instant now) {
        DkimVerifier verifier = new DkimVerifier(message);
        List<DkimResult> results = new ArrayList<>();
        for (int i = 0; i < verifier.fields.count() && results.size() < MAX_SIGNATURES; i++) {
            if (verifier.fields.isNamed(i, SIGNATURE_FIELD)) {
                results.add(verifier.verify(i, keys, now));
            }
        }
        return List.copyOf(results);
    }

    private DkimResult verify(int field, DkimKeys keys, Instant now) {
        return switch (DkimSignature.parse(message.octets(), fields.valueStart(field), endOfValue(field))) {
            case ParsedSignature.Unusable(var outcome, var reason, var domain, var selector, var algorithm) ->
                new DkimResult(
                        domain, selector, Optional.empty(), outcome, reason, algorithm, OptionalInt.empty(), false, 0);
            case DkimSignature signature -> verify(field, signature, keys, now);
        };
    }

    private DkimResult verify(int field, DkimSignature signature, DkimKeys keys, Instant now) {
        if (signature.expiry().isPresent() && signature.expiry().getAsLong() < now.getEpochSecond()) {
            return result(signature, new Verdict(FAIL, "the signature has expired (x=)"));
        }
        return switch (keys.find(signature.domain(), signature.selector())) {
            case DkimKeys.None() ->
                result(signature, new Verdict(PERMERROR, "there is no key record of this selector"));
            case DkimKeys.TemporaryFailure(String reason) ->
                result(signature, new Verdict(TEMPERROR, "the key record could not be had: " + reason));
            case DkimKeys.Found(List<String> records) ->
                switch (choose(records)) {
                    case ParsedKeyRecord.Unusable(String reason, boolean testing) ->
                        result(signature, new Verdict(PERMERROR, reason), OptionalInt.empty(), testing, 0);
                    case DkimKeyRecord key -> verify(field, signature, key);
                };
        };
    }

    private static ParsedKeyRecord choose(List<String> records) {
        ParsedKeyRecord first = DkimKeyRecord.parse(records.getFirst());
        for (int i = 1; i < records.size() && first instanceof ParsedKeyRecord.Unusable; i++) {
            if (DkimKeyRecord.parse(records.get(i)) instanceof DkimKeyRecord usable) {
                return usable;
            }
        }
        return first;
    }

    private DkimResult verify(int field, DkimSignature signature, DkimKeyRecord key) {
        OptionalInt bits = OptionalInt.of(key.key().bits());
        Optional<Verdict> unsuitable = unsuitable(signature, key);
        if (unsuitable.isPresent()) {
            return result(signature, unsuitable.get(), bits, key.testing(), 0);
        }
        BodyDigest body = body(signature);
        if (signature.limit() != Canonicalization.NO_LIMIT && signature.limit() > body.length()) {
            Verdict verdict = new Verdict(PERMERROR, "the signature covers more body (l=) than there is");
            return result(signature, verdict, bits, key.testing(), 0);
        }
        long uncovered = Math.max(0, body.length() - signature.limit());
        Verdict verdict = verdict(field, signature, key, body, uncovered);
        if (verdict.outcome() == FAIL && key.testing()) {
            verdict = new Verdict(NEUTRAL, verdict.reason() + "; the domain is testing DKIM (t=y)");
        }
        return result(signature, verdict, bits, key.testing(), uncovered);
    }

    private Verdict verdict(
            int field, DkimSignature signature, DkimKeyRecord key, BodyDigest body, long uncoveredOctets) {
        if (!MessageDigest.isEqual(body.sha256(), signature.bodyHash())) {
            return new Verdict(FAIL, "the body has been changed");
        }
        OctetBuffer data = signedData(field, signature);
        if (!key.key().verifies(data.array(), data.length(), signature.signature())) {
            return new Verdict(FAIL, "a signed header field or the signature has been changed, or the key is another");
        }
        return new Verdict(
                PASS,
                uncoveredOctets == 0
                        ? "verified"
                        : "verified, but the last " + uncoveredOctets + " octets of the body are not signed (l=)");
    }

    /** Why a key must not be used for this signature. */
    private static Optional<Verdict> unsuitable(DkimSignature signature, DkimKeyRecord key) {
        Outcome outcome = PERMERROR;
        String reason;
        int bits = key.key().bits();
        if (!key.type().equals(signature.algorithm().keyType)) {
            reason = "the key is of type " + key.type() + ", the signature of another";
        } else if (!key.sha256()) {
            reason = "the key record does not allow SHA-256 (h=)";
        } else if (!key.email()) {
            reason = "the key record is not for mail (s=)";
        } else if (key.sameName() && !signature.identityDomain().equals(signature.domain())) {
            reason = "the key record allows no subdomain in i= (t=s)";
        } else if (key.type().equals("rsa") && bits < DkimKey.MIN_RSA_BITS) {
            outcome = POLICY;
            reason = "an RSA key of " + bits + " bits proves nothing (RFC 8301 section 3.2)";
        } else if (bits > MAX_RSA_BITS) {
            outcome = POLICY;
            reason = "an RSA key of " + bits + " bits is too large, limit " + MAX_RSA_BITS;
        } else {
            return Optional.empty();
        }
        return Optional.of(new Verdict(outcome, reason));
    }

    private BodyDigest body(DkimSignature signature) {
        return bodies.computeIfAbsent(new BodyForm(signature.body(), signature.limit()), form -> {
            byte[] octets = message.octets();
            MessageDigest sha256 = sha256();
            long length =
                    form.canonicalization().body(octets, message.bodyOffset(), octets.length, form.limit(), sha256);
            return new BodyDigest(sha256.digest(), length);
        });
    }

    /** What was signed: the fields of {@code h=}, of equal names the lowest first, then the signature without its value (§3.7). */
    private OctetBuffer signedData(int field, DkimSignature signature) {
        byte[] octets = message.octets();
        OctetBuffer data = new OctetBuffer(4096);
        Map<String, Integer> left = new HashMap<>();
        for (String name : signature.fields()) {
            int[] known = fieldsByName.get(name);
            if (known == null) {
                continue; // signed as absent: adds nothing
            }
            int next = left.getOrDefault(name, known[0]);
            if (next > 0 && known[next] == field) {
                next--; // h= speaks of other signatures, never of its own
            }
            if (next > 0) {
                signature.header().field(octets, fields.start(known[next]), fields.end(known[next]), data);
                next--;
            }
            left.put(name, next);
        }
        OctetBuffer own = new OctetBuffer(1024);
        own.put(octets, fields.start(field), signature.valueFrom());
        own.put(octets, signature.valueTo(), endOfValue(field));
        signature.header().field(own.array(), 0, own.length(), data);
        data.truncate(data.length() - 2);
        return data;
    }

    private int endOfValue(int field) {
        int end = fields.end(field);
        byte[] octets = message.octets();
        boolean line = end - 2 >= fields.valueStart(field) && octets[end - 2] == '\r' && octets[end - 1] == '\n';
        return line ? end - 2 : end;
    }

    private String name(int field) {
        int start = fields.start(field);
        return new String(message.octets(), start, fields.nameEnd(field) - start, StandardCharsets.ISO_8859_1)
                .toLowerCase(Locale.ROOT);
    }

    private static DkimResult result(DkimSignature signature, Verdict verdict) {
        return result(signature, verdict, OptionalInt.empty(), false, 0);
    }

    private static DkimResult result(
            DkimSignature signature, Verdict verdict, OptionalInt bits, boolean testing, long uncovered) {
        return new DkimResult(
                Optional.of(signature.domain()),
                Optional.of(signature.selector()),
                signature.identity(),
                verdict.outcome(),
                verdict.reason(),
                Optional.of(signature.algorithm().tagValue),
                bits,
                testing,
                uncovered);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime lacks SHA-256", e);
        }
    }
}
