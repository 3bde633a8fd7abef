package dev.tradewind.sandbox;

import dev.tradewind.mail.Domain;
import dev.tradewind.route.Host;
import dev.tradewind.route.Route;
import dev.tradewind.route.Router;

import java.net.InetAddress;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Sends every domain to the sandbox inbox while that is on, else asks another router. */
public final class SandboxRouter implements Router {
    /** The site of the inbox; no site of the world has a name without a dot. */
    public static final String SITE = "sandbox";
    /** The one host of the site. Port 0: nothing listens. */
    public static final Host HOST = new Host("sandbox.inbox", InetAddress.getLoopbackAddress(), 0);
    /** Where mail for the inbox goes. */
    public static final Route.Hosts SANDBOX = new Route.Hosts(SITE, List.of(HOST));

    private final BooleanSupplier enabled;
    private final Router world;

    /**
     * @param enabled whether all mail goes to the inbox ({@code sandbox.enabled})
     * @param world   asked otherwise
     */
    public SandboxRouter(BooleanSupplier enabled, Router world) {
        this.enabled = enabled;
        this.world = world;
    }

    @Override
    public Route route(Domain domain) {
        return enabled.getAsBoolean() ? SANDBOX : world.route(domain);
    }
}
