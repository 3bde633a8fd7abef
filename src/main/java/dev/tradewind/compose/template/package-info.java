/**
 * The substitution language. What enters is the source of one part of a mail (a body, a header field's value) and the data
 * of one message; what leaves is the text of that part for that message.
 *
 * <p>A {@link dev.tradewind.compose.template.Template} is compiled once, immutable, and rendered for many messages from
 * many threads. Promised: any source compiles or is refused with a position; any data renders or is refused with a
 * position; the work, the memory and the stack that either takes are bounded ({@link
 * dev.tradewind.compose.template.Template}, {@link dev.tradewind.compose.template.RenderLimits}); what a header renders
 * to holds no line break. Data is only read: no reflection, no mutation, and never run as a template unless it is dynamic
 * content of the transmission. {@code docs/templates.md} is the user's reference.
 */
@org.jspecify.annotations.NullMarked
package dev.tradewind.compose.template;
