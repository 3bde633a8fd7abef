/**
 * Mail comes in: what REST and SMTP submission share. A parsed submission enters, a durable transmission leaves; no 2xx is given before
 * (invariant 1), and nothing remains of a submission that was not committed.
 */
@org.jspecify.annotations.NullMarked
package dev.tradewind.accept;
