package dev.tradewind.mail;

/**
 * A message as it stands on the wire (RFC 5322): header section, empty line, body; every line ends with CRLF; not dot-stuffed. The
 * array is shared, never copied and never written to again by anybody.
 *
 * @param octets     the whole message
 * @param bodyOffset index of the first octet of the body, behind the empty line; {@code octets.length} if there is no body
 */
public record MessageOctets(byte[] octets, int bodyOffset) {
    /** @throws IllegalArgumentException if {@code bodyOffset} is outside the message */
    public MessageOctets {
        if (bodyOffset < 0 || bodyOffset > octets.length) {
            throw new IllegalArgumentException("body at " + bodyOffset + " of " + octets.length + " octets");
        }
    }

    /** Finds the empty line that ends the header section; without one the whole message is header. */
    public static MessageOctets of(byte[] octets) {
        if (octets.length >= 2 && octets[0] == '\r' && octets[1] == '\n') {
            return new MessageOctets(octets, 2);
        }
        for (int i = 3; i < octets.length; i++) {
            if (octets[i] == '\n' && octets[i - 1] == '\r' && octets[i - 2] == '\n' && octets[i - 3] == '\r') {
                return new MessageOctets(octets, i + 1);
            }
        }
        return new MessageOctets(octets, octets.length);
    }

    /** Octets of the whole message. */
    public int size() {
        return octets.length;
    }

    /** Says the size only: content is nobody's business in a log. */
    @Override
    public String toString() {
        return "message of " + octets.length + " octets";
    }
}
