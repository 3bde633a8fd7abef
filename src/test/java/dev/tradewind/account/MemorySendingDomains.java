package dev.tradewind.account;

import dev.tradewind.mail.Domain;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** Sending domains in memory, to manage and to send from. */
public final class MemorySendingDomains implements SendingDomainStore, SendingDomains {
    private record Held(Entry entry, List<DkimKeyPair> keys) {}

    private final List<Held> held = new CopyOnWriteArrayList<>();
    private final InstantSource clock;

    public MemorySendingDomains(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public Creation create(NewDomain wanted) {
        for (Held each : held) {
            Entry entry = each.entry();
            boolean related =
                    entry.domain().isWithin(wanted.domain()) || wanted.domain().isWithin(entry.domain());
            if (entry.tenant().account() != wanted.tenant().account() && related) {
                return new Creation.Foreign();
            }
            if (entry.domain().equals(wanted.domain())) {
                return new Creation.Exists(entry.tenant());
            }
        }
        Entry entry = new Entry(
                wanted.tenant(),
                wanted.domain(),
                wanted.shared(),
                Status.UNVERIFIED,
                false,
                wanted.keys().stream().map(DkimKeyPair::key).toList(),
                clock.instant());
        held.add(new Held(entry, wanted.keys()));
        return new Creation.Created(entry);
    }

    @Override
    public List<Entry> list(TenantScope scope) {
        List<Entry> entries = new ArrayList<>();
        for (Held each : held) {
            if (scope.includes(each.entry().tenant())) {
                entries.add(each.entry());
            }
        }
        entries.sort(Comparator.comparing(Entry::domain));
        return entries;
    }

    @Override
    public Optional<Entry> find(TenantScope scope, Domain domain) {
        return list(scope).stream()
                .filter(entry -> entry.domain().equals(domain))
                .findFirst();
    }

    @Override
    public Optional<Entry> update(TenantScope scope, Domain domain, Change change) {
        Optional<Entry> found = find(scope, domain);
        if (found.isEmpty()) {
            return found;
        }
        Entry old = found.get();
        Status status = change.dkimStatus().orElse(old.dkimStatus());
        Entry changed = new Entry(
                old.tenant(),
                old.domain(),
                change.shared().orElse(old.shared()),
                status,
                old.owned() || status == Status.VALID,
                change.keys()
                        .map(pairs -> pairs.stream().map(DkimKeyPair::key).toList())
                        .orElse(old.keys()),
                old.created());
        held.removeIf(each -> each.entry().equals(old));
        held.add(new Held(changed, change.keys().orElse(List.of())));
        return Optional.of(changed);
    }

    @Override
    public boolean delete(TenantScope scope, Domain domain) {
        return held.removeIf(each -> each.entry().domain().equals(domain)
                && scope.includes(each.entry().tenant()));
    }

    @Override
    public Optional<SendingDomain> find(Tenant tenant, Domain domain) {
        for (Held each : held) {
            Entry entry = each.entry();
            boolean usable = entry.tenant().equals(tenant)
                    || (entry.shared() && entry.tenant().account() == tenant.account());
            if (usable && entry.domain().equals(domain)) {
                return Optional.of(new SendingDomain(
                        domain,
                        entry.owned(),
                        entry.keys().stream()
                                .map(key -> new KeyName(key.signingDomain(), key.selector()))
                                .toList()));
            }
        }
        return Optional.empty();
    }

    @Override
    public Optional<byte[]> privateKey(KeyName name) {
        for (Held each : held) {
            for (DkimKeyPair pair : each.keys()) {
                if (pair.key().selector().equals(name.selector())
                        && pair.key().signingDomain().equals(name.signingDomain())) {
                    return Optional.of(pair.privatePkcs8());
                }
            }
        }
        return Optional.empty();
    }
}
