package dev.tradewind.api;

import io.helidon.common.buffers.DataReader;
import io.helidon.webserver.CloseConnectionException;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The body of a request as a stream that holds nothing: counted against a limit, checked to be UTF-8 as it passes, digested on demand,
 * and given up when it comes slower than {@value #LEAST_OCTETS_PER_SECOND} octets a second after a grace of 30 s (a byte a minute passes
 * any read timeout). One thread reads it.
 */
final class RequestBody extends InputStream {
    /** Slowest pace of a body, measured from its beginning. */
    static final long LEAST_OCTETS_PER_SECOND = 1024;

    private static final Duration GRACE = Duration.ofSeconds(30);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

    /** Told of octets as they are read, to refuse more. */
    @FunctionalInterface
    interface Meter {
        /** Nothing is counted. */
        Meter NONE = octets -> {};

        /** At most so many octets from now on. */
        static Meter upTo(long limit, Refusal refusal) {
            return new Meter() {
                private long left = limit;

                @Override
                public void read(int octets) throws BodyFailure {
                    left -= octets;
                    if (left < 0) {
                        throw BodyFailure.refused(refusal);
                    }
                }
            };
        }

        /** Octets that have just been read. */
        void read(int octets) throws BodyFailure;
    }

    private final Supplier<InputStream> open;
    private @Nullable InputStream in;
    private final long declared;
    private final long limit;
    private final InstantSource clock;
    private final Instant opened;
    private final byte[] single = new byte[1];
    private @Nullable MessageDigest digest;
    private Meter meter = Meter.NONE;
    private long read;
    private boolean ended;
    private boolean failed;
    private boolean broken;

    // UTF-8 (RFC 3629): continuation octets still due, and the bounds of the next one
    private int due;
    private int lower = 0x80;
    private int upper = 0xbf;

    /**
     * @param open     gives the stream, on the first read: that is when a client that asked may hear {@code 100 Continue}
     * @param declared Content-Length; -1 if chunked
     * @param limit    most octets, 413 beyond
     */
    RequestBody(Supplier<InputStream> open, long declared, long limit, InstantSource clock) {
        this.open = open;
        this.declared = declared;
        this.limit = limit;
        this.clock = clock;
        this.opened = clock.instant();
        this.ended = declared == 0;
    }

    /** Content-Length; -1 if chunked, 0 if there is no body. */
    long declared() {
        return declared;
    }

    /** Octets read. */
    long octetsRead() {
        return read;
    }

    /** Octets that are still to come as far as is known, else the limit. */
    long octetsLeft() {
        return Math.max(0, (declared < 0 ? limit : declared) - read);
    }

    /** Whether the last octet has been read. */
    boolean atEnd() {
        return ended;
    }

    /** Whether reading failed, so that the connection is of no more use. */
    boolean failed() {
        return failed;
    }

    /** Says that the connection is of no use after this request. */
    void condemn() {
        failed = true;
        broken = true;
        ended = false;
    }

    /** The stream itself, opened now if it has not been. */
    InputStream begin() {
        InputStream source = in;
        if (source == null) {
            source = declared == 0 ? InputStream.nullInputStream() : open.get();
            in = source;
        }
        return source;
    }

    /**
     * Reads on without looking at what comes, after a refusal.
     *
     * @return octets thrown away; negative when there are no more to be had
     */
    int throwAway(byte[] buffer) {
        InputStream source = in;
        if (broken || ended || source == null) {
            return -1;
        }
        try {
            int count = source.read(buffer, 0, buffer.length);
            read += Math.max(0, count);
            ended = count < 0 || read == declared;
            return ended ? -1 : count;
        } catch (IOException | RuntimeException gone) {
            broken = true;
            return -1;
        }
    }

    /** Digests what is read from now on. */
    void digest(MessageDigest with) {
        this.digest = with;
    }

    /** From now on this meter is told. */
    void meter(Meter next) {
        this.meter = next;
    }

    @Override
    public int read() throws IOException {
        return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (ended) {
            return -1;
        }
        int count;
        try {
            count = begin().read(target, offset, length);
        } catch (DataReader.InsufficientDataAvailableException
                | CloseConnectionException
                | UncheckedIOException
                | IOException e) {
            broken = true;
            throw fail(BodyFailure.aborted(e));
        } catch (RuntimeException e) {
            broken = true;
            // whatever else comes out of Helidon here is about the chunks: RequestException, NumberFormatException,
            // IncorrectNewLineException
            throw fail(BodyFailure.refused(
                    Refusal.of(400, 1200, "invalid params", "the body is framed wrongly (chunked encoding)")));
        }
        if (count < 0) {
            ended = true;
            if (due > 0) {
                throw fail(BodyFailure.refused(notUtf8()));
            }
            return -1;
        }
        read += count;
        if (read > limit) {
            throw fail(BodyFailure.refused(tooLarge(limit)));
        }
        if (!checkUtf8(target, offset, offset + count)) {
            throw fail(BodyFailure.refused(notUtf8()));
        }
        if (digest != null) {
            digest.update(target, offset, count);
        }
        try {
            meter.read(count);
        } catch (BodyFailure e) {
            throw fail(e);
        }
        requirePace();
        if (read == declared) {
            ended = true;
            if (due > 0) {
                throw fail(BodyFailure.refused(notUtf8()));
            }
        }
        return count;
    }

    /** Reads and forgets the rest. */
    void drain() throws IOException {
        byte[] buffer = new byte[8192];
        while (read(buffer, 0, buffer.length) >= 0) {
            // nothing to keep
        }
    }

    /**
     * The whole body of a small request.
     *
     * @throws BodyFailure 413 if it is longer than {@code most}
     */
    byte[] readAll(int most) throws IOException {
        meter(Meter.upTo(most, tooLarge(most)));
        return readAllBytes();
    }

    static Refusal tooLarge(long limit) {
        return Refusal.of(413, 1200, "request body too large", "the body may have " + limit + " octets");
    }

    private Refusal notUtf8() {
        return Refusal.of(
                400, 1305, "request body is not UTF-8", "an octet near position " + read + " is not UTF-8 (RFC 3629)");
    }

    private BodyFailure fail(BodyFailure failure) {
        failed = true;
        return failure;
    }

    private void requirePace() throws BodyFailure {
        Duration taken = Duration.between(opened, clock.instant());
        if (taken.compareTo(GRACE) > 0 && read < LEAST_OCTETS_PER_SECOND * taken.toSeconds()) {
            throw fail(BodyFailure.refused(Refusal.of(
                    408,
                    1200,
                    "request body too slow",
                    "after 30 s a body must have come at " + LEAST_OCTETS_PER_SECOND + " octets a second")));
        }
    }

    private boolean checkUtf8(byte[] octets, int from, int to) {
        int i = from;
        while (i < to) {
            if (due == 0) {
                while (i + 8 <= to && ((long) LONGS.get(octets, i) & HIGH_BITS) == 0) {
                    i += 8;
                }
                if (i == to) {
                    return true;
                }
                int first = octets[i++] & 0xff;
                if (first < 0x80) {
                    continue;
                }
                lower = 0x80;
                upper = 0xbf;
                if (first >= 0xc2 && first <= 0xdf) {
                    due = 1;
                } else if (first >= 0xe0 && first <= 0xef) {
                    due = 2;
                    lower = first == 0xe0 ? 0xa0 : 0x80; // shortest form only
                    upper = first == 0xed ? 0x9f : 0xbf; // no surrogates
                } else if (first >= 0xf0 && first <= 0xf4) {
                    due = 3;
                    lower = first == 0xf0 ? 0x90 : 0x80;
                    upper = first == 0xf4 ? 0x8f : 0xbf; // up to U+10FFFF
                } else {
                    return false;
                }
            } else {
                int next = octets[i++] & 0xff;
                if (next < lower || next > upper) {
                    return false;
                }
                lower = 0x80;
                upper = 0xbf;
                due--;
            }
        }
        return true;
    }

    /** Says how far it is. */
    @Override
    public String toString() {
        return "body, " + read + " of "
                + Optional.of(declared)
                        .filter(d -> d >= 0)
                        .map(Object::toString)
                        .orElse("?") + " octets";
    }
}
