package dev.tradewind.accept.submission;

import dev.tradewind.accept.Intake;
import dev.tradewind.accept.SenderPolicy;
import dev.tradewind.account.Authenticator;
import dev.tradewind.account.Grant;
import dev.tradewind.account.Principal;
import dev.tradewind.account.Tenant;
import dev.tradewind.mail.Domain;
import dev.tradewind.settings.Cidr;
import dev.tradewind.smtp.server.Peer;
import dev.tradewind.smtp.server.SmtpService;

import java.util.List;
import java.util.Set;

/** What submission decides, for any number of sessions. Thread-safe. */
public final class SubmissionService implements SmtpService {
    /** Who a client in a trusted network is. */
    static final Principal TRUSTED = new Principal("", "trusted network", Tenant.MAIN, Set.of(Grant.SMTP_INJECT));

    final Domain hostname;
    final Intake intake;
    final Authenticator authenticator;
    final SenderPolicy senderPolicy;
    final DsnPreference dsnPreference;
    final ContentEncoder encoder;
    private final List<Cidr> trusted;

    /**
     * @param hostname      for trace fields and Message-IDs
     * @param intake        where mail goes
     * @param authenticator who holds a key
     * @param senderPolicy  who may send as whom
     * @param dsnPreference whether keys get DSNs
     * @param encoder       how messages are stored
     * @param trusted       networks that need no AUTH
     */
    public SubmissionService(
            Domain hostname,
            Intake intake,
            Authenticator authenticator,
            SenderPolicy senderPolicy,
            DsnPreference dsnPreference,
            ContentEncoder encoder,
            List<Cidr> trusted) {
        this.hostname = hostname;
        this.intake = intake;
        this.authenticator = authenticator;
        this.senderPolicy = senderPolicy;
        this.dsnPreference = dsnPreference;
        this.encoder = encoder;
        this.trusted = List.copyOf(trusted);
    }

    @Override
    public Conversation open(Peer peer) {
        boolean isTrusted = false;
        for (Cidr network : trusted) {
            isTrusted |= network.contains(peer.address());
        }
        return new Submission(this, peer, isTrusted);
    }
}
