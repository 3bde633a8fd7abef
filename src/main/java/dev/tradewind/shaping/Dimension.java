package dev.tradewind.shaping;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What limits and reactions can be about. The order is that of {@link Scope}. */
public enum Dimension {
    /** Recipient domains served by the same MX hosts. */
    SITE,
    /** A local address, or one behind a proxy. */
    SOURCE,
    /** Sources that a kind of mail may use. */
    POOL,
    /** Address of the remote host. */
    REMOTE_ADDRESS,
    /** A tenant, {@code 1} or {@code 1/7} with its subaccount. */
    ACCOUNT,
    CAMPAIGN,
    /** Domain of the header From. */
    FROM_DOMAIN,
    /** {@code d=} of the DKIM signature. */
    DKIM_DOMAIN,
    /** Domain that links of the content lead to. */
    LINK_DOMAIN;

    private final String word = name().toLowerCase(Locale.ROOT);

    /** As it is written: {@code remote_address}. */
    public String word() {
        return word;
    }

    /**
     * Reads a word.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static Dimension parse(String written) {
        for (Dimension one : values()) {
            if (one.word.equals(written)) {
                return one;
            }
        }
        throw new IllegalArgumentException("'" + written + "' is not one of " + words(EnumSet.allOf(Dimension.class)));
    }

    /** Words with commas between, in order. */
    public static String words(Set<Dimension> some) {
        List<String> words = Arrays.stream(values())
                .filter(some::contains)
                .map(Dimension::word)
                .toList();
        return String.join(", ", words);
    }
}
