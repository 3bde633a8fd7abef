/**
 * Acceptance: other people's programs, unmodified, against the real program as a process of its own. What they send is looked at where it
 * arrives, octet by octet where it matters.
 */
@org.jspecify.annotations.NullMarked
package dev.tradewind.acceptance;
