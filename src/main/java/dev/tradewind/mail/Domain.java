package dev.tradewind.mail;

import java.net.IDN;
import java.util.Locale;

/**
 * A domain name or address literal as it stands behind the {@code @} of a mailbox (RFC 5321 §4.1.2), in the one form in which names are
 * compared: lower-case, U-labels turned into A-labels (RFC 5890), no final dot.
 *
 * @param name 1..255 octets; either a name of labels of 1..63 letters, digits, hyphens or underscores, or {@code [literal]}
 */
public record Domain(String name) implements Comparable<Domain> {
    /** Octets of a domain, RFC 5321 §4.5.3.1.2. */
    public static final int MAX_OCTETS = 255;

    /** @throws IllegalArgumentException if {@code name} is not in canonical form; use {@link #parse} for what others wrote */
    public Domain {
        String problem = problem(name);
        if (problem != null) {
            throw new IllegalArgumentException("domain '" + name + "': " + problem);
        }
    }

    /**
     * The canonical form of a domain as somebody wrote it: any case, U-labels allowed, one final dot allowed.
     *
     * @throws IllegalArgumentException if it is none, with the reason
     */
    public static Domain parse(String written) {
        if (written.startsWith("[")) {
            return new Domain(written.toLowerCase(Locale.ROOT));
        }
        boolean ascii = true;
        boolean lower = true;
        for (int i = 0; i < written.length(); i++) {
            char c = written.charAt(i);
            ascii &= c < 0x80;
            lower &= c < 'A' || c > 'Z';
        }
        String name = written;
        if (!ascii) {
            try {
                name = IDN.toASCII(written, IDN.USE_STD3_ASCII_RULES);
            } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
                throw new IllegalArgumentException(
                        "domain '" + written + "': not a valid internationalised name (RFC 5890)", e);
            }
            lower = false;
        }
        if (!lower) {
            name = name.toLowerCase(Locale.ROOT);
        }
        if (name.endsWith(".")) {
            name = name.substring(0, name.length() - 1);
        }
        return new Domain(name);
    }

    /** Whether this is an address literal such as {@code [192.0.2.1]} or {@code [ipv6:2001:db8::1]}. */
    public boolean isLiteral() {
        return name.charAt(0) == '[';
    }

    /** Whether this name is {@code other} or a name below it. */
    public boolean isWithin(Domain other) {
        return name.equals(other.name)
                || (name.endsWith(other.name) && name.charAt(name.length() - other.name.length() - 1) == '.');
    }

    @Override
    public int compareTo(Domain other) {
        return name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return name;
    }

    @org.jspecify.annotations.Nullable
    private static String problem(String name) {
        int length = name.length();
        if (length == 0) {
            return "empty";
        }
        if (length > MAX_OCTETS) {
            return "longer than 255 octets (RFC 5321 section 4.5.3.1.2)";
        }
        if (name.charAt(0) == '[') {
            return literalProblem(name);
        }
        int label = 0;
        for (int i = 0; i < length; i++) {
            char c = name.charAt(i);
            if (c == '.') {
                if (label == 0) {
                    return "an empty label";
                }
                if (name.charAt(i - 1) == '-') {
                    return "a label ends with a hyphen";
                }
                label = 0;
                continue;
            }
            boolean wordCharacter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
            if (!wordCharacter && c != '-') {
                return "character " + (c > ' ' && c < 0x7f ? "'" + c + "'" : "U+" + Integer.toHexString(c))
                        + " is not allowed";
            }
            if (label == 0 && c == '-') {
                return "a label begins with a hyphen";
            }
            if (++label > 63) {
                return "a label is longer than 63 octets";
            }
        }
        return label == 0 ? "an empty label" : name.charAt(length - 1) == '-' ? "a label ends with a hyphen" : null;
    }

    @org.jspecify.annotations.Nullable
    private static String literalProblem(String name) {
        if (name.length() < 3 || name.charAt(name.length() - 1) != ']') {
            return "an address literal is [address]";
        }
        for (int i = 1; i < name.length() - 1; i++) {
            char c = name.charAt(i);
            boolean allowed = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == ':' || c == '-';
            if (!allowed) {
                return "an address literal holds letters, digits, '.', ':' and '-' only";
            }
        }
        return null;
    }
}
