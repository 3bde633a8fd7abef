package dev.tradewind.lane;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.Consumer;

/**
 * Whose turn it is in a lane (invariant 5): transactional mail has nine turns of ten while both kinds wait; within a kind the accounts
 * take turns, within an account its subaccounts and campaigns, within those the recipient domains. A turn is one message: deficit round
 * robin (Shreedhar and Varghese 1995) for units of equal cost, which needs no deficits. A strand that a limit of its scope holds back is
 * parked until that lets it go, and the others take their turns meanwhile.
 *
 * <p>Every operation costs O(1) but for parking, which is logarithmic.
 */
final class FairShare<M> {
    private static final int TURNS = 10;

    private final Kind<M> transactional = new Kind<>();
    private final Kind<M> bulk = new Kind<>();
    private final PriorityQueue<Parked<M>> parked = new PriorityQueue<>(2, Comparator.comparingLong(Parked::until));
    private final Consumer<Strand<M>> left;
    private int turn;
    private int depth;

    /** @param left told of a strand that is empty and out of line */
    FairShare(Consumer<Strand<M>> left) {
        this.left = left;
    }

    private record Parked<M>(Strand<M> strand, long until) {}

    /** Accounts of one kind of mail, the next in turn first. */
    private static final class Kind<M> {
        final Map<Integer, Account<M>> accounts = new LinkedHashMap<>(2);
        final Deque<Account<M>> turns = new ArrayDeque<>(2);
    }

    private static final class Account<M> {
        final int account;
        final Map<Long, Stream<M>> streams = new LinkedHashMap<>(2);
        final Deque<Stream<M>> turns = new ArrayDeque<>(2);

        Account(int account) {
            this.account = account;
        }
    }

    private static final class Stream<M> {
        final long stream;
        final Deque<Strand<M>> turns = new ArrayDeque<>(2);

        Stream(long stream) {
            this.stream = stream;
        }
    }

    /** Messages that wait here, parked ones counted. */
    int depth() {
        return depth;
    }

    /** Adds a message to a strand of this lane. */
    void add(Strand<M> strand, Held<M> message) {
        strand.messages.addLast(message);
        depth++;
        if (!strand.inLine) {
            line(strand);
        }
    }

    /** Puts a message that was taken and not sent back in front of its strand. */
    void putBack(Strand<M> strand, Held<M> message) {
        strand.messages.addFirst(message);
        depth++;
        if (!strand.inLine) {
            line(strand);
        }
    }

    /** When the next message may go as far as its own limits say, at the latest news; {@code now} if one may be free to go. */
    long availableAt(long now) {
        boolean inLine = !transactional.turns.isEmpty() || !bulk.turns.isEmpty();
        Parked<M> first = parked.peek();
        return inLine || first == null ? now : Math.max(now, first.until());
    }

    /** Takes all messages of a strand out, in order. */
    List<Held<M>> drain(Strand<M> strand) {
        List<Held<M>> drained = List.copyOf(strand.messages);
        strand.messages.clear();
        depth -= drained.size();
        return drained;
    }

    /** All strands that stand in line or are parked. */
    List<Strand<M>> strands() {
        List<Strand<M>> all = new ArrayList<>();
        for (Kind<M> kind : List.of(transactional, bulk)) {
            for (Account<M> account : kind.turns) {
                for (Stream<M> stream : account.turns) {
                    all.addAll(stream.turns);
                }
            }
        }
        for (Parked<M> one : parked) {
            all.add(one.strand());
        }
        return all;
    }

    private Kind<M> kind(Strand<M> strand) {
        return strand.queue.key.flow().transactional() ? transactional : bulk;
    }

    private void line(Strand<M> strand) {
        strand.inLine = true;
        Kind<M> kind = kind(strand);
        Account<M> account =
                kind.accounts.computeIfAbsent(strand.queue.key.flow().account(), key -> {
                    Account<M> fresh = new Account<>(key);
                    kind.turns.addLast(fresh);
                    return fresh;
                });
        Stream<M> stream = account.streams.computeIfAbsent(strand.queue.key.flow().stream(), key -> {
            Stream<M> fresh = new Stream<>(key);
            account.turns.addLast(fresh);
            return fresh;
        });
        stream.turns.addLast(strand);
    }

    /** What {@link #next} found. */
    sealed interface Turn<M> {
        /** A message, taken out; its limits have been charged. */
        record Message<M>(Held<M> message, Strand<M> strand) implements Turn<M> {}

        /** All that waits is held back, at least until then. */
        record HeldBack<M>(long until) implements Turn<M> {}

        /** Nothing waits. */
        record Nothing<M>() implements Turn<M> {}
    }

    /** A message that waits here, whatever limits say; null if there is none. */
    @Nullable
    Held<M> any() {
        Strand<M> strand = pollAny();
        if (strand == null) {
            return null;
        }
        line(strand); // its turn is not over: only who is next has changed
        return strand.messages.peekFirst();
    }

    /** Takes the next message out, whatever limits say and without charging them. */
    @Nullable
    Held<M> nextUncharged() {
        Strand<M> strand = pollAny();
        return strand == null ? null : takeFrom(strand);
    }

    /** A strand with messages, out of its line or its park; null if there is none. */
    private @Nullable Strand<M> pollAny() {
        while (true) {
            Strand<M> strand = pollStrand(transactional);
            if (strand == null) {
                strand = pollStrand(bulk);
            }
            if (strand == null) {
                Parked<M> first = parked.poll();
                strand = first == null ? null : first.strand();
            }
            if (strand == null || !strand.messages.isEmpty()) {
                return strand;
            }
            leave(strand);
        }
    }

    /** Takes the first message of a strand that is out of line; what is left of it gets in line again. */
    private Held<M> takeFrom(Strand<M> strand) {
        Held<M> message = strand.messages.removeFirst();
        depth--;
        if (strand.messages.isEmpty()) {
            leave(strand);
        } else {
            line(strand);
        }
        return message;
    }

    /** Takes the next message out. Time in microseconds. */
    Turn<M> next(long now) {
        for (Parked<M> first = parked.peek(); first != null && first.until() <= now; first = parked.peek()) {
            parked.poll();
            line(first.strand());
        }
        while (true) {
            boolean bulkTurn = transactional.turns.isEmpty() || (!bulk.turns.isEmpty() && turn % TURNS == TURNS - 1);
            Strand<M> strand = pollStrand(bulkTurn ? bulk : transactional);
            if (strand == null) {
                Parked<M> first = parked.peek();
                return first == null ? new Turn.Nothing<>() : new Turn.HeldBack<>(first.until());
            }
            if (strand.messages.isEmpty()) {
                leave(strand); // they went back to disk
                continue;
            }
            long allowed = now;
            for (Gcra limiter : strand.limiters) {
                allowed = Math.max(allowed, limiter.nextAllowed(now));
            }
            if (allowed > now) {
                parked.add(new Parked<>(strand, allowed));
                continue;
            }
            for (Gcra limiter : strand.limiters) {
                limiter.take(now);
            }
            turn++;
            return new Turn.Message<>(takeFrom(strand), strand);
        }
    }

    private void leave(Strand<M> strand) {
        strand.inLine = false;
        strand.queue.strands.remove(strand);
        left.accept(strand);
    }

    /** The strand whose turn it is, taken out of the line; those behind it move up. */
    private @Nullable Strand<M> pollStrand(Kind<M> kind) {
        Account<M> account = kind.turns.pollFirst();
        if (account == null) {
            return null;
        }
        Stream<M> stream = account.turns.removeFirst();
        Strand<M> strand = stream.turns.removeFirst();
        if (stream.turns.isEmpty()) {
            account.streams.remove(stream.stream);
        } else {
            account.turns.addLast(stream);
        }
        if (account.turns.isEmpty()) {
            kind.accounts.remove(account.account);
        } else {
            kind.turns.addLast(account);
        }
        return strand;
    }
}
