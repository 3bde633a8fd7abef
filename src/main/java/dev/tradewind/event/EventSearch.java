package dev.tradewind.event;

import dev.tradewind.mail.MessageId;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.zip.CRC32C;

/**
 * Search over the stored events, newest first. Events of messages, transmissions or recipients are found by index; else time is walked
 * backwards. Thread-safe, without state.
 *
 * <p>Pages go by offset in the stream: what is written later is newer than any page and disturbs none. A cursor is opaque; it names the
 * offset to go on below and is good only for the same scope and filters.
 *
 * <p>Limits: at most {@value #LOOK_AT_MOST} events are looked at for one page (then it is short, and says where to go on), and at most
 * {@value #COUNT_AT_MOST} for counting what is behind the page: {@code totalCount} is exact if no more than these had to be looked at.
 */
public final class EventSearch {
    private static final int LOOK_AT_MOST = 1_000_000;
    private static final int COUNT_AT_MOST = 100_000;
    private static final int LEAST_LOOK = 1_000;
    private static final Duration JITTER = Duration.ofMinutes(1);
    private static final int CURSOR_OCTETS = 8 + 8 + 1 + 4 + 4;

    private final EventStream stream;

    /** Searches a stream. */
    public EventSearch(EventStream stream) {
        this.stream = stream;
    }

    private record Cursor(long before, long total, boolean exact) {}

    /** Runs a query. */
    public EventPage search(EventQuery query) {
        EventMatcher matcher = new EventMatcher(query);
        if (matcher.matchesNothing()) {
            return EventPage.Found.NOTHING;
        }
        int fingerprint = fingerprint(query);
        Optional<Cursor> cursor = query.cursor().flatMap(written -> read(written, fingerprint));
        if (query.cursor().isPresent() && cursor.isEmpty()) {
            return new EventPage.BadCursor();
        }
        if (!query.from().isBefore(query.to())) {
            return EventPage.Found.NOTHING;
        }
        long downTo = stream.offsetAt(query.from().minus(JITTER));
        long before = cursor.map(Cursor::before)
                .orElseGet(() -> stream.offsetAt(query.to().plus(JITTER)));
        Pile pile = new Pile(matcher, query.perPage(), cursor.isEmpty());
        walk(matcher, before, downTo, pile);
        return pile.page(cursor, fingerprint);
    }

    private void walk(EventMatcher matcher, long before, long downTo, Pile pile) {
        if (!matcher.messages().isEmpty()) {
            pile.share(matcher.messages().size());
            for (MessageId message : matcher.messages()) {
                stream.backwardsOfMessage(message, before, downTo, pile.nextWalk());
            }
        } else if (!matcher.transmissions().isEmpty()) {
            pile.share(matcher.transmissions().size());
            for (Long transmission : matcher.transmissions()) {
                stream.backwardsOfTransmission(transmission, before, downTo, pile.nextWalk());
            }
        } else if (!matcher.recipients().isEmpty()) {
            pile.share(matcher.recipients().size());
            for (String recipient : matcher.recipients()) {
                stream.backwardsOfRecipient(recipient, before, downTo, pile.nextWalk());
            }
        } else {
            stream.backwards(before, downTo, pile.nextWalk());
        }
    }

    /** The newest events found so far by one or more walks, one more than a page of them, and how sure that is. */
    private static final class Pile {
        private final EventMatcher matcher;
        private final int room;
        private final PriorityQueue<EventStream.Stored> newest =
                new PriorityQueue<>(Comparator.comparingLong(EventStream.Stored::offset));
        private int lookAtMost = LOOK_AT_MOST;
        private int countAtMost;
        private long total;
        private boolean exact = true;
        /** Below this offset some walk did not look. */
        private long floor = -1;

        private Pile(EventMatcher matcher, int perPage, boolean counting) {
            this.matcher = matcher;
            this.countAtMost = counting ? COUNT_AT_MOST : 0;
            this.room = perPage + 1;
        }

        private void share(int walks) {
            lookAtMost = Math.max(LEAST_LOOK, LOOK_AT_MOST / walks);
            countAtMost = countAtMost == 0 ? 0 : Math.max(LEAST_LOOK, COUNT_AT_MOST / walks);
        }

        private Predicate<EventStream.Stored> nextWalk() {
            int[] looked = {0};
            return stored -> {
                looked[0]++;
                if (matcher.matches(stored.event())) {
                    total++;
                    newest.add(stored);
                    if (newest.size() > room) {
                        newest.poll();
                    }
                }
                boolean full = newest.size() == room
                        && stored.offset() <= newest.element().offset();
                if (full && looked[0] >= countAtMost) {
                    exact = false;
                    return false;
                }
                if (looked[0] >= lookAtMost) {
                    exact = false;
                    floor = Math.max(floor, stored.offset());
                    return false;
                }
                return true;
            };
        }

        private EventPage page(Optional<Cursor> cursor, int fingerprint) {
            List<EventStream.Stored> found = new ArrayList<>(newest);
            found.removeIf(stored -> stored.offset() < floor);
            found.sort(Comparator.comparingLong(EventStream.Stored::offset).reversed());
            long counted = cursor.map(Cursor::total).orElse(total);
            boolean sure = cursor.map(Cursor::exact).orElse(exact);
            Optional<String> next = Optional.empty();
            if (found.size() == room) {
                found.removeLast();
                next = Optional.of(write(new Cursor(found.getLast().offset(), counted, sure), fingerprint));
            } else if (floor >= 0) {
                next = Optional.of(write(new Cursor(floor, counted, sure), fingerprint));
            }
            List<byte[]> events = new ArrayList<>(found.size());
            for (EventStream.Stored stored : found) {
                events.add(stored.event().json());
            }
            return new EventPage.Found(events, counted, sure, next);
        }
    }

    // ---- cursors

    private static int fingerprint(EventQuery query) {
        Map<String, List<String>> filters = new TreeMap<>();
        query.filters().forEach((filter, values) -> filters.put(filter.wireName(), values));
        String text = query.scope() + " " + filters;
        CRC32C sum = new CRC32C();
        sum.update(text.getBytes(StandardCharsets.UTF_8));
        return (int) sum.getValue();
    }

    private static String write(Cursor cursor, int fingerprint) {
        ByteBuffer buffer = ByteBuffer.allocate(CURSOR_OCTETS)
                .putLong(cursor.before())
                .putLong(cursor.total())
                .put((byte) (cursor.exact() ? 1 : 0))
                .putInt(fingerprint);
        buffer.putInt(checksum(buffer.array()));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(buffer.array());
    }

    private static Optional<Cursor> read(String written, int fingerprint) {
        byte[] octets;
        try {
            octets = Base64.getUrlDecoder().decode(written);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        if (octets.length != CURSOR_OCTETS) {
            return Optional.empty();
        }
        ByteBuffer buffer = ByteBuffer.wrap(octets);
        Cursor cursor = new Cursor(buffer.getLong(), buffer.getLong(), buffer.get() == 1);
        boolean good = buffer.getInt() == fingerprint
                && buffer.getInt() == checksum(octets)
                && cursor.before() >= 0
                && cursor.total() >= 0;
        return good ? Optional.of(cursor) : Optional.empty();
    }

    private static int checksum(byte[] octets) {
        CRC32C sum = new CRC32C();
        sum.update(octets, 0, CURSOR_OCTETS - 4);
        return (int) sum.getValue();
    }
}
