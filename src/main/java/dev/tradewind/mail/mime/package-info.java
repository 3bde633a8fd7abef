/**
 * The formats of RFC 5322 and MIME as octets: what enters is text, addresses and octets that others wrote; what leaves is header fields
 * and whole messages that every conforming reader understands, or a typed refusal that says what is wrong and where. Pure: no I/O, no
 * clock, no chance. Readers are tolerant and linear in their input; writers are strict, and nothing passed to them can add a line or a
 * field to a header section.
 */
@org.jspecify.annotations.NullMarked
package dev.tradewind.mail.mime;
