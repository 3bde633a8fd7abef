package dev.tradewind.sandbox;

import dev.tradewind.deliver.Dialer;
import dev.tradewind.route.Route;

/** Connects routes to the sandbox with the inbox, all others as another dialer does. */
public final class SandboxDialer implements Dialer {
    private final SandboxInbox inbox;
    private final Dialer world;

    /**
     * @param inbox where mail of the site {@link SandboxRouter#SITE} goes
     * @param world dials every other site
     */
    public SandboxDialer(SandboxInbox inbox, Dialer world) {
        this.inbox = inbox;
        this.world = world;
    }

    @Override
    public Dialed dial(Route.Hosts route, Source source) {
        return route.site().equals(SandboxRouter.SITE)
                ? new Dialed.Connected(new SandboxSession(inbox))
                : world.dial(route, source);
    }
}
