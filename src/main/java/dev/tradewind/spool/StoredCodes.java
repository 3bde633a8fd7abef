package dev.tradewind.spool;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The octets under which the constants of an enum are stored: their place in a list that only ever grows at its end, whatever the order
 * of the constants in the source.
 */
final class StoredCodes<E extends Enum<E>> {
    private final List<E> inStoredOrder;
    private final Map<E, Integer> codes;

    StoredCodes(Class<E> type, List<E> inStoredOrder) {
        this.inStoredOrder = List.copyOf(inStoredOrder);
        this.codes = new EnumMap<>(type);
        for (E constant : inStoredOrder) {
            codes.put(constant, codes.size());
        }
        if (codes.size() != type.getEnumConstants().length) {
            throw new IllegalStateException("not every " + type.getSimpleName() + " has a stored code");
        }
    }

    int code(E constant) {
        Integer code = codes.get(constant);
        if (code == null) {
            throw new IllegalArgumentException(constant + " has no stored code");
        }
        return code;
    }

    E read(OctetReader in) {
        return of(in.octet(), in);
    }

    E of(int code, OctetReader in) {
        if (code >= inStoredOrder.size()) {
            throw in.corrupt("choice " + code + " of " + inStoredOrder.size());
        }
        return inStoredOrder.get(code);
    }
}
