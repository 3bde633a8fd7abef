/**
 * Content and the data of a recipient become a message. What enters is content as it was submitted, checked by
 * {@link dev.tradewind.compose.ContentRules}, compiled once, and the data of one message; what leaves is a whole message in 7 bits (or the
 * octets that were uploaded), or the reason why there is none. Promised: the same inputs give the same octets, so that a message need not
 * be stored to be sent again; nothing in anybody's data can add a header field or end a part; no data makes it throw.
 */
@org.jspecify.annotations.NullMarked
package dev.tradewind.compose;
