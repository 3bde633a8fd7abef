package dev.tradewind.operate;

import dev.tradewind.operate.config.Configuration;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/** Port: the running system, as the command line sees it. Made once, started once, stopped once. */
public interface Instance {
    /**
     * What a started instance can be reached at.
     *
     * @param http          base of API and web pages, with the port that was bound, no slash at the end
     * @param submission    SMTP submission, as bound; empty if there is none
     * @param exampleSender an address for the first mail; if sandboxed it may be used as From at once, else once its domain is verified
     * @param signIn        a link that signs in to the pages, once and soon
     * @param sandboxed     whether all mail is kept in the sandbox inbox
     */
    record Running(
            URI http, Optional<InetSocketAddress> submission, String exampleSender, URI signIn, boolean sandboxed) {
        /** Never shows the link, which signs in whoever has it. */
        @Override
        public String toString() {
            return "Running[http=" + http + ", submission=" + submission + ", sandboxed=" + sandboxed + "]";
        }
    }

    /**
     * Starts everything; returns when every listener is bound.
     *
     * @param data     held by this process; the caller closes it after {@link #drain()}
     * @param adminKey the admin API key, configured or kept
     * @throws IOException if it cannot start; what had been started is stopped, and the message says what to do
     */
    Running start(Configuration settings, DataDirectory data, String adminKey) throws IOException;

    /**
     * Turns the backups of the stores in a data directory that is being restored into the stores themselves. Needs no {@link #start}.
     *
     * @throws IOException if one is damaged or of a newer version
     */
    void restoreStores(Path directory) throws IOException;

    /** Stops accepting, finishes what is in flight within its bounds, closes the stores. Once done, {@link #awaitStop()} returns. */
    void drain() throws InterruptedException;

    /** Waits until the instance has stopped, by {@link #drain()} or by itself. */
    void awaitStop() throws InterruptedException;
}
