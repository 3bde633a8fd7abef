/**
 * When and how fast: which message a connection takes next, how many connections a lane may have, when a lane rests. Pure: state, inputs
 * and a time that is passed in; no threads, no I/O, no clock. A message that is held here also waits on disk; it leaves by an attempt.
 *
 * <p>A lane is a source at a site (design §2). There is one source so far, so a lane is named by its site.
 */
@org.jspecify.annotations.NullMarked
package dev.tradewind.lane;
