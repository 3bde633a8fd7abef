package dev.tradewind.deliver;

import java.util.OptionalLong;

/**
 * What a host offered in its answer to EHLO, after TLS if there is any.
 *
 * @param pipelining RFC 2920
 * @param chunking   RFC 3030
 * @param eightBit   RFC 6152
 * @param smtpUtf8   RFC 6531
 * @param dsn        RFC 3461
 * @param size       RFC 1870: greatest message in octets, if the host says one
 */
public record HopCapabilities(
        boolean pipelining, boolean chunking, boolean eightBit, boolean smtpUtf8, boolean dsn, OptionalLong size) {}
