package dev.tradewind.authenticate;

import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A key record (RFC 6376 §3.6.1): the public key and what it may be used for.
 *
 * @param type     {@code k=}: {@code rsa} or {@code ed25519}
 * @param key      the public key
 * @param sha256   whether {@code h=} lets SHA-256 be used
 * @param email    whether {@code s=} lets it be used for mail
 * @param testing  {@code t=y}
 * @param sameName {@code t=s}: {@code i=} must be of the signing domain itself, not of one below it
 */
record DkimKeyRecord(String type, VerificationKey key, boolean sha256, boolean email, boolean testing, boolean sameName)
        implements ParsedKeyRecord {
    /** Parses the text of one TXT record. */
    static ParsedKeyRecord parse(String text) {
        return switch (TagList.parse(text)) {
            case TagList.Refused(String reason, int position) ->
                new ParsedKeyRecord.Unusable(
                        "the key record cannot be read: " + reason + " (octet " + position + ")", false);
            case TagList.Read(TagList tags) -> read(tags);
        };
    }

    private static ParsedKeyRecord read(TagList tags) {
        List<String> flags = tags.value("t")
                .map(t -> TagList.items(t.toLowerCase(Locale.ROOT)))
                .orElse(List.of());
        boolean testing = flags.contains("y");
        Optional<TagList.Tag> version = tags.find("v");
        if (version.isPresent()
                && !(version.get().value().equals("DKIM1")
                        && tags.tags().getFirst().name().equals("v"))) {
            return new ParsedKeyRecord.Unusable(
                    "version of the key record is not DKIM1, or does not come first", testing);
        }
        Optional<String> written = tags.value("p").map(TagList::withoutWhiteSpace);
        if (written.isEmpty()) {
            return new ParsedKeyRecord.Unusable("the key record has no key (p=)", testing);
        }
        if (written.get().isEmpty()) {
            return new ParsedKeyRecord.Unusable("the key has been revoked", testing);
        }
        byte[] octets;
        try {
            octets = Base64.getDecoder().decode(written.get());
        } catch (IllegalArgumentException e) {
            return new ParsedKeyRecord.Unusable("the key in the key record is no base64", testing);
        }
        String type = tags.value("k").orElse("rsa").toLowerCase(Locale.ROOT);
        Optional<VerificationKey> key = switch (type) {
            case "rsa" -> VerificationKey.rsa(octets);
            case "ed25519" -> VerificationKey.ed25519(octets);
            default -> Optional.empty();
        };
        if (key.isEmpty()) {
            boolean known = type.equals("rsa") || type.equals("ed25519");
            return new ParsedKeyRecord.Unusable(
                    known ? "the key in the key record is no " + type + " key" : "type of the key (k=) is not known",
                    testing);
        }
        return new DkimKeyRecord(
                type,
                key.get(),
                allows(tags.value("h"), "sha256"),
                allows(tags.value("s"), "email"),
                testing,
                flags.contains("s"));
    }

    private static boolean allows(Optional<String> list, String item) {
        if (list.isEmpty()) {
            return true;
        }
        List<String> items = TagList.items(list.get().toLowerCase(Locale.ROOT));
        return items.contains(item) || items.contains("*");
    }
}
