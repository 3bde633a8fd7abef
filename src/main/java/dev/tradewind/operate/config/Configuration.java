package dev.tradewind.operate.config;

import java.util.List;
import java.util.Map;

/** What the program was told: one value of every settings record, checked. */
public final class Configuration {
    private final Map<Class<?>, Record> records;
    private final List<Problem> warnings;

    Configuration(Map<Class<?>, Record> records, List<Problem> warnings) {
        this.records = Map.copyOf(records);
        this.warnings = List.copyOf(warnings);
    }

    /**
     * The settings of a part.
     *
     * @throws IllegalArgumentException if the record is not among those of the {@link Schema}
     */
    public <R extends Record> R get(Class<R> type) {
        Record record = records.get(type);
        if (record == null) {
            throw new IllegalArgumentException(type.getName() + " is not among the settings records");
        }
        return type.cast(record);
    }

    /** What was written and has no effect in this version. */
    public List<Problem> warnings() {
        return warnings;
    }
}
