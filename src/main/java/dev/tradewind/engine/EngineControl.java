package dev.tradewind.engine;

import dev.tradewind.accept.TransmissionControl;
import dev.tradewind.account.Tenant;
import dev.tradewind.account.TenantScope;
import dev.tradewind.event.EventStream;
import dev.tradewind.event.EventType;
import dev.tradewind.spool.Spool;
import dev.tradewind.spool.StoreUnavailable;
import dev.tradewind.spool.Transmission;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;

/** Transmissions as the API sees them. */
public final class EngineControl implements TransmissionControl {
    /** Events of a transmission that are looked at to count failures; behind them the count is at least what it says. */
    private static final int MAX_COUNTED_EVENTS = 200_000;

    /** Of a list of transmissions, at most; the newest. */
    private static final int MAX_LISTED = 10_000;

    private final Spool spool;
    private final Engine engine;

    /**
     * @param spool  where transmissions are
     * @param engine cancels them
     */
    public EngineControl(Spool spool, Engine engine) {
        this.spool = spool;
        this.engine = engine;
    }

    @Override
    public Optional<Progress> find(TenantScope scope, long id) {
        return spool.transmission(id)
                .filter(transmission -> scope.includes(transmission.tenant()))
                .map(transmission ->
                        spool.ungenerated(id).map(EngineControl::unfinished).orElseGet(() -> finished(transmission)));
    }

    private static Progress unfinished(Spool.Ungenerated ungenerated) {
        Transmission transmission = ungenerated.transmission();
        return switch (ungenerated.progress()) {
            case SCHEDULED -> new Progress(transmission, State.SUBMITTED, 0, 0, Optional.empty(), Optional.empty());
            case GENERATING ->
                new Progress(
                        transmission,
                        State.GENERATING,
                        ungenerated.nextPlace(),
                        0,
                        Optional.of(begun(transmission)),
                        Optional.empty());
            case CALLED_OFF, CANCELLING ->
                new Progress(transmission, State.CANCELED, 0, 0, Optional.empty(), Optional.empty());
        };
    }

    private static Instant begun(Transmission transmission) {
        return transmission.startTime().orElse(transmission.accepted());
    }

    private Progress finished(Transmission transmission) {
        Count count = new Count();
        spool.events().backwardsOfTransmission(transmission.id(), Long.MAX_VALUE, 0, count::see);
        State state = count.cancelled ? State.CANCELED : State.SUCCESS;
        return new Progress(
                transmission,
                state,
                count.cancelled ? 0 : transmission.recipients() - count.failed,
                count.failed,
                Optional.of(begun(transmission)),
                Optional.ofNullable(count.lastInjection));
    }

    /** What the events of a transmission tell of its generation. */
    private static final class Count {
        long failed;
        boolean cancelled;

        @org.jspecify.annotations.Nullable
        Instant lastInjection;

        private int seen;

        boolean see(EventStream.Stored stored) {
            switch (stored.event().type()) {
                case GENERATION_FAILURE, GENERATION_REJECTION -> failed++;
                case INJECTION -> {
                    if (lastInjection == null || stored.event().timestamp().isAfter(lastInjection)) {
                        lastInjection = stored.event().timestamp();
                    }
                }
                case BOUNCE -> cancelled |= seen == 0 && isCancellation(stored);
                case DELIVERY, DELAY, POLICY_REJECTION, OUT_OF_BAND, SPAM_COMPLAINT -> {}
            }
            return ++seen < MAX_COUNTED_EVENTS;
        }

        private static boolean isCancellation(EventStream.Stored stored) {
            String json = new String(stored.event().json(), java.nio.charset.StandardCharsets.UTF_8);
            return stored.event().type() == EventType.BOUNCE
                    && json.contains("\"bounce_rule\":\"" + Outcomes.CANCELLED.rule() + "\"");
        }
    }

    @Override
    public List<Progress> list(TenantScope scope, Optional<String> campaign) {
        ArrayDeque<Progress> newest = new ArrayDeque<>();
        spool.forEachUngenerated(one -> {
            Transmission transmission = one.transmission();
            if (scope.includes(transmission.tenant())
                    && (campaign.isEmpty() || campaign.get().equals(transmission.campaignId()))) {
                newest.addFirst(
                        unfinished(new Spool.Ungenerated(transmission.withoutData(), one.nextPlace(), one.progress())));
                if (newest.size() > MAX_LISTED) {
                    newest.removeLast();
                }
            }
        });
        return List.copyOf(newest);
    }

    @Override
    public Cancellation cancel(TenantScope scope, long id) throws StoreUnavailable {
        Optional<Transmission> found = spool.transmission(id).filter(t -> scope.includes(t.tenant()));
        if (found.isEmpty()) {
            return Cancellation.UNKNOWN;
        }
        boolean calledOff = spool.ungenerated(id)
                .filter(left -> left.progress() == Spool.Ungenerated.Progress.CALLED_OFF)
                .isPresent();
        return !calledOff && engine.cancel(id) ? Cancellation.DONE : Cancellation.TOO_LATE;
    }

    @Override
    public void cancelCampaign(Tenant tenant, String campaign) throws StoreUnavailable {
        engine.cancelCampaign(tenant, campaign); // one that has just started is sent: the caller came too late
    }
}
