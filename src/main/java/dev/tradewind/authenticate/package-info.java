/**
 * Authenticating what arrives. In: a message as octets, answers from the DNS through a port, and the time. Out: for each signature what it
 * proved, in the words of RFC 8601. Pure but for the port: nothing here reads a clock or a socket, and no message, however made, gives
 * anything but a result; the work is bounded by the size of the message times {@link DkimVerifier#MAX_SIGNATURES}.
 *
 * <p>Today: DKIM (RFC 6376, RFC 8301, RFC 8463). SPF, DMARC and ARC are not built yet.
 */
@org.jspecify.annotations.NullMarked
package dev.tradewind.authenticate;
