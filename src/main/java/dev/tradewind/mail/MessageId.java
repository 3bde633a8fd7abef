package dev.tradewind.mail;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.HexFormat;

/**
 * The name of one message from acceptance to its last event: 32 hex digits, opaque to clients, ordered by time of acceptance. Its first
 * 64 bits are the number of its transmission, then 32 bits of its place in it, then 32 random bits, so that the messages of one
 * transmission lie beside each other in every ordered store.
 *
 * @param transmission number of the transmission, positive
 * @param low          place (high 32 bits, unsigned) and random bits
 */
public record MessageId(long transmission, long low) implements Comparable<MessageId> {
    /** Octets of the binary form. */
    public static final int OCTETS = 16;

    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final HexFormat HEX = HexFormat.of();

    /** The id of the recipient at {@code place} (from 0) of a transmission. */
    public static MessageId of(long transmission, int place, int random) {
        return new MessageId(transmission, ((long) place << 32) | (random & 0xffff_ffffL));
    }

    /**
     * Reads the 32 hex digits.
     *
     * @throws IllegalArgumentException if it is not 32 hex digits
     */
    public static MessageId parse(String hex) {
        if (hex.length() != 32) {
            throw new IllegalArgumentException("a message id has 32 hex digits: '" + hex + "'");
        }
        return new MessageId(HexFormat.fromHexDigitsToLong(hex, 0, 16), HexFormat.fromHexDigitsToLong(hex, 16, 32));
    }

    /** Reads the binary form at an offset. */
    public static MessageId read(byte[] octets, int offset) {
        return new MessageId((long) WORD.get(octets, offset), (long) WORD.get(octets, offset + Long.BYTES));
    }

    /** Place of the recipient in its transmission, from 0. */
    public int place() {
        return (int) (low >>> 32);
    }

    /** The binary form, big-endian: sorts as the ids do. */
    public byte[] octets() {
        byte[] octets = new byte[OCTETS];
        WORD.set(octets, 0, transmission);
        WORD.set(octets, Long.BYTES, low);
        return octets;
    }

    @Override
    public int compareTo(MessageId other) {
        int first = Long.compareUnsigned(transmission, other.transmission);
        return first != 0 ? first : Long.compareUnsigned(low, other.low);
    }

    /** 32 lower-case hex digits. */
    @Override
    public String toString() {
        return HEX.toHexDigits(transmission) + HEX.toHexDigits(low);
    }
}
