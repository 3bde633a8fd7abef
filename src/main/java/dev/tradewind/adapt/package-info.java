/**
 * How what a provider answers moves what it is sent: what enters are answers (accepted, "too fast", good and bad news of a scope) and the
 * operator's bounds; what leaves is how fast, how many and when the scope may send, with the reason. Promised: the bounds are never left, in
 * whatever order answers come; the same inputs give the same result. Pure: no I/O, no threads, no clock, no chance; {@code now} is a
 * parameter. Not thread-safe: a scope belongs to one owner.
 *
 * <ul>
 *   <li>{@link dev.tradewind.adapt.Pace}: messages a second, learned from "too fast" alone.
 *   <li>{@link dev.tradewind.adapt.Knob}: a whole number such as connections; down fast, up slowly.
 *   <li>{@link dev.tradewind.adapt.Suspension}: stopped, then one probe, then opened gradually.
 *   <li>{@link dev.tradewind.adapt.WarmUp}: how much a new source may send a provider today.
 * </ul>
 */
@org.jspecify.annotations.NullMarked
package dev.tradewind.adapt;
