package dev.tradewind.smtp.client;

import dev.tradewind.mail.SmtpReply;

import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * One connection to an SMTP server: flights out, replies in, every wait with a limit. A limit is for a whole reply, not for the next octet,
 * so a byte a minute does not keep it; over all there is the deadline of the {@link #begin transaction}. Used by one thread.
 *
 * <p>Every failure is an {@link IOException}: {@link SocketTimeoutException} when time is up, {@link EOFException} when the server hung up,
 * {@link MalformedReply} when it talks nonsense. After any of them the connection is of no use.
 */
public final class ClientConnection implements Closeable {
    /** Octets written under one block limit (RFC 5321 §4.5.3.2.5). */
    private static final int BLOCK_OCTETS = 64 * 1024;

    private static final int PROBE_MILLIS = 1;

    /**
     * Waits longer than this are ended by the watchdog, to its precision, and not by a socket timeout: which costs a timer for every read, and
     * is kept for where a short wait has to be exact.
     */
    private static final long COARSE_NANOS = Duration.ofSeconds(10).toNanos();

    private final Socket raw;
    private final LongSupplier nanoTime;
    private final Watchdog.Watch watch;
    private final Duration blockLimit;
    private final FlightWriter out = new FlightWriter(this::write);
    private ReplyReader replies = new ReplyReader(this::read);
    private Socket socket;
    private InputStream input;
    private OutputStream output;
    private long transactionEnds;
    private long replyEnds;
    private long lastHeard;
    private long lastListened;
    private int timeout;
    private boolean coarse;
    private boolean encrypted;

    /**
     * Takes over a connected socket.
     *
     * @param blockLimit how long writing one block of content may take
     */
    public ClientConnection(Socket connected, LongSupplier nanoTime, Watchdog watchdog, Duration blockLimit)
            throws IOException {
        this.raw = connected;
        this.socket = connected;
        this.nanoTime = nanoTime;
        this.blockLimit = blockLimit;
        this.input = connected.getInputStream();
        this.output = connected.getOutputStream();
        this.watch = watchdog.watch(connected);
        this.lastHeard = nanoTime.getAsLong();
        connected.setTcpNoDelay(true);
        begin(Duration.ofDays(1));
    }

    /** What is written next; leaves with {@link #flush}. */
    public FlightWriter out() {
        return out;
    }

    /** From now on everything must be over within a time. */
    public void begin(Duration wholeTransaction) {
        transactionEnds = nanoTime.getAsLong() + wholeTransaction.toNanos();
    }

    /** Sends what was written. */
    public void flush() throws IOException {
        out.flush();
    }

    /**
     * The next reply.
     *
     * @param limit for the whole reply
     */
    public SmtpReply reply(Duration limit) throws IOException {
        long now = nanoTime.getAsLong();
        replyEnds = earlier(now + limit.toNanos(), transactionEnds);
        coarse = replyEnds - now > COARSE_NANOS;
        if (coarse) {
            timeout(0);
            watch.arm(replyEnds);
        }
        try {
            SmtpReply reply = replies.read();
            lastHeard = nanoTime.getAsLong();
            lastListened = lastHeard;
            return reply;
        } catch (IOException e) {
            throw watch.fired() ? timeUp(e) : e;
        } finally {
            if (coarse) {
                watch.disarm();
                coarse = false;
            }
        }
    }

    /** Sends what was written and waits for one reply. */
    public SmtpReply exchange(Duration limit) throws IOException {
        flush();
        return reply(limit);
    }

    /** How the server is before we speak again. */
    public sealed interface Silence {
        /** It said nothing, as it should. */
        record Kept() implements Silence {}

        /** It said something unasked; 421 as a rule. */
        record Broken(SmtpReply reply) implements Silence {}

        /** It hung up or talks nonsense. */
        record Lost(String reason) implements Silence {}
    }

    private static final Silence KEPT = new Silence.Kept();
    private static final long ONCE_NANOS = Duration.ofMillis(1).toNanos();
    private static final long FRESH_NANOS = Duration.ofMillis(100).toNanos();

    /**
     * Whether the server said something or hung up since its last reply. If it was heard of within 100 ms, only what has arrived and cost
     * nothing to see is seen; else the connection is listened to for a millisecond, which also shows a hang-up. Within a millisecond of the
     * last time only what is read already is seen.
     */
    public Silence listen() {
        long now = nanoTime.getAsLong();
        if (now - lastListened < ONCE_NANOS && replies.buffered() == 0) {
            return KEPT;
        }
        lastListened = now;
        try {
            boolean something = replies.buffered() > 0 || input.available() > 0;
            if (!something
                    && (now - lastHeard > FRESH_NANOS
                            || (encrypted && raw.getInputStream().available() > 0))) {
                something = probe();
                lastListened = nanoTime.getAsLong();
            }
            return something ? new Silence.Broken(reply(Duration.ofSeconds(2))) : KEPT;
        } catch (IOException e) {
            return new Silence.Lost(why(e));
        }
    }

    private boolean probe() throws IOException {
        replyEnds = nanoTime.getAsLong() + PROBE_MILLIS * 1_000_000L;
        try {
            if (!replies.await()) {
                throw new EOFException("the host closed the idle connection");
            }
            return true;
        } catch (SocketTimeoutException silent) {
            return false;
        }
    }

    /**
     * Makes TLS of the connection, as client. What the server sent before in the clear must have been read: anything left is an attempt to
     * smuggle (RFC 3207 §6) and refused.
     *
     * @param factory makes the socket; decides what is verified
     * @param name    name of the host: for SNI if it is one, and for finding the session of an earlier connection
     * @param port    port of the host
     * @param limit   for the handshake
     */
    public void startTls(SSLSocketFactory factory, String name, int port, Duration limit) throws IOException {
        if (replies.buffered() > 0 || input.available() > 0) {
            throw new MalformedReply("text in the clear behind the reply to STARTTLS");
        }
        SSLSocket tls = (SSLSocket) factory.createSocket(raw, name, port, true);
        SSLParameters parameters = tls.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("");
        tls.setSSLParameters(parameters);
        long ends = earlier(nanoTime.getAsLong() + limit.toNanos(), transactionEnds);
        watch.arm(ends);
        try {
            timeout((int) Math.min(Integer.MAX_VALUE, Math.max(1, limit.toMillis())));
            tls.startHandshake();
        } catch (IOException e) {
            throw watch.fired() ? timeUp(e) : e;
        } finally {
            watch.disarm();
        }
        socket = tls;
        input = tls.getInputStream();
        output = tls.getOutputStream();
        encrypted = true;
        replies = new ReplyReader(this::read);
    }

    /** Whether TLS is on. */
    public boolean isEncrypted() {
        return encrypted;
    }

    /** In a few words, for causes: why an operation on a connection failed. */
    public static String why(IOException e) {
        if (e instanceof SocketTimeoutException) {
            return "the host did not answer in time";
        }
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }

    private int read(byte[] into, int offset, int length) throws IOException {
        if (coarse) {
            return input.read(into, offset, length);
        }
        long left = replyEnds - nanoTime.getAsLong();
        if (left <= 0) {
            throw timeUp(null);
        }
        timeout((int) (left / 1_000_000) + 1);
        return input.read(into, offset, length);
    }

    private void timeout(int millis) throws IOException {
        if (timeout != millis) {
            timeout = millis;
            raw.setSoTimeout(millis);
        }
    }

    private void write(byte[] octets, int offset, int length) throws IOException {
        try {
            for (int done = 0; done < length; done += BLOCK_OCTETS) {
                watch.arm(earlier(nanoTime.getAsLong() + blockLimit.toNanos(), transactionEnds));
                output.write(octets, offset + done, Math.min(BLOCK_OCTETS, length - done));
            }
        } catch (IOException e) {
            throw watch.fired() ? timeUp(e) : e;
        } finally {
            watch.disarm();
        }
    }

    private static SocketTimeoutException timeUp(@org.jspecify.annotations.Nullable IOException cause) {
        SocketTimeoutException timeUp = new SocketTimeoutException("time is up");
        if (cause != null) {
            timeUp.initCause(cause);
        }
        return timeUp;
    }

    private static long earlier(long a, long b) {
        return a - b < 0 ? a : b;
    }

    /** Closes at once. Never throws: there is nothing more to be lost. */
    @Override
    public void close() {
        watch.arm(nanoTime.getAsLong() + Duration.ofSeconds(5).toNanos());
        try {
            if (encrypted) {
                timeout(250); // for the close_notify of the peer
                socket.close();
            }
            raw.close();
        } catch (IOException e) {
            closeRaw();
        } finally {
            watch.end();
        }
    }

    private void closeRaw() {
        try {
            raw.close();
        } catch (IOException e) {
            // The operating system has forgotten it already.
            watch.end();
        }
    }
}
