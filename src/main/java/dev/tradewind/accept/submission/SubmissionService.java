package dev.tradewind.accept.submission;

import dev.tradewind.accept.Intake;
import dev.tradewind.accept.SenderPolicy;
import dev.tradewind.account.Accounts;
import dev.tradewind.account.Authenticator;
import dev.tradewind.account.Grant;
import dev.tradewind.account.Principal;
import dev.tradewind.account.Subaccounts;
import dev.tradewind.account.Tenant;
import dev.tradewind.mail.Domain;
import dev.tradewind.settings.Cidr;
import dev.tradewind.smtp.server.Peer;
import dev.tradewind.smtp.server.SmtpService;

import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** What submission decides, for any number of sessions. Thread-safe. */
public final class SubmissionService implements SmtpService {
    /** Who a client in a trusted network is. */
    static final Principal TRUSTED = new Principal("", "trusted network", Tenant.MAIN, Set.of(Grant.SMTP_INJECT));

    /**
     * What it needs.
     *
     * @param hostname       for trace fields and Message-IDs
     * @param intake         where mail goes
     * @param authenticator  who holds a key
     * @param subaccounts    which subaccounts a primary key may act for
     * @param senderPolicy   who may send as whom
     * @param accounts       defaults of their mail, and whether their keys get DSNs
     * @param encoder        how messages are stored
     * @param poolExists     whether a pool of this name (lower-case) exists
     * @param sandboxEnabled whether there is a sandbox inbox
     * @param trusted        networks that need no AUTH
     */
    public record Needs(
            Domain hostname,
            Intake intake,
            Authenticator authenticator,
            Subaccounts subaccounts,
            SenderPolicy senderPolicy,
            Accounts accounts,
            ContentEncoder encoder,
            Predicate<String> poolExists,
            boolean sandboxEnabled,
            List<Cidr> trusted) {
        public Needs {
            trusted = List.copyOf(trusted);
        }
    }

    final Needs needs;

    /** @param needs what it stands on */
    public SubmissionService(Needs needs) {
        this.needs = needs;
    }

    /** What the options of a message of this tenant are judged by. */
    MsysApi.Setting setting(Tenant tenant) {
        return new MsysApi.Setting(
                needs.accounts().account(tenant.account()).options(), needs.poolExists(), needs.sandboxEnabled());
    }

    @Override
    public Conversation open(Peer peer) {
        boolean isTrusted = false;
        for (Cidr network : needs.trusted()) {
            isTrusted |= network.contains(peer.address());
        }
        return new Submission(this, peer, isTrusted);
    }
}
