package dev.tradewind.spool;

import java.util.ArrayList;
import java.util.List;

/** The few transmissions of a test that are not generated. */
public final class Ungenerateds {
    private Ungenerateds() {}

    /** All of them, oldest first. */
    public static List<Spool.Ungenerated> of(Spool spool) {
        List<Spool.Ungenerated> all = new ArrayList<>();
        spool.forEachUngenerated(all::add);
        return all;
    }
}
