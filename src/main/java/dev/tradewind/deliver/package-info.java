/**
 * One attempt: connect, secure, transact, classify. An envelope and a message enter, one result per recipient leaves; what a result means
 * for other messages is decided elsewhere. Until the last octet is sent nothing has happened to a message; after it, silence is
 * {@link dev.tradewind.deliver.AttemptResult.Unknown}.
 */
@org.jspecify.annotations.NullMarked
package dev.tradewind.deliver;
