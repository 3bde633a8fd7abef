package dev.tradewind.api;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The query of a URI, decoded ({@code +} is a space, as forms write it). Of a name that stands several times the first value counts.
 *
 * @param raw    as it came, without the question mark
 * @param values names and their values in order
 */
public record Query(String raw, Map<String, List<String>> values) {
    /**
     * Reads a query.
     *
     * @throws Refusal 400 if an escape is broken or its octets are no UTF-8
     */
    static Query parse(String raw) throws Refusal {
        Map<String, List<String>> values = new LinkedHashMap<>();
        for (String pair : raw.split("&", -1)) {
            if (pair.isEmpty()) {
                continue;
            }
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals), true);
            String value = equals < 0 ? "" : decode(pair.substring(equals + 1), true);
            values.computeIfAbsent(name, n -> new ArrayList<>()).add(value);
        }
        return new Query(raw, values);
    }

    /** The first value of a name. */
    public Optional<String> first(String name) {
        List<String> all = values.get(name);
        return all == null ? Optional.empty() : Optional.of(all.getFirst());
    }

    /**
     * A whole number.
     *
     * @throws Refusal 400 if it is none or out of range
     */
    public int number(String name, int otherwise, int least, int most) throws Refusal {
        Optional<String> value = first(name);
        if (value.isEmpty()) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(value.get().strip());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException notOne) {
            // refused below, with the range
        }
        throw Refusal.parameter("'" + name + "' must be a whole number from " + least + " to " + most);
    }

    /**
     * Decodes {@code %xx}; anything else is literal (a raw {@code @} or {@code +} in a path is itself).
     *
     * @throws Refusal 400 if an escape is broken or its octets are no UTF-8
     */
    static String decode(String raw, boolean plusIsSpace) throws Refusal {
        if (raw.indexOf('%') < 0 && (!plusIsSpace || raw.indexOf('+') < 0) && isAscii(raw)) {
            return raw;
        }
        byte[] in = raw.getBytes(StandardCharsets.ISO_8859_1);
        byte[] out = new byte[in.length];
        int length = 0;
        for (int i = 0; i < in.length; i++) {
            if (in[i] == '%') {
                int high = i + 2 < in.length ? Character.digit(in[i + 1], 16) : -1;
                int low = i + 2 < in.length ? Character.digit(in[i + 2], 16) : -1;
                if (high < 0 || low < 0) {
                    throw Refusal.parameter("a '%' in the URI is not followed by two hex digits");
                }
                out[length++] = (byte) (high << 4 | low);
                i += 2;
            } else {
                out[length++] = in[i] == '+' && plusIsSpace ? (byte) ' ' : in[i];
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(out, 0, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw Refusal.of(400, 1305, "not UTF-8", "the URI holds octets that are not UTF-8");
        }
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }
}
