package dev.tradewind.api;

import dev.tradewind.accept.TransmissionControl;
import dev.tradewind.account.Tenant;
import dev.tradewind.account.TenantScope;
import dev.tradewind.spool.Transmission;
import dev.tradewind.spool.WatchedSpool;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Transmissions of a fake spool, as an engine that generates nothing by itself would see them. */
final class FakeControl implements TransmissionControl {
    final Map<Long, State> states = new ConcurrentHashMap<>();
    private final WatchedSpool spool;

    FakeControl(WatchedSpool spool) {
        this.spool = spool;
    }

    @Override
    public Optional<Progress> find(TenantScope scope, long id) {
        return spool.committed.stream()
                .map(WatchedSpool.Committed::transmission)
                .filter(t -> t.id() == id && scope.includes(t.tenant()))
                .map(this::progress)
                .findFirst();
    }

    @Override
    public List<Progress> list(TenantScope scope, Optional<String> campaign) {
        List<Progress> found = new ArrayList<>();
        for (WatchedSpool.Committed committed : spool.committed.reversed()) {
            Transmission transmission = committed.transmission();
            if (scope.includes(transmission.tenant())
                    && (campaign.isEmpty() || campaign.get().equals(transmission.campaignId()))) {
                found.add(progress(transmission));
            }
        }
        return found;
    }

    @Override
    public Cancellation cancel(TenantScope scope, long id) {
        if (find(scope, id).isEmpty()) {
            return Cancellation.UNKNOWN;
        }
        if (state(id) != State.SUBMITTED) {
            return Cancellation.TOO_LATE;
        }
        states.put(id, State.CANCELED);
        return Cancellation.DONE;
    }

    @Override
    public void cancelCampaign(Tenant tenant, String campaign) {
        for (Progress progress : list(TenantScope.only(tenant), Optional.of(campaign))) {
            states.put(progress.transmission().id(), State.CANCELED);
        }
    }

    private State state(long id) {
        return states.getOrDefault(id, State.SUBMITTED);
    }

    private Progress progress(Transmission transmission) {
        return new Progress(transmission, state(transmission.id()), 0, 0, Optional.empty(), Optional.empty());
    }
}
