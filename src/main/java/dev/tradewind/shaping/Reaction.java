package dev.tradewind.shaping;

import dev.tradewind.classify.ReplyPattern;
import dev.tradewind.classify.ReplySample;

import java.util.List;
import java.util.Set;

/**
 * A rule of what happens after certain replies. It can match nothing but what a remote host said: our own words never become a
 * {@link dev.tradewind.classify.NormalReply}.
 *
 * @param profile profile that has it
 * @param name    unique in the profile
 * @param on      replies it is about
 * @param after   how often they must be heard in one scope
 * @param scope   dimensions: replies are counted, and what is done is done, apart for each tuple of their values
 * @param actions one or more, all of them are done
 * @param firesOn replies that it must be about, for the tests
 * @param silentOn replies that it must not be about
 */
public record Reaction(
        String profile,
        String name,
        ReplyPattern on,
        Trigger after,
        Set<Dimension> scope,
        List<Action> actions,
        List<ReplySample> firesOn,
        List<ReplySample> silentOn) {
    /** @throws IllegalArgumentException if it does nothing, or what the scope does not allow */
    public Reaction {
        scope = Scope.dimensions(List.copyOf(scope));
        actions = List.copyOf(actions);
        firesOn = List.copyOf(firesOn);
        silentOn = List.copyOf(silentOn);
        if (actions.isEmpty()) {
            throw new IllegalArgumentException("does nothing");
        }
        if (scope.isEmpty()) {
            throw new IllegalArgumentException("is about no dimension");
        }
        for (Action action : actions) {
            switch (action) {
                case Action.LimitConnections _, Action.ScaleConnections _ -> {
                    if (!Limit.OF_CONNECTIONS.containsAll(scope)) {
                        throw new IllegalArgumentException("'" + action.written() + "' needs a scope of nothing but "
                                + Dimension.words(Limit.OF_CONNECTIONS));
                    }
                }
                case Action.Unwell _ -> {
                    if (!scope.equals(Set.of(Dimension.SITE, Dimension.SOURCE))) {
                        throw new IllegalArgumentException("'" + action.written() + "' needs the scope site, source");
                    }
                }
                case Action.Suspend _,
                        Action.LimitRate _,
                        Action.ScaleRate _,
                        Action.StretchRetries _,
                        Action.Throttle _,
                        Action.Move _ -> {}
            }
        }
    }

    /** Profile and name: {@code google/rate-dkim}. Events and reports call it so. */
    public String id() {
        return profile + "/" + name;
    }

    @Override
    public String toString() {
        return "after " + after + " by " + Dimension.words(scope) + ": "
                + String.join(", ", actions.stream().map(Action::written).toList());
    }
}
