package dev.tradewind.api;

import dev.tradewind.account.Tenant;
import dev.tradewind.account.TenantScope;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The latest requests that each account made of this node with its keys: what was asked for and how it was answered, never a query, a
 * header field, a body or a key. In memory only; a restart empties it. Thread-safe; an entry costs some 250 octets and well under a
 * microsecond.
 */
final class RequestLog {
    /** Requests kept of an account. */
    static final int MOST_OF_AN_ACCOUNT = 1_000;

    /** Accounts of which requests are kept: those that asked last. */
    static final int MOST_ACCOUNTS = 100;

    /**
     * One request.
     *
     * @param number    rises from one to the next
     * @param time      when its head had been read
     * @param requestId what {@code X-Request-Id} of its answer says
     * @param method    HTTP method, at most 200 characters
     * @param path      still encoded, without the query, at most 200 characters
     * @param status    of the answer
     * @param code      extended code of the first error of the answer, if there is one
     * @param keyId     public id of the key
     * @param keyLabel  what its owner calls the key
     * @param tenant    whose key it is
     * @param duration  until the answer was ready to be sent; never negative
     */
    record Entry(
            long number,
            Instant time,
            String requestId,
            String method,
            String path,
            int status,
            Optional<String> code,
            String keyId,
            String keyLabel,
            Tenant tenant,
            Duration duration) {
        private Entry numbered(long given) {
            return new Entry(given, time, requestId, method, path, status, code, keyId, keyLabel, tenant, duration);
        }
    }

    /**
     * Entries, newest first.
     *
     * @param total how many fit at this moment, on all pages
     * @param more  whether there are older ones that fit
     */
    record Found(List<Entry> entries, int total, boolean more) {}

    private final Map<Integer, ArrayDeque<Entry>> byAccount = new LinkedHashMap<>(16, 0.75f, true);
    private long last;

    /** Adds a request; its {@code number} is given here. */
    synchronized void add(Entry entry) {
        ArrayDeque<Entry> entries = byAccount.computeIfAbsent(entry.tenant().account(), account -> new ArrayDeque<>());
        if (entries.size() == MOST_OF_AN_ACCOUNT) {
            entries.removeFirst();
        }
        entries.addLast(entry.numbered(++last));
        if (byAccount.size() > MOST_ACCOUNTS) {
            Iterator<ArrayDeque<Entry>> longestQuiet = byAccount.values().iterator();
            longestQuiet.next();
            longestQuiet.remove();
        }
    }

    /**
     * Looks for requests.
     *
     * @param before only those with a smaller number
     * @param most   at most so many
     */
    synchronized Found find(TenantScope scope, Predicate<Entry> wanted, long before, int most) {
        List<Entry> found = new ArrayList<>();
        int total = 0;
        boolean more = false;
        ArrayDeque<Entry> entries = byAccount.get(scope.account());
        if (entries == null) {
            return new Found(List.of(), 0, false);
        }
        for (Iterator<Entry> newestFirst = entries.descendingIterator(); newestFirst.hasNext(); ) {
            Entry entry = newestFirst.next();
            if (!scope.includes(entry.tenant()) || !wanted.test(entry)) {
                continue;
            }
            total++;
            if (entry.number() >= before) {
                continue;
            }
            if (found.size() < most) {
                found.add(entry);
            } else {
                more = true;
            }
        }
        return new Found(found, total, more);
    }
}
