package dev.tradewind.operate.command;

import dev.tradewind.operate.AdminSettings;
import dev.tradewind.operate.DataDirectory;
import dev.tradewind.operate.Instance;
import dev.tradewind.operate.LogSettings;
import dev.tradewind.operate.NodeSettings;
import dev.tradewind.operate.config.Configuration;
import dev.tradewind.operate.log.Logging;
import dev.tradewind.settings.Secret;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Runs an instance until it is told to stop. SIGTERM and SIGINT drain it; the JVM's own answer to a signal would be exit code 143, so the
 * hook ends the process itself with 0 once everything has stopped.
 */
final class Serving {
    private static final Logger LOG = LoggerFactory.getLogger(Serving.class);

    private final Instance instance;

    Serving(Instance instance) {
        this.instance = instance;
    }

    /**
     * What has been started.
     *
     * @param keyWasMade whether the admin key is new
     */
    record Started(Instance.Running running, String adminKey, boolean keyWasMade) {
        /** Never shows the key. */
        @Override
        public String toString() {
            return "Started[" + running + "]";
        }
    }

    /** Starts, announces, and waits until stopped; the exit code. */
    int run(Configuration settings, BiConsumer<Configuration, Started> announce)
            throws IOException, InterruptedException {
        Logging.apply(settings.get(LogSettings.class));
        settings.warnings()
                .forEach(warning ->
                        LOG.atWarn().addKeyValue("at", warning.origin()).log(warning.key() + " " + warning.message()));
        try (DataDirectory data =
                DataDirectory.open(settings.get(NodeSettings.class).data())) {
            Optional<Secret> configured = settings.get(AdminSettings.class).key();
            DataDirectory.AdminKey admin = configured.isPresent()
                    ? new DataDirectory.AdminKey(configured.get().value(), false)
                    : data.adminKey();
            Instance.Running running = instance.start(settings, data, admin.value());
            Thread hook = Thread.ofPlatform().name("stop").unstarted(this::stopBySignal);
            Runtime.getRuntime().addShutdownHook(hook);
            announce.accept(settings, new Started(running, admin.value(), admin.made()));
            instance.awaitStop();
            if (!forget(hook)) {
                Thread.currentThread().join(); // the hook ends the process
            }
            LOG.atError().log("the instance has stopped by itself");
            return Program.FAILED;
        }
    }

    // Not possible once a signal has arrived: then the hook is running.
    private static boolean forget(Thread hook) {
        try {
            return Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            LOG.atDebug().setCause(e).log("stopping by signal");
            return false;
        }
    }

    private void stopBySignal() {
        LOG.atInfo().log("stopping");
        int status = Program.DONE;
        try {
            instance.drain();
            LOG.atInfo().log("stopped");
        } catch (InterruptedException | RuntimeException e) {
            LOG.atError().setCause(e).log("failed to stop in order");
            status = Program.FAILED;
        }
        System.out.flush();
        System.err.flush();
        Runtime.getRuntime().halt(status);
    }

    /** {@code 127.0.0.1:2525}. */
    static String text(InetSocketAddress address) {
        String host = address.getHostString();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
