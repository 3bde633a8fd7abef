package dev.tradewind.api;

import dev.tradewind.account.DkimPublicKey;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Whether a DKIM key record (RFC 6376 §3.6.1) publishes a key. Pure. */
final class DkimRecordCheck {
    private DkimRecordCheck() {}

    /** What is wrong with the TXT records at the name of a key; empty if one of them publishes it. */
    static Optional<String> problem(DkimPublicKey key, List<String> texts) {
        String last = "";
        for (String text : texts) {
            Optional<String> problem = problem(key, text);
            if (problem.isEmpty()) {
                return problem;
            }
            last = problem.get();
        }
        return Optional.of(last.isEmpty() ? "there is no TXT record at " + key.recordName() : last);
    }

    private static Optional<String> problem(DkimPublicKey key, String text) {
        Map<String, String> tags = new HashMap<>();
        for (String tag : text.split(";", -1)) {
            int equals = tag.indexOf('=');
            if (equals > 0) {
                tags.putIfAbsent(tag.substring(0, equals).strip(), withoutSpace(tag.substring(equals + 1)));
            }
        }
        String name = key.recordName();
        String version = tags.getOrDefault("v", "DKIM1");
        if (!version.equals("DKIM1")) {
            return Optional.of("the record at " + name + " has v=" + Json.clip(version) + ", not DKIM1");
        }
        String type = tags.getOrDefault("k", "rsa").toLowerCase(Locale.ROOT);
        if (!type.equals(key.algorithm().wireName())) {
            return Optional.of("the record at " + name + " has k=" + Json.clip(type) + ", not "
                    + key.algorithm().wireName());
        }
        String hashes = tags.getOrDefault("h", "sha256").toLowerCase(Locale.ROOT);
        if (!List.of(hashes.split(":", -1)).contains("sha256")) {
            return Optional.of("the record at " + name + " has h=" + Json.clip(hashes) + " without sha256");
        }
        String published = tags.getOrDefault("p", "");
        if (published.isEmpty()) {
            return Optional.of("the record at " + name + " has no key in p=");
        }
        return published.equals(key.publicBase64())
                ? Optional.empty()
                : Optional.of("the key in p= of the record at " + name + " is another one");
    }

    private static String withoutSpace(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > ' ') {
                clean.append(text.charAt(i));
            }
        }
        return clean.toString();
    }
}
