package dev.tradewind;

import dev.tradewind.account.DkimKeyPair;
import dev.tradewind.api.DkimKeyPairs;
import dev.tradewind.mail.Domain;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The DKIM key of the domain that an instance under the sandbox can send from at once. */
final class FirstKey {
    private static final DateTimeFormatter SELECTOR =
            DateTimeFormatter.ofPattern("'tw'yyyyMM", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final int BITS = 2048;

    private FirstKey() {}

    /** A fresh RSA key; its selector tells the month. */
    static DkimKeyPair of(Domain domain, Instant now, SecureRandom random) {
        return DkimKeyPairs.generateRsa(domain, SELECTOR.format(now), BITS, random);
    }
}
