/**
 * What a refusal means. Why an attempt did not deliver ({@link dev.tradewind.classify.Cause}) or the words of a report enter; a bounce class,
 * its verdict and the name of the rule that decided leave. Patterns of replies live here because reactions of shaping match with the very
 * same ones. Pure: every reply gets an answer, the same one each time, and our own words are never taken for a remote host's.
 */
@org.jspecify.annotations.NullMarked
package dev.tradewind.classify;
