package dev.tradewind;

import dev.tradewind.account.DkimKey;
import dev.tradewind.mail.Domain;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Locale;

/** The DKIM key of the domain that a new instance can send from at once. */
final class FirstKey {
    private static final DateTimeFormatter SELECTOR =
            DateTimeFormatter.ofPattern("'tw'yyyyMM", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final int BITS = 2048;

    private FirstKey() {}

    /** A fresh RSA key; its selector tells the month. */
    static DkimKey.Pair of(Domain domain, Instant now, SecureRandom random) {
        dev.tradewind.sign.DkimKey key =
                dev.tradewind.sign.DkimKey.generateRsa(domain, SELECTOR.format(now), BITS, random);
        return new DkimKey.Pair(
                new DkimKey(
                        domain,
                        key.selector(),
                        DkimKey.Algorithm.RSA,
                        Base64.getDecoder().decode(key.publicKeyBase64())),
                key.pkcs8());
    }
}
