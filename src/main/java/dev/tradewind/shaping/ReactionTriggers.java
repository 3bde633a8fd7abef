package dev.tradewind.shaping;

import dev.tradewind.classify.NormalReply;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Counts replies towards reactions: the one place that knows whether a reaction fires, live as in a replay. Having fired, a reaction counts
 * from nothing again in that scope. Not thread-safe; time is passed in and may step back, which only makes it fire later.
 *
 * <p>Limits: counts are kept for so many scopes as were given; beyond them the one not heard of for longest is forgotten.
 */
public final class ReactionTriggers {
    private final Map<Key, Heard> heard;

    private record Key(String reaction, Scope scope) {}

    /** The times of the last replies, oldest first, as a ring. */
    private static final class Heard {
        private final long[] millis;
        private int next;
        private int count;

        Heard(int times) {
            millis = new long[times];
        }

        /** Adds one; whether there were enough within the window. */
        boolean add(long now, long window) {
            millis[next] = now;
            next = (next + 1) % millis.length;
            count = Math.min(count + 1, millis.length);
            if (count < millis.length || now - millis[next] > window) {
                return false;
            }
            count = 0;
            return true;
        }
    }

    /**
     * @param mostScopes reactions × scopes that are being counted, 1 or more
     */
    public ReactionTriggers(int mostScopes) {
        if (mostScopes < 1) {
            throw new IllegalArgumentException("most scopes " + mostScopes);
        }
        this.heard = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Key, Heard> eldest) {
                return size() > mostScopes;
            }
        };
    }

    /**
     * A reply was heard.
     *
     * @param profile what holds for the lane
     * @param about   every value that is known of the message and its connection; a reaction by a dimension that is not among them does not
     *                count the reply
     * @return the reactions that fire now
     */
    public List<Firing> heard(EffectiveProfile profile, NormalReply reply, Scope about, Instant now) {
        List<Firing> fired = new ArrayList<>();
        for (Reaction reaction : profile.about(reply)) {
            about.only(reaction.scope())
                    .filter(scope -> counts(reaction, scope, now))
                    .ifPresent(scope -> fired.add(
                            new Firing(reaction, scope, now, reaction.after().times())));
        }
        return fired;
    }

    private boolean counts(Reaction reaction, Scope scope, Instant now) {
        int times = reaction.after().times();
        if (times == 1) {
            return true;
        }
        Key key = new Key(reaction.id(), scope);
        Heard before = heard.get(key);
        if (before == null || before.millis.length != times) { // new, or the profile was changed
            before = new Heard(times);
            heard.put(key, before);
        }
        return before.add(now.toEpochMilli(), reaction.after().within().toMillis());
    }

    /** Scopes that are being counted, of all reactions. */
    public int size() {
        return heard.size();
    }
}
