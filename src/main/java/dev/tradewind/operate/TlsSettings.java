package dev.tradewind.operate;

import dev.tradewind.settings.Setting;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The certificate of the listeners.
 *
 * @param certificate PEM chain, the server's own first
 * @param key         PEM private key of the first certificate
 */
public record TlsSettings(
        @Setting(
                key = "tls.certificate",
                doc =
                        "PEM file of the server's certificate and the intermediate ones after it, for STARTTLS and HTTPS. Read again when it changes.",
                defDoc = "self-made at first start")
        Optional<Path> certificate,

        @Setting(
                key = "tls.key",
                doc = "PEM file of its private key (PKCS#8, PKCS#1 or SEC1, not encrypted).",
                defDoc = "self-made at first start")
        Optional<Path> key) {
    /** @throws IllegalArgumentException if only one is given */
    public TlsSettings {
        if (certificate.isPresent() != key.isPresent()) {
            throw new IllegalArgumentException("tls.certificate and tls.key go together: write both or neither");
        }
    }
}
