package dev.tradewind.authenticate;

import dev.tradewind.mail.Domain;
import dev.tradewind.sign.Canonicalization;

import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

import static dev.tradewind.authenticate.DkimResult.Outcome.NEUTRAL;
import static dev.tradewind.authenticate.DkimResult.Outcome.PERMERROR;

/**
 * A {@code DKIM-Signature} as it stands in a message (RFC 6376 §3.5), read and found without contradictions.
 *
 * @param domain    {@code d=}
 * @param selector  {@code s=}, in lower case
 * @param identity  {@code i=}; empty if absent, which means any address of {@code d=}
 * @param algorithm {@code a=}
 * @param header    canonicalization of the header fields
 * @param body      canonicalization of the body
 * @param fields    {@code h=}, in lower case; {@code from} is among them
 * @param bodyHash  {@code bh=}
 * @param signature {@code b=}
 * @param limit     {@code l=}, or {@link Canonicalization#NO_LIMIT}
 * @param expiry    {@code x=}, seconds since 1970
 * @param valueFrom index in the message of the first octet of the value of {@code b=}, right behind the {@code =}
 * @param valueTo   index in the message of the octet behind that value: {@code ;}, or the end of the field
 */
record DkimSignature(
        Domain domain,
        String selector,
        Optional<String> identity,
        SignatureAlgorithm algorithm,
        Canonicalization header,
        Canonicalization body,
        List<String> fields,
        byte[] bodyHash,
        byte[] signature,
        long limit,
        OptionalLong expiry,
        int valueFrom,
        int valueTo)
        implements ParsedSignature {

    /** {@code a=} that can be verified. */
    enum SignatureAlgorithm {
        RSA_SHA256("rsa-sha256", "rsa"),
        ED25519_SHA256("ed25519-sha256", "ed25519");

        final String tagValue;
        final String keyType;

        SignatureAlgorithm(String tagValue, String keyType) {
            this.tagValue = tagValue;
            this.keyType = keyType;
        }
    }

    /** The part of {@code i=} behind the last {@code @}; the signing domain itself if absent. */
    Domain identityDomain() {
        return identity.map(i -> Domain.parse(i.substring(i.lastIndexOf('@') + 1)))
                .orElse(domain);
    }

    /** Parses the value of the field, {@code octets[from..to)}, without the CRLF at its end. */
    static ParsedSignature parse(byte[] octets, int from, int to) {
        return switch (TagList.parse(octets, from, to)) {
            case TagList.Refused(String reason, int position) ->
                new ParsedSignature.Unusable(
                        NEUTRAL,
                        "the signature cannot be read: " + reason + " (octet " + position + ")",
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty());
            case TagList.Read(TagList tags) -> new Reader(tags).read();
        };
    }

    /** Reads the tags one by one; a {@link Wrong} ends it. */
    private static final class Reader {
        private static final long LARGEST = Long.MAX_VALUE - 1;

        private final TagList tags;

        Reader(TagList tags) {
            this.tags = tags;
        }

        ParsedSignature read() {
            Optional<Domain> domain = Optional.empty();
            Optional<String> selector = Optional.empty();
            try {
                domain = Optional.of(domain());
                selector = Optional.of(selector());
                return read(domain.get(), selector.get());
            } catch (Wrong e) {
                Optional<String> algorithm = tags.value("a").map(a -> a.toLowerCase(Locale.ROOT));
                return new ParsedSignature.Unusable(e.outcome, e.reason, domain, selector, algorithm);
            }
        }

        private DkimSignature read(Domain domain, String selector) throws Wrong {
            if (!required("v").equals("1")) {
                throw new Wrong(NEUTRAL, "version of the signature is not 1");
            }
            SignatureAlgorithm algorithm = algorithm();
            TagList.Tag value = tags.find("b").orElseThrow(() -> new Wrong(PERMERROR, "the signature lacks b="));
            byte[] signature = base64("b");
            byte[] bodyHash = base64("bh");
            List<String> fields = fields();
            Canonicalization[] forms = canonicalizations();
            queryMethods();
            Optional<String> identity = identity(domain);
            OptionalLong signed = number("t");
            OptionalLong expiry = number("x");
            if (signed.isPresent() && expiry.isPresent() && expiry.getAsLong() <= signed.getAsLong()) {
                throw new Wrong(PERMERROR, "the signature expires (x=) before it was made (t=)");
            }
            long limit = number("l").orElse(Canonicalization.NO_LIMIT);
            return new DkimSignature(
                    domain,
                    selector,
                    identity,
                    algorithm,
                    forms[0],
                    forms[1],
                    fields,
                    bodyHash,
                    signature,
                    limit,
                    expiry,
                    value.from(),
                    value.to());
        }

        private Domain domain() throws Wrong {
            Domain domain = domainName("d", required("d"));
            if (domain.isLiteral()) {
                throw new Wrong(NEUTRAL, "d= is an address, not a domain name");
            }
            return domain;
        }

        private String selector() throws Wrong {
            return domainName("s", required("s")).name();
        }

        private static Domain domainName(String tag, String written) throws Wrong {
            try {
                return Domain.parse(written);
            } catch (IllegalArgumentException e) {
                throw new Wrong(NEUTRAL, tag + "= is no domain name");
            }
        }

        private SignatureAlgorithm algorithm() throws Wrong {
            String written = required("a").toLowerCase(Locale.ROOT);
            for (SignatureAlgorithm known : SignatureAlgorithm.values()) {
                if (known.tagValue.equals(written)) {
                    return known;
                }
            }
            if (written.equals("rsa-sha1")) {
                throw new Wrong(PERMERROR, "rsa-sha1 must not be used any more (RFC 8301 section 3.1)");
            }
            throw new Wrong(NEUTRAL, "algorithm of the signature is not known");
        }

        private List<String> fields() throws Wrong {
            List<String> fields = TagList.items(required("h").toLowerCase(Locale.ROOT));
            for (String field : fields) {
                if (field.isEmpty()) {
                    throw new Wrong(NEUTRAL, "h= has an empty name");
                }
            }
            if (!fields.contains("from")) {
                throw new Wrong(PERMERROR, "the signature does not cover From (RFC 6376 section 5.4)");
            }
            return fields;
        }

        private Canonicalization[] canonicalizations() throws Wrong {
            String written = tags.value("c").orElse("simple/simple");
            int slash = written.indexOf('/');
            return new Canonicalization[] {
                canonicalization(slash < 0 ? written : written.substring(0, slash)),
                canonicalization(slash < 0 ? "simple" : written.substring(slash + 1))
            };
        }

        private static Canonicalization canonicalization(String name) throws Wrong {
            return switch (name.toLowerCase(Locale.ROOT)) {
                case "simple" -> Canonicalization.SIMPLE;
                case "relaxed" -> Canonicalization.RELAXED;
                default -> throw new Wrong(NEUTRAL, "canonicalization of the signature is not known");
            };
        }

        private void queryMethods() throws Wrong {
            Optional<String> written = tags.value("q");
            if (written.isPresent()
                    && !TagList.items(written.get().toLowerCase(Locale.ROOT)).contains("dns/txt")) {
                throw new Wrong(NEUTRAL, "the key is to be looked up in a way that is not known (q=)");
            }
        }

        private Optional<String> identity(Domain domain) throws Wrong {
            Optional<String> written = tags.value("i").map(TagList::withoutWhiteSpace);
            if (written.isPresent()) {
                int at = written.get().lastIndexOf('@');
                if (at < 0) {
                    throw new Wrong(NEUTRAL, "i= has no '@'");
                }
                if (!domainName("i", written.get().substring(at + 1)).isWithin(domain)) {
                    throw new Wrong(PERMERROR, "i= is not within the signing domain " + domain);
                }
            }
            return written;
        }

        /** Digits; a number too large for a long is as good as the largest but one, which is no {@link Canonicalization#NO_LIMIT}. */
        private OptionalLong number(String name) throws Wrong {
            Optional<String> written = tags.value(name);
            if (written.isEmpty()) {
                return OptionalLong.empty();
            }
            String digits = written.get();
            long number = 0;
            for (int i = 0; i < digits.length(); i++) {
                char c = digits.charAt(i);
                if (c < '0' || c > '9') {
                    throw new Wrong(NEUTRAL, name + "= is no number");
                }
                number = number > (LARGEST - 9) / 10 ? LARGEST : number * 10 + (c - '0');
            }
            if (digits.isEmpty() || digits.length() > 76) {
                throw new Wrong(NEUTRAL, name + "= is no number of 1 to 76 digits");
            }
            return OptionalLong.of(number);
        }

        private byte[] base64(String name) throws Wrong {
            try {
                byte[] octets = Base64.getDecoder().decode(TagList.withoutWhiteSpace(required(name)));
                if (octets.length == 0) {
                    throw new Wrong(NEUTRAL, name + "= is empty");
                }
                return octets;
            } catch (IllegalArgumentException e) {
                throw new Wrong(NEUTRAL, name + "= is no base64");
            }
        }

        private String required(String name) throws Wrong {
            return tags.value(name).orElseThrow(() -> new Wrong(PERMERROR, "the signature lacks " + name + "="));
        }
    }

    /** Leaves {@link Reader}; never leaves this class. */
    private static final class Wrong extends Exception {
        private final DkimResult.Outcome outcome;
        private final String reason;

        Wrong(DkimResult.Outcome outcome, String reason) {
            super(reason, null, false, false);
            this.outcome = outcome;
            this.reason = reason;
        }
    }
}
