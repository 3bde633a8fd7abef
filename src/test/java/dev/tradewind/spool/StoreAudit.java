package dev.tradewind.spool;

import dev.tradewind.event.Event;
import dev.tradewind.mail.MessageId;
import org.rocksdb.RocksDBException;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Walks a whole store and says what does not fit together. */
final class StoreAudit {
    private final List<String> problems = new ArrayList<>();
    private final Map<Long, Transmission> transmissions = new HashMap<>();
    private final Map<Long, Records.Generation> generations = new HashMap<>();
    private final Set<MessageId> messages = new HashSet<>();
    private final Map<MessageId, Integer> due = new HashMap<>();
    private final Map<MessageId, Integer> finals = new HashMap<>();
    private final Map<Long, Set<Integer>> places = new HashMap<>();

    private StoreAudit() {}

    /** Nothing, if the store is consistent and only what is final is missing from its transmissions. */
    static List<String> problems(RocksSpool spool) {
        StoreAudit audit = new StoreAudit();
        return spool.store().read(db -> {
            audit.run(db);
            return audit.problems;
        });
    }

    /** Sorts and merges all that is stored. */
    static void compact(RocksSpool spool) {
        spool.store().read(db -> {
            for (RocksStore.Family family : RocksStore.Family.values()) {
                db.db().compactRange(db.handle(family));
            }
            return true;
        });
    }

    private interface Entry {
        void see(byte[] key, byte[] value);
    }

    private static void walk(RocksStore.Opened db, RocksStore.Family family, Entry entry) throws RocksDBException {
        try (RocksStore.Entries all = db.allEntries(family, new byte[0])) {
            for (all.first(); all.isValid(); all.next()) {
                entry.see(all.key(), all.value());
            }
        }
    }

    private void run(RocksStore.Opened db) throws RocksDBException {
        walk(db, RocksStore.Family.TRANSMISSION, (k, v) -> {
            long id = Keys.readNumber(k, 0);
            transmissions.put(id, Records.transmission(id, v));
        });
        walk(db, RocksStore.Family.GENERATION, (k, v) -> generations.put(Keys.readNumber(k, 0), Records.generation(v)));
        walk(db, RocksStore.Family.MESSAGE, (k, v) -> messages.add(MessageId.read(k, 0)));
        walk(db, RocksStore.Family.DUE, (k, v) -> due.merge(Keys.readMessage(k), 1, Integer::sum));
        checkEvents(db);
        generations.forEach((id, state) -> {
            if (state instanceof Records.Generation.Staging) {
                problems.add("transmission " + id + " is still being received");
            } else if (!transmissions.containsKey(id)) {
                problems.add("generation of the unknown transmission " + id);
            }
        });
        for (MessageId message : messages) {
            places.computeIfAbsent(message.transmission(), id -> new HashSet<>())
                    .add(message.place());
            if (!transmissions.containsKey(message.transmission())) {
                problems.add("message " + message + " of an unknown transmission");
            }
            if (finals.containsKey(message)) {
                problems.add("message " + message + " is final and still there");
            }
            int waits = due.getOrDefault(message, 0);
            boolean generated = isGenerated(message);
            if (waits != (generated ? 1 : 0)) {
                problems.add("message " + message + " waits " + waits + " times, generated: " + generated);
            }
        }
        due.keySet().stream()
                .filter(message -> !messages.contains(message))
                .forEach(message -> problems.add("message " + message + " waits but has no recipient"));
        finals.forEach((message, count) -> {
            places.computeIfAbsent(message.transmission(), id -> new HashSet<>())
                    .add(message.place());
            if (count != 1) {
                problems.add("message " + message + " has " + count + " final events");
            }
        });
        transmissions.values().forEach(t -> {
            int found = places.getOrDefault(t.id(), Set.of()).size();
            if (found != t.recipients()) {
                problems.add(t + " has " + found + " that are there or final");
            }
        });
        for (Transmission t : transmissions.values()) {
            if (!db.has(RocksStore.Family.CONTENT, Keys.content(t.content()))
                    || !db.has(RocksStore.Family.CONTENT_USE, Keys.contentUse(t.content(), t.id()))) {
                problems.add(t + " has no content");
            }
        }
    }

    private boolean isGenerated(MessageId message) {
        Records.Generation state = generations.get(message.transmission());
        return state == null
                || (state instanceof Records.Generation.Generating(int next) && message.place() < next)
                || (state instanceof Records.Generation.Cancelling(int reached) && message.place() < reached);
    }

    private void checkEvents(RocksStore.Opened db) throws RocksDBException {
        Set<String> expected = new HashSet<>();
        HexFormat hex = HexFormat.of();
        walk(db, RocksStore.Family.EVENT, (k, v) -> {
            Event event = Records.event(v);
            long offset = Keys.readNumber(k, 0);
            if (event.type().isFinal()) {
                finals.merge(event.message(), 1, Integer::sum);
            }
            expected.add("m" + hex.formatHex(Keys.eventOfMessage(event.message(), offset)));
            expected.add("t" + hex.formatHex(Keys.eventOfNumber(event.message().transmission(), offset)));
            expected.add("r" + hex.formatHex(Keys.eventOfNumber(Keys.hash(event.recipient()), offset)));
        });
        Set<String> found = new HashSet<>();
        walk(db, RocksStore.Family.EVENT_MESSAGE, (k, v) -> found.add("m" + hex.formatHex(k)));
        walk(db, RocksStore.Family.EVENT_TRANSMISSION, (k, v) -> found.add("t" + hex.formatHex(k)));
        walk(db, RocksStore.Family.EVENT_RECIPIENT, (k, v) -> found.add("r" + hex.formatHex(k)));
        if (!expected.equals(found)) {
            problems.add("the index has " + found.size() + " rows for " + expected.size() / 3 + " events");
        }
    }
}
