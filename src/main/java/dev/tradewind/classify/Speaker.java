package dev.tradewind.classify;

import java.util.Set;

/**
 * Who said it: which providers' profiles hold at the site. Rules for one provider ask for it, as the same words do not mean the same
 * everywhere.
 *
 * @param known     whether the site is known at all; if not, a rule for a provider may match on its words alone
 * @param providers names of profiles; empty at a site that is no known provider's
 */
public record Speaker(boolean known, Set<String> providers) {
    private static final Speaker UNKNOWN = new Speaker(false, Set.of());
    private static final Speaker NOBODY = new Speaker(true, Set.of());

    public Speaker {
        providers = Set.copyOf(providers);
    }

    /** Nobody knows: the words come from a report. */
    public static Speaker unknown() {
        return UNKNOWN;
    }

    /** A host of no provider that has a profile. */
    public static Speaker ofNoProvider() {
        return NOBODY;
    }

    /** A host of a site at which these profiles hold. */
    public static Speaker of(Set<String> providers) {
        return providers.isEmpty() ? NOBODY : new Speaker(true, providers);
    }

    /** Whether a rule for these providers (none: for all) may apply. */
    boolean mayBe(Set<String> wanted) {
        if (wanted.isEmpty() || !known) {
            return true;
        }
        for (String one : wanted) {
            if (providers.contains(one)) {
                return true;
            }
        }
        return false;
    }
}
