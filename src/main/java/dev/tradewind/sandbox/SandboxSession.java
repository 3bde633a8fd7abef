package dev.tradewind.sandbox;

import dev.tradewind.account.Tenant;
import dev.tradewind.classify.Cause;
import dev.tradewind.classify.Phase;
import dev.tradewind.deliver.AttemptResult;
import dev.tradewind.deliver.HopCapabilities;
import dev.tradewind.deliver.HopSession;
import dev.tradewind.deliver.Outgoing;
import dev.tradewind.mail.EnhancedStatus;
import dev.tradewind.mail.Envelope;
import dev.tradewind.mail.MessageOctets;
import dev.tradewind.mail.SmtpReply;
import dev.tradewind.route.Host;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** A session with the sandbox inbox: what a host that offers everything would see, without a wire. */
final class SandboxSession implements HopSession {
    private static final HopCapabilities CAPABILITIES =
            new HopCapabilities(true, true, true, true, true, OptionalLong.empty());

    private final SandboxInbox inbox;
    private int transactions;
    private boolean open = true;

    SandboxSession(SandboxInbox inbox) {
        this.inbox = inbox;
    }

    @Override
    public Host host() {
        return SandboxRouter.HOST;
    }

    @Override
    public int tls() {
        return 0;
    }

    @Override
    public HopCapabilities capabilities() {
        return CAPABILITIES;
    }

    @Override
    public List<AttemptResult> transact(Outgoing message) {
        transactions++;
        return switch (message.prepare(CAPABILITIES)) {
            case Outgoing.Prepared.Impossible(Cause cause) -> List.of(new AttemptResult.Failed(cause));
            case Outgoing.Prepared.Ready(Envelope envelope, byte[] signature, MessageOctets octets) ->
                keep(message.origin(), envelope, prepend(signature, octets));
        };
    }

    private List<AttemptResult> keep(Optional<Outgoing.Origin> origin, Envelope envelope, MessageOctets message) {
        List<AttemptResult> results = new ArrayList<>(envelope.recipients().size());
        for (Envelope.Recipient recipient : envelope.recipients()) {
            Arrival arrival = new Arrival(
                    origin.map(Outgoing.Origin::tenant).orElse(Tenant.MAIN),
                    origin.map(Outgoing.Origin::id),
                    envelope.reversePath().address(),
                    recipient.path().address(),
                    message);
            results.add(
                    switch (inbox.keep(arrival)) {
                        case SandboxInbox.Kept.As(long id) ->
                            new AttemptResult.Delivered(new SmtpReply(
                                    250,
                                    Optional.of(new EnhancedStatus(2, 0, 0)),
                                    List.of("2.0.0 Ok: in the sandbox inbox as " + id)));
                        case SandboxInbox.Kept.Not(String reason) ->
                            new AttemptResult.Deferred(
                                    new Cause.Internal(Phase.END_OF_DATA, new EnhancedStatus(4, 3, 0), reason),
                                    AttemptResult.Scope.HOST);
                        case SandboxInbox.Kept.Perhaps(String reason) -> new AttemptResult.Unknown(reason);
                    });
        }
        return results;
    }

    private static MessageOctets prepend(byte[] signature, MessageOctets message) {
        if (signature.length == 0) {
            return message;
        }
        byte[] whole = new byte[signature.length + message.size()];
        System.arraycopy(signature, 0, whole, 0, signature.length);
        System.arraycopy(message.octets(), 0, whole, signature.length, message.size());
        return new MessageOctets(whole, signature.length + message.bodyOffset());
    }

    @Override
    public boolean isUsable() {
        return open;
    }

    @Override
    public int transactions() {
        return transactions;
    }

    @Override
    public void close() {
        open = false;
    }
}
