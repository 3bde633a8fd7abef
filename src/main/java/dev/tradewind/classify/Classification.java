package dev.tradewind.classify;

/**
 * What a failure means.
 *
 * @param bounceClass its class
 * @param rule        name of the rule that decided, or {@code internal} where no text had to be read
 * @param advice      whether the reply code tells the truth about trying again
 */
public record Classification(BounceClass bounceClass, String rule, Advice advice) {
    /** Whether to try again. */
    public enum Advice {
        /** 4yz: later; 5yz: never. */
        AS_CODE,
        /** A 5yz that means wait. */
        LATER,
        /** A 4yz that means no. */
        NEVER
    }

    /** Category of the class. */
    public BounceClass.Verdict verdict() {
        return bounceClass.verdict();
    }
}
