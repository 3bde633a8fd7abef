package dev.tradewind.operate.config;

import java.util.List;

/** A value as it was written, before its key gives it a type. */
sealed interface Written {
    /** Where it stands. */
    Origin origin();

    /** One text. */
    record Text(String text, Origin origin) implements Written {}

    /** A YAML list; each item knows its own place. */
    record Items(List<Text> items, Origin origin) implements Written {
        public Items {
            items = List.copyOf(items);
        }
    }
}
