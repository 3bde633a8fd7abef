package dev.tradewind.smtp.server;

import java.util.Optional;

/**
 * How a client is connected, for trace fields and policy.
 *
 * @param peer          where it is
 * @param helloName     what it called itself: printable ASCII without blanks, otherwise unchecked
 * @param extended      EHLO rather than HELO
 * @param tls           present over TLS
 * @param authenticated whether AUTH succeeded
 */
public record SessionFacts(
        Peer peer, String helloName, boolean extended, Optional<TlsParameters> tls, boolean authenticated) {}
