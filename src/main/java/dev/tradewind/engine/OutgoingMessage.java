package dev.tradewind.engine;

import dev.tradewind.classify.Cause;
import dev.tradewind.classify.Phase;
import dev.tradewind.deliver.HopCapabilities;
import dev.tradewind.deliver.Outgoing;
import dev.tradewind.mail.EnhancedStatus;
import dev.tradewind.mail.Envelope;
import dev.tradewind.mail.MessageOctets;
import dev.tradewind.mail.mime.SevenBitConversion;
import dev.tradewind.sign.DkimSigner;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A message on its way to a host: brought into 7 bits where the host needs that, then signed (RFC 6376 §5.3 wants that order). */
final class OutgoingMessage implements Outgoing {
    private final Made.Message message;
    private final SigningKeys keys;
    private final DkimSigner signer;
    private final Instant now;

    OutgoingMessage(Made.Message message, SigningKeys keys, DkimSigner signer, Instant now) {
        this.message = message;
        this.keys = keys;
        this.signer = signer;
        this.now = now;
    }

    @Override
    public Optional<Origin> origin() {
        return Optional.of(
                new Origin(message.facts().id(), message.transmission().tenant()));
    }

    @Override
    public Prepared prepare(HopCapabilities host) {
        MessageOctets octets = message.octets();
        boolean eightBit = message.eightBit();
        if (eightBit && !host.eightBit()) {
            switch (SevenBitConversion.convert(octets)) {
                case SevenBitConversion.Result.Unchanged same -> {}
                case SevenBitConversion.Result.Converted converted -> octets = converted.message();
                case SevenBitConversion.Result.Impossible impossible -> {
                    return new Prepared.Impossible(
                            new Cause.Internal(Phase.CONTENT, new EnhancedStatus(5, 6, 3), impossible.reason()));
                }
            }
            eightBit = false;
        }
        Envelope envelope = new Envelope(
                message.recipient().returnPath().orElse(message.transmission().returnPath()),
                List.of(new Envelope.Recipient(
                        message.recipient().path(), message.recipient().dsn())),
                message.transmission().dsn(),
                message.smtpUtf8(),
                eightBit);
        byte[] signature = signer.sign(octets, keys.of(message.transmission().tenant(), message.fromDomain()), now);
        return new Prepared.Ready(envelope, signature, octets);
    }
}
