package dev.tradewind.smtp.server;

/**
 * What TLS agreed on.
 *
 * @param protocol for instance {@code TLSv1.3}
 * @param cipher   name of the cipher suite
 */
public record TlsParameters(String protocol, String cipher) {}
