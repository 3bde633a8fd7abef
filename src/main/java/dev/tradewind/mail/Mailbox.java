package dev.tradewind.mail;

/**
 * A mailbox: local-part and domain (RFC 5321 §4.1.2, RFC 6531 §3.3). The local-part is kept as written, quoted string included; only
 * its owner may interpret it.
 *
 * @param localPart 1..64 octets of UTF-8 (RFC 5321 §4.5.3.1.1): dot-string or quoted-string
 * @param domain    its domain
 */
public record Mailbox(String localPart, Domain domain) {
    /** Octets of a local-part, RFC 5321 §4.5.3.1.1. */
    public static final int MAX_LOCAL_PART_OCTETS = 64;

    /** @throws IllegalArgumentException if the local-part is no dot-string or quoted-string, or too long */
    public Mailbox {
        String problem = localPartProblem(localPart);
        if (problem != null) {
            throw new IllegalArgumentException("local-part '" + localPart + "': " + problem);
        }
    }

    /**
     * Parses {@code local@domain}.
     *
     * @throws IllegalArgumentException if it is none, with the reason
     */
    public static Mailbox parse(String written) {
        int at = written.lastIndexOf('@');
        if (at < 0) {
            throw new IllegalArgumentException("address '" + written + "': no '@'");
        }
        return new Mailbox(written.substring(0, at), Domain.parse(written.substring(at + 1)));
    }

    /** Whether the local-part has characters outside ASCII, so that every hop must offer SMTPUTF8 (RFC 6531). */
    public boolean needsSmtpUtf8() {
        for (int i = 0; i < localPart.length(); i++) {
            if (localPart.charAt(i) >= 0x80) {
                return true;
            }
        }
        return false;
    }

    /** {@code local@domain}, as on the wire without angle brackets. */
    @Override
    public String toString() {
        return localPart + '@' + domain.name();
    }

    @org.jspecify.annotations.Nullable
    private static String localPartProblem(String local) {
        if (local.isEmpty()) {
            return "empty";
        }
        int octets = 0;
        boolean quoted = local.charAt(0) == '"';
        int end = quoted ? local.length() - 1 : local.length();
        if (quoted && (local.length() < 2 || local.charAt(end) != '"')) {
            return "a quoted string without its end";
        }
        boolean dotAllowed = false;
        for (int i = 0; i < local.length(); i++) {
            char c = local.charAt(i);
            if (c < 0x80) {
                octets += 1;
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < local.length()
                    && Character.isLowSurrogate(local.charAt(i + 1))) {
                octets += 4;
                i++;
                dotAllowed = true;
                continue;
            } else if (Character.isSurrogate(c)) {
                return "half of a surrogate pair";
            } else {
                if (c < 0xa0) {
                    return "a control character";
                }
                octets += c < 0x800 ? 2 : 3;
            }
            if (quoted) {
                if (i == 0 || i == end) {
                    continue;
                }
                if (c == '\\') {
                    if (i + 1 >= end) {
                        return "a backslash quotes nothing";
                    }
                    i++;
                    octets++;
                    c = local.charAt(i);
                } else if (c == '"') {
                    return "an unquoted '\"'";
                }
                if (c < 0x20 || c == 0x7f) {
                    return "a control character";
                }
            } else if (c == '.') {
                if (!dotAllowed) {
                    return "a dot at the beginning or two in a row";
                }
                dotAllowed = false;
                continue;
            } else if (c < 0x80 && !isAtomText(c)) {
                return "character " + (c > ' ' && c < 0x7f ? "'" + c + "'" : "U+" + Integer.toHexString(c))
                        + " must be quoted";
            }
            dotAllowed = true;
        }
        if (!quoted && !dotAllowed) {
            return "a dot at the end";
        }
        return octets > MAX_LOCAL_PART_OCTETS ? "longer than 64 octets (RFC 5321 section 4.5.3.1.1)" : null;
    }

    /** atext of RFC 5322 §3.2.3. */
    static boolean isAtomText(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || "!#$%&'*+-/=?^_`{|}~".indexOf(c) >= 0;
    }
}
