/** Dialogues as files, replayed against the real sessions; and the connections they are replayed over. */
@org.jspecify.annotations.NullMarked
package dev.tradewind.smtp.transcript;
