package dev.tradewind.smtp.client;

import dev.tradewind.mail.SmtpReply;
import org.jspecify.annotations.Nullable;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads replies (RFC 5321 §4.2) from a stream of octets. Lenient where servers are sloppy and nothing can be mistaken: a bare LF ends a
 * line, a code may stand alone, text may hold any octets (UTF-8 if it is, control characters become {@code ?}). Strict where a mistake
 * would shift all later replies: a line without a code of three digits, a code outside 200..599, another separator than space or hyphen,
 * or two codes in one reply is a {@link MalformedReply}.
 *
 * <p>Limits: {@value #MAX_REPLY_OCTETS} octets a reply; of a line {@value #MAX_LINE_OCTETS} octets and of a reply {@value #MAX_LINES} lines
 * are kept, the rest is read and dropped. Not thread-safe.
 */
public final class ReplyReader {
    /** Octets of one reply, all lines together. */
    public static final int MAX_REPLY_OCTETS = 64 * 1024;

    /** Octets kept of one line; RFC 5321 §4.5.3.1.5 allows 512. */
    public static final int MAX_LINE_OCTETS = 1024;

    /** Lines kept of one reply. */
    public static final int MAX_LINES = 100;

    private static final int SHARED_SLOTS = 16;
    private static final int SHARED_OCTETS = 80;

    /** Where the octets come from. */
    @FunctionalInterface
    public interface Source {
        /** Blocks until there is at least one octet; -1 at the end. */
        int read(byte[] into, int offset, int length) throws IOException;
    }

    private final Source source;
    private final byte[] buffer = new byte[2048];
    private final byte[] line = new byte[MAX_LINE_OCTETS];
    // The same few one-line replies come again for every message of a session; the objects made of them are shared.
    private final @Nullable Shared[] shared = new @Nullable Shared[SHARED_SLOTS];
    private int position;
    private int limit;
    private int octets;

    private record Shared(byte[] line, SmtpReply reply) {}

    /** Reads from a source, which nobody else reads from. */
    public ReplyReader(Source source) {
        this.source = source;
    }

    /** Octets that have come but are not yet read as a reply. */
    public int buffered() {
        return limit - position;
    }

    /** Waits for octets, unless some are buffered; false at the end of the stream. */
    public boolean await() throws IOException {
        return buffered() > 0 || fill();
    }

    /**
     * The next reply.
     *
     * @throws MalformedReply if what comes is none
     * @throws EOFException   if the connection ends before it is complete
     * @throws IOException    as the source does
     */
    public SmtpReply read() throws IOException {
        octets = 0;
        int length = nextLine();
        int code = code(length);
        if (isLast(length)) {
            return one(code, length);
        }
        List<String> lines = new ArrayList<>();
        lines.add(text(length));
        boolean last = false;
        while (!last) {
            length = nextLine();
            if (code(length) != code) {
                throw malformed("a reply with two codes, " + code + " and", length);
            }
            last = isLast(length);
            if (lines.size() < MAX_LINES) {
                lines.add(text(length));
            }
        }
        return SmtpReply.of(code, lines);
    }

    private SmtpReply one(int code, int length) {
        if (length > SHARED_OCTETS) {
            return SmtpReply.of(code, text(length));
        }
        int hash = 0;
        for (int i = 0; i < length; i++) {
            hash = 31 * hash + line[i];
        }
        int slot = (hash ^ hash >>> 16) & SHARED_SLOTS - 1;
        Shared known = shared[slot];
        if (known != null && Arrays.equals(known.line(), 0, known.line().length, line, 0, length)) {
            return known.reply();
        }
        SmtpReply reply = SmtpReply.of(code, text(length));
        shared[slot] = new Shared(Arrays.copyOf(line, length), reply);
        return reply;
    }

    /** Reads a line into {@link #line}, without its end; its length. */
    private int nextLine() throws IOException {
        int length = 0;
        while (true) {
            if (position == limit && !fill()) {
                throw new EOFException(
                        octets == 0
                                ? "the host closed the connection"
                                : "the host closed the connection within a reply");
            }
            byte octet = buffer[position++];
            if (++octets > MAX_REPLY_OCTETS) {
                throw new MalformedReply("a reply of more than " + MAX_REPLY_OCTETS + " octets");
            }
            if (octet == '\n') {
                return length > 0 && line[length - 1] == '\r' ? length - 1 : length;
            }
            if (length < MAX_LINE_OCTETS) {
                line[length++] = octet;
            }
        }
    }

    private boolean fill() throws IOException {
        int got = source.read(buffer, 0, buffer.length);
        position = 0;
        limit = Math.max(got, 0);
        return got > 0;
    }

    private int code(int length) throws MalformedReply {
        if (length < 3 || !digit(line[0]) || !digit(line[1]) || !digit(line[2])) {
            throw malformed("a reply without a code:", length);
        }
        int code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + line[2] - '0';
        if (code < 200 || code > 599) {
            throw malformed("a reply code that does not exist:", length);
        }
        if (length > 3 && line[3] != ' ' && line[3] != '-') {
            throw malformed("a reply code followed by neither space nor hyphen:", length);
        }
        return code;
    }

    private boolean isLast(int length) {
        return length == 3 || line[3] == ' ';
    }

    private static boolean digit(byte octet) {
        return octet >= '0' && octet <= '9';
    }

    private String text(int length) {
        return length <= 4 ? "" : decode(4, length);
    }

    private String decode(int from, int to) {
        boolean ascii = true;
        for (int i = from; i < to; i++) {
            byte octet = line[i];
            ascii &= octet >= 0;
            if ((octet >= 0 && octet < ' ' && octet != '\t') || octet == 0x7f) {
                line[i] = '?';
            }
        }
        return new String(line, from, to - from, ascii ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
    }

    private MalformedReply malformed(String problem, int length) {
        return new MalformedReply(problem + " '" + decode(0, Math.min(length, 60)) + "'");
    }
}
