package dev.tradewind.api;

import dev.tradewind.account.ControlUnavailable;
import dev.tradewind.account.DkimKeyPair;
import dev.tradewind.account.DkimPublicKey;
import dev.tradewind.account.Grant;
import dev.tradewind.account.SendingDomainStore;
import dev.tradewind.account.TxtRecords;
import dev.tradewind.mail.Domain;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code /api/v1/sending-domains} (API facts §2.7): the domains a tenant sends from, their DKIM keys, and the proof of ownership by DKIM. */
final class SendingDomainsResource {
    private static final String PATH = "/api/v1/sending-domains";
    private static final String TAG = "Sending domains";
    private static final String HEADERS = "from:to:subject:date";
    private static final DateTimeFormatter MONTH =
            DateTimeFormatter.ofPattern("MMyy").withZone(ZoneOffset.UTC);

    private final SendingDomainStore store;
    private final TxtRecords dns;
    private final SecureRandom random;
    private final InstantSource clock;

    SendingDomainsResource(SendingDomainStore store, TxtRecords dns, SecureRandom random, InstantSource clock) {
        this.store = store;
        this.dns = dns;
        this.random = random;
        this.clock = clock;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.of("GET", PATH)
                        .grant(Grant.SENDING_DOMAINS_VIEW)
                        .doc(TAG, "List domains", "All sending domains, by name, without their keys.")
                        .query("ownership_verified", "boolean", "Only those whose ownership is proven (or is not).")
                        .query("dkim_status", "string", "Only those with this DKIM status.")
                        .answers(200, "SendingDomainList", "The domains.")
                        .by(this::list),
                Endpoint.of("POST", PATH)
                        .grant(Grant.SENDING_DOMAINS_MANAGE)
                        .doc(
                                TAG,
                                "Add a domain",
                                "Makes an RSA key unless one is given in `dkim` or `generate_dkim` is false; publish what `dkim` in the answer says, then verify. `generate_ed25519` (ours) adds an Ed25519 key: mail is then signed twice.")
                        .body("SendingDomainRequest", true)
                        .answers(200, "SendingDomainCreated", "Added.")
                        .answers(
                                400,
                                "Errors",
                                "Not a name to send from (7000), used by another account (7004), bad parameter (1200).")
                        .answers(409, "Errors", "The account has it already (1602).")
                        .by(this::create),
                Endpoint.of("GET", PATH + "/{domain}")
                        .grant(Grant.SENDING_DOMAINS_VIEW)
                        .doc(TAG, "Look at a domain", "Status and DKIM key of a domain.")
                        .path("domain", "Name of the domain.")
                        .answers(200, "SendingDomainOne", "The domain.")
                        .answers(404, "Errors", "No such domain (1600).")
                        .by(this::get),
                Endpoint.of("PUT", PATH + "/{domain}")
                        .grant(Grant.SENDING_DOMAINS_MANAGE)
                        .doc(
                                TAG,
                                "Change a domain",
                                "A new key in `dkim` must be in the DNS already; it replaces the keys of the domain.")
                        .path("domain", "Name of the domain.")
                        .body("SendingDomainUpdate", true)
                        .answers(200, "SendingDomainUpdated", "Changed.")
                        .answers(400, "Errors", "Bad parameter (1200), or the DNS does not have the key (1404).")
                        .answers(404, "Errors", "No such domain (1600).")
                        .by(this::update),
                Endpoint.of("DELETE", PATH + "/{domain}")
                        .grant(Grant.SENDING_DOMAINS_MANAGE)
                        .doc(TAG, "Remove a domain", "Also its keys. Mail from it is refused from now on.")
                        .path("domain", "Name of the domain.")
                        .answers(204, "", "Removed.")
                        .answers(404, "Errors", "No such domain (1600).")
                        .by(this::delete),
                Endpoint.of("POST", PATH + "/{domain}/verify")
                        .grant(Grant.SENDING_DOMAINS_MANAGE)
                        .doc(
                                TAG,
                                "Verify a domain",
                                "With `dkim_verify` looks for the key of the domain in the DNS now; success proves ownership. Other ways to verify are not built yet: asked for by CNAME, `dns.cname_error` says so; by mail, 422.")
                        .path("domain", "Name of the domain.")
                        .body("SendingDomainVerify", true)
                        .answers(200, "SendingDomainVerified", "What was found; also if that is not enough.")
                        .answers(404, "Errors", "No such domain (1600).")
                        .by(this::verify));
    }

    private Answer list(Call call) throws Refusal, ControlUnavailable {
        Optional<String> owned = call.query().first("ownership_verified");
        Optional<String> dkim = call.query().first("dkim_status");
        ArrayNode results = Json.array();
        for (SendingDomainStore.Entry entry : store.list(call.scope())) {
            if ((owned.isPresent() && !owned.get().equals(Boolean.toString(entry.owned())))
                    || (dkim.isPresent()
                            && !dkim.get().equals(entry.dkimStatus().wireName()))) {
                continue;
            }
            ObjectNode node = describe(entry);
            node.put("domain", entry.domain().name());
            results.add(node);
        }
        return Answer.results(results);
    }

    private Answer get(Call call) throws Refusal, ControlUnavailable {
        SendingDomainStore.Entry entry = find(call);
        ObjectNode node = describe(entry);
        describeKeys(node, entry.keys());
        return Answer.results(node);
    }

    private Answer create(Call call) throws Refusal, IOException, ControlUnavailable {
        Fields fields = new Fields(Json.readObject(call.body()), "");
        Domain domain = newDomain(fields.requiredString("domain", 1024));
        refuseTrackingDomain(fields);
        boolean shared = fields.bool("shared_with_subaccounts").orElse(false);
        if (shared && call.tenant().subaccount() != 0) {
            throw Refusal.combination("only a domain of the primary account can be shared_with_subaccounts");
        }
        int bits = fields.integer("dkim_key_length").orElse(2048);
        if (bits != 1024 && bits != 2048 && bits != 4096) {
            throw Refusal.format("'dkim_key_length' must be 1024, 2048 or 4096");
        }
        String month = MONTH.format(clock.instant());
        List<DkimKeyPair> keys = new ArrayList<>();
        Optional<DkimKeyPair> given = givenKey(fields, domain);
        if (given.isPresent()) {
            keys.add(given.get());
        } else if (fields.bool("generate_dkim").orElse(true)) {
            keys.add(DkimKeyPairs.generateRsa(domain, "tw" + month, bits, random));
        }
        if (fields.bool("generate_ed25519").orElse(false)) {
            keys.add(DkimKeyPairs.generateEd25519(domain, "twe" + month, random));
        }
        return switch (store.create(new SendingDomainStore.NewDomain(call.tenant(), domain, shared, keys))) {
            case SendingDomainStore.Creation.Created created -> {
                ObjectNode results = Json.object()
                        .put("message", "Successfully Created domain.")
                        .put("domain", domain.name());
                describeKeys(results, created.entry().keys());
                yield Answer.results(results);
            }
            case SendingDomainStore.Creation.Exists exists ->
                throw Refusal.of(
                        409, 1602, "resource '" + domain.name() + "' already exists", "the account has this domain");
            case SendingDomainStore.Creation.Foreign foreign ->
                throw Refusal.of(
                        400,
                        7004,
                        "Domain is used by another account",
                        "'" + domain.name() + "' or a name above or below it belongs to another account");
        };
    }

    private Answer update(Call call) throws Refusal, IOException, ControlUnavailable {
        SendingDomainStore.Entry entry = find(call);
        Fields fields = new Fields(Json.readObject(call.body()), "");
        refuseTrackingDomain(fields);
        if (fields.bool("is_default_bounce_domain").orElse(false)) {
            throw Refusal.parameter("bounce domains are not available yet: is_default_bounce_domain must be false");
        }
        Optional<Boolean> shared = fields.bool("shared_with_subaccounts");
        if (shared.orElse(false) && entry.tenant().subaccount() != 0) {
            throw Refusal.combination("only a domain of the primary account can be shared_with_subaccounts");
        }
        Optional<List<DkimKeyPair>> keys = Optional.empty();
        Optional<SendingDomainStore.Status> status = Optional.empty();
        Optional<DkimKeyPair> given = givenKey(fields, entry.domain());
        if (given.isPresent()) {
            Optional<String> problem = dnsProblem(given.get().key());
            if (problem.isPresent()) {
                throw Refusal.of(400, 1404, "request to remote endpoint failed", problem.get());
            }
            keys = Optional.of(List.of(given.get()));
            status = Optional.of(SendingDomainStore.Status.VALID);
        }
        SendingDomainStore.Change change = new SendingDomainStore.Change(shared, keys, status);
        if (store.update(call.scope(), entry.domain(), change).isEmpty()) {
            throw unknown(call);
        }
        return Answer.results(Json.object()
                .put("message", "Successfully Updated Domain.")
                .put("domain", entry.domain().name()));
    }

    private Answer delete(Call call) throws Refusal, ControlUnavailable {
        Domain domain = named(call);
        if (!store.delete(call.scope(), domain)) {
            throw unknown(call);
        }
        return Answer.empty();
    }

    private Answer verify(Call call) throws Refusal, IOException, ControlUnavailable {
        SendingDomainStore.Entry entry = find(call);
        Fields fields = new Fields(Json.readObject(call.body()), "");
        for (String way : List.of("verification_mailbox_verify", "postmaster_at_verify", "abuse_at_verify")) {
            if (fields.bool(way).orElse(false)) {
                throw Refusal.format("'" + way + "' is not available yet: verify by dkim_verify");
            }
        }
        for (String token : List.of("verification_mailbox_token", "postmaster_at_token", "abuse_at_token")) {
            if (fields.string(token, 1024).isPresent()) {
                throw Refusal.format("'" + token + "' is not available yet: verify by dkim_verify");
            }
        }
        ObjectNode found = Json.object();
        if (fields.bool("dkim_verify").orElse(false)) {
            if (entry.keys().isEmpty()) {
                found.put("dkim_error", "the domain has no DKIM key");
            } else {
                DkimPublicKey key = entry.keys().getFirst();
                Optional<String> problem = dnsProblem(key);
                found.put("dkim_record", key.recordValue());
                problem.ifPresent(p -> found.put("dkim_error", p));
                SendingDomainStore.Status status =
                        problem.isEmpty() ? SendingDomainStore.Status.VALID : SendingDomainStore.Status.INVALID;
                entry = store.update(
                                call.scope(),
                                entry.domain(),
                                new SendingDomainStore.Change(Optional.empty(), Optional.empty(), Optional.of(status)))
                        .orElseThrow(() -> unknown(call));
            }
        }
        if (fields.bool("cname_verify").orElse(false)) {
            found.put("cname_error", "bounce domains are not available yet");
        }
        ObjectNode results = status(entry);
        if (!found.isEmpty()) {
            results.set("dns", found);
        }
        return Answer.results(results);
    }

    /** Why the DNS does not have a key as it should; empty if it has. */
    private Optional<String> dnsProblem(DkimPublicKey key) {
        return switch (dns.lookup(key.recordName())) {
            case TxtRecords.Answer.None none -> Optional.of("there is no TXT record at " + key.recordName());
            case TxtRecords.Answer.Failed failed ->
                Optional.of("the DNS gave no answer for " + key.recordName() + ": " + failed.reason());
            case TxtRecords.Answer.Found found -> DkimRecordCheck.problem(key, found.texts());
        };
    }

    private Optional<DkimKeyPair> givenKey(Fields fields, Domain domain) throws Refusal {
        Optional<Fields> dkim = fields.object("dkim");
        if (dkim.isEmpty()) {
            return Optional.empty();
        }
        String selector = dkim.get().requiredString("selector", 255);
        Domain signing = domain;
        try {
            Domain.parse(selector + "._domainkey." + domain.name());
            Optional<String> written = dkim.get().string("signing_domain", 255);
            if (written.isPresent()) {
                signing = Domain.parse(written.get());
            }
        } catch (IllegalArgumentException e) {
            throw Refusal.format("'dkim': " + Json.clip(String.valueOf(e.getMessage())));
        }
        if (!domain.isWithin(signing)) {
            throw Refusal.combination("'dkim.signing_domain' must be the domain or one above it");
        }
        return Optional.of(DkimKeyPairs.read(
                signing,
                selector.toLowerCase(java.util.Locale.ROOT),
                dkim.get().requiredString("private", 16 * 1024),
                dkim.get().requiredString("public", 16 * 1024)));
    }

    private static void refuseTrackingDomain(Fields fields) throws Refusal {
        Optional<String> tracking = fields.string("tracking_domain", 255);
        if (tracking.isPresent() && !tracking.get().isEmpty()) {
            throw Refusal.parameter("tracking domains are not available yet: leave out tracking_domain");
        }
    }

    private static Domain newDomain(String written) throws Refusal {
        try {
            Domain domain = Domain.parse(written);
            if (!domain.isLiteral() && domain.name().indexOf('.') > 0) {
                return domain;
            }
        } catch (IllegalArgumentException e) {
            throw Refusal.of(400, 7000, "Invalid domain", Json.clip(String.valueOf(e.getMessage())));
        }
        throw Refusal.of(400, 7000, "Restricted domain", "mail cannot be sent from '" + Json.clip(written) + "'");
    }

    private SendingDomainStore.Entry find(Call call) throws Refusal, ControlUnavailable {
        return store.find(call.scope(), named(call)).orElseThrow(() -> unknown(call));
    }

    private static Domain named(Call call) throws Refusal {
        try {
            return Domain.parse(call.parameter("domain"));
        } catch (IllegalArgumentException e) {
            throw unknown(call);
        }
    }

    private static Refusal unknown(Call call) {
        return Refusal.notFound("sending domain '" + Json.clip(call.parameter("domain")) + "' does not exist");
    }

    private static ObjectNode describe(SendingDomainStore.Entry entry) {
        ObjectNode node = Json.object();
        node.set("status", status(entry));
        node.put("shared_with_subaccounts", entry.shared())
                .put("is_default_bounce_domain", false)
                .put("creation_time", entry.created().toString());
        if (entry.tenant().subaccount() != 0) {
            node.put("subaccount_id", entry.tenant().subaccount());
        }
        return node;
    }

    private static ObjectNode status(SendingDomainStore.Entry entry) {
        ObjectNode node = Json.object()
                .put("ownership_verified", entry.owned())
                .put("dkim_status", entry.dkimStatus().wireName());
        for (String unknown : List.of(
                "cname_status",
                "mx_status",
                "spf_status",
                "abuse_at_status",
                "postmaster_at_status",
                "verification_mailbox_status")) {
            node.put(unknown, SendingDomainStore.Status.UNVERIFIED.wireName());
        }
        return node.put("compliance_status", "valid");
    }

    /** {@code dkim} is the default key, {@code dkim_ed25519} (ours) the second one. */
    private static void describeKeys(ObjectNode node, List<DkimPublicKey> keys) {
        boolean first = true;
        for (DkimPublicKey key : keys) {
            String name = first ? "dkim" : "dkim_" + key.algorithm().wireName();
            node.putObject(name)
                    .put("public", key.publicBase64())
                    .put("selector", key.selector())
                    .put("signing_domain", key.signingDomain().name())
                    .put("headers", HEADERS)
                    .put("dns_name", key.recordName())
                    .put("dns_value", key.recordValue());
            first = false;
        }
    }
}
