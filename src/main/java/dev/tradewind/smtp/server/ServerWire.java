package dev.tradewind.smtp.server;

import dev.tradewind.mail.SmtpReply;
import dev.tradewind.smtp.Octets;
import dev.tradewind.smtp.ReplyWriter;
import dev.tradewind.smtp.SmtpReader;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Both directions of a session with their time limits. Replies are held back while input is left to read and go out before a read that
 * may wait, which is what PIPELINING wants (RFC 2920 §3.2) and cannot deadlock. Used by the session's thread; {@link #dismiss} and
 * {@link #abortIfStuck} by others.
 */
final class ServerWire implements Octets.Source, Octets.Target {
    /** Another thread has said the last word to this client. */
    static final class Dismissed extends IOException {
        private static final long serialVersionUID = 1;

        Dismissed() {
            super("the session was dismissed");
        }
    }

    /** The node drains and the session's thread is to say so itself. */
    static final class Draining extends IOException {
        private static final long serialVersionUID = 1;

        Draining() {
            super("the node drains");
        }
    }

    private enum State {
        /** The session's thread is at work, or within a transaction. */
        WORKING,
        /** It waits for a command, nothing is owed to the client: anybody may end the session. */
        WAITING,
        DISMISSED
    }

    private final Connection connection;
    private final LongSupplier ticker;
    private final BooleanSupplier draining;
    private final long sessionEnd;
    private final long idleNanos;
    private final AtomicReference<State> state = new AtomicReference<>(State.WORKING);
    private volatile long writingSince;
    private long deadline;
    private boolean renewed;
    private boolean dismissible;
    private int timeout;

    final ReplyWriter writer = new ReplyWriter(this);
    SmtpReader reader = new SmtpReader(this);

    ServerWire(Connection connection, SmtpLimits limits, LongSupplier ticker, BooleanSupplier draining) {
        this.connection = connection;
        this.ticker = ticker;
        this.draining = draining;
        idleNanos = limits.idle().toNanos();
        long now = ticker.getAsLong();
        sessionEnd = now + limits.session().toNanos();
        deadline = now + idleNanos;
    }

    /** A command must be complete within the idle time from now; while the wait lasts the session may be dismissed if nothing is open. */
    void expectCommand(boolean mayBeDismissed) {
        deadline = ticker.getAsLong() + idleNanos;
        renewed = false;
        dismissible = mayBeDismissed;
    }

    /** From now on each read may wait for the idle time: message text. */
    void expectText() {
        renewed = true;
        dismissible = false;
    }

    /** Everything up to here must arrive within this time. */
    void expectWithin(Duration time) {
        deadline = ticker.getAsLong() + time.toNanos();
        renewed = false;
        dismissible = false;
    }

    boolean sessionIsOver() {
        return ticker.getAsLong() - sessionEnd >= 0;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        writer.flush();
        armTimeout();
        if (!dismissible) {
            return connection.read(into, offset, length);
        }
        state.set(State.WAITING);
        if (draining.getAsBoolean()) {
            backToWork();
            throw new Draining();
        }
        int read;
        try {
            read = connection.read(into, offset, length);
        } catch (IOException e) {
            backToWork();
            throw e;
        }
        backToWork();
        return read;
    }

    private void backToWork() throws Dismissed {
        if (!state.compareAndSet(State.WAITING, State.WORKING)) {
            throw new Dismissed();
        }
    }

    /** Sets the read timeout to what is left of all limits. */
    void armTimeout() throws IOException {
        long now = ticker.getAsLong();
        long end = renewed ? now + idleNanos : deadline;
        long left = Math.min(end - now, sessionEnd - now);
        if (left <= 0) {
            throw new SocketTimeoutException("a time limit of the session has passed");
        }
        int millis = (int) Math.min(Integer.MAX_VALUE, (left + 999_999) / 1_000_000);
        // setting it costs more than comparing; within 1 % the old one is as good
        if (millis > timeout || timeout - millis > timeout / 100) {
            connection.readTimeout(millis);
            timeout = millis;
        }
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
        long now = ticker.getAsLong();
        writingSince = now == 0 ? 1 : now;
        connection.write(from, offset, length);
        writingSince = 0;
    }

    /** Says why and closes, if the session just waits for a command. Called by other threads. */
    void dismiss(SmtpReply reply) throws IOException {
        if (state.compareAndSet(State.WAITING, State.DISMISSED)) {
            ReplyWriter last = new ReplyWriter(connection::write);
            last.write(reply);
            last.flush();
            connection.close();
        }
    }

    /** Ends a session whose client does not read, or that has long outlived its time. Called by other threads. */
    void abortIfStuck(long now, long graceNanos) {
        long writing = writingSince;
        if ((writing != 0 && now - writing > idleNanos) || now - sessionEnd > graceNanos) {
            connection.abort();
        }
    }

    /** Secures the connection; what was read and not handed on is forgotten. */
    TlsParameters secure(javax.net.ssl.SSLContext context) throws IOException {
        writer.flush();
        armTimeout();
        TlsParameters tls = connection.secure(context);
        reader = new SmtpReader(this);
        timeout = 0;
        return tls;
    }
}
