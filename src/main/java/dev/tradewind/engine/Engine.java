package dev.tradewind.engine;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.tradewind.accept.Intake;
import dev.tradewind.account.SendingDomains;
import dev.tradewind.account.Tenant;
import dev.tradewind.deliver.Dialer;
import dev.tradewind.lane.LaneLimits;
import dev.tradewind.route.Router;
import dev.tradewind.sign.DkimSigner;
import dev.tradewind.spool.Spool;
import dev.tradewind.spool.StoreUnavailable;
import dev.tradewind.spool.Transmission;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.InstantSource;

/** The engine of one node: everything between a durable transmission and its final events. */
public final class Engine implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

    private final Spool spool;
    private final MessageMaker maker;
    private final Generator generator;
    private final Dispatcher dispatcher;
    private final TransmissionCache transmissions;
    private final CallingOff callingOff;
    private final InstantSource clock;
    private final Generator.KeptOctets kept = new Generator.KeptOctets();

    /**
     * What the engine works with.
     *
     * @param spool    the store
     * @param intake   the way in for notifications
     * @param maker    makes messages
     * @param router   finds hosts
     * @param dialer   opens sessions
     * @param source   where we speak from
     * @param domains  whose keys sign
     * @param signer   signs
     * @param policies classification and retries
     * @param limits   of lanes
     * @param meters   counts
     * @param clock    the time
     */
    public record Parts(
            Spool spool,
            Intake intake,
            MessageMaker maker,
            Router router,
            Dialer dialer,
            Dialer.Source source,
            SendingDomains domains,
            DkimSigner signer,
            Policies policies,
            LaneLimits limits,
            Meters meters,
            InstantSource clock) {}

    /** @param parts what it works with */
    public Engine(Parts parts) {
        this.spool = parts.spool();
        this.maker = parts.maker();
        this.transmissions = new TransmissionCache(parts.spool());
        Outcomes outcomes = new Outcomes(parts, transmissions, kept);
        this.dispatcher = new Dispatcher(
                parts.spool(),
                parts.router(),
                parts.clock(),
                outcomes,
                parts.source().name(),
                parts.limits(),
                kept);
        this.generator = new Generator(parts, transmissions, dispatcher, kept);
        this.callingOff = new CallingOff(parts.spool(), generator::cancelled);
        this.clock = parts.clock();
    }

    /** Takes up what waits and begins to work. */
    public void start() {
        // Generation first: it reads what an earlier run left, before a notification of the dispatcher's can add to
        // that.
        generator.start(Math.max(1, Runtime.getRuntime().availableProcessors()));
        dispatcher.start();
        callingOff.start();
    }

    /** A transmission has just become durable. Returns at once. */
    public void committed(Transmission transmission, byte[] content) {
        try {
            maker.remember(
                    transmission,
                    content); // saves reading it back, no more: whatever is wrong shows when messages are made
        } catch (RuntimeException | StackOverflowError e) {
            LOG.warn("event=content_not_kept transmission={}", transmission.id(), e);
        } finally {
            generator.committed(transmission);
        }
    }

    /**
     * Cancels a scheduled transmission: durable when this returns; its final events follow.
     *
     * @return false if it has started, or is not scheduled at all
     * @throws StoreUnavailable if that cannot be made durable now
     */
    @CanIgnoreReturnValue
    public boolean cancel(long transmission) throws StoreUnavailable {
        if (!spool.cancel(transmission)) {
            return false;
        }
        generator.cancelled(transmission);
        return true;
    }

    /**
     * Cancels what a tenant has scheduled for a campaign, all or nothing: durable when this returns; the final events follow.
     *
     * @throws StoreUnavailable if that cannot be made durable now
     */
    public void cancelCampaign(Tenant tenant, String campaign) throws StoreUnavailable {
        spool.cancelCampaign(tenant, campaign, clock.instant());
        callingOff.look();
    }

    /**
     * Numbers of the moment.
     *
     * @param held        messages held in memory for their attempt
     * @param connections open or being opened
     * @param lanes       lanes in memory
     * @param queues      recipient domains with waiting mail
     * @param ungenerated transmissions waiting for their turn or their start
     * @param keptOctets  rendered messages in memory
     */
    public record Depth(int held, int connections, int lanes, int queues, int ungenerated, long keptOctets) {}

    /** Numbers of the moment, for metrics. */
    public Depth depth() {
        Dispatcher.Depth now = dispatcher.depth();
        return new Depth(now.held(), now.connections(), now.lanes(), now.queues(), generator.pending(), kept.octets());
    }

    /** Begins no new attempt, and waits until those under way have ended or the time is over. */
    public void drain(Duration patience) {
        callingOff.close();
        generator.close();
        dispatcher.drain(patience);
    }

    @Override
    public void close() {
        drain(Duration.ZERO);
    }
}
