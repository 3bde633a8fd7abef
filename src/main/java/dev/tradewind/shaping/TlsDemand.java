package dev.tradewind.shaping;

/** What a profile demands of the connection; MTA-STS and DANE may demand more for a domain, never less. */
public enum TlsDemand {
    /** Never: some old hosts break at STARTTLS. */
    NONE,
    /** Where it is offered. */
    OPPORTUNISTIC,
    /** Encrypted or not at all; the certificate is not looked at. */
    REQUIRED,
    /** With a certificate of a known authority for the name of the host. */
    VERIFIED
}
