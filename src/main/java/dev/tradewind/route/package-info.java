/**
 * Where to: the mail hosts of a domain by RFC 5321 §5, and the site they make. A recipient domain enters, an ordered list of hosts (or the
 * reason why there is none) leaves. Nothing is promised about a message here; a failing DNS only makes it wait.
 */
@org.jspecify.annotations.NullMarked
package dev.tradewind.route;
