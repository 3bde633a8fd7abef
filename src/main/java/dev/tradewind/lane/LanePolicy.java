package dev.tradewind.lane;

import dev.tradewind.shaping.Limit;

import java.util.List;

/**
 * What one lane may do now, as profiles and configuration say.
 *
 * @param connections connections of the lane at once
 * @param limits      limits by scope that it is subject to
 */
public record LanePolicy(int connections, List<Limit> limits) {
    public LanePolicy {
        limits = List.copyOf(limits);
    }

    /** Port: finds the policy of a lane. Pure: the same answer until {@link LaneBook#policiesChanged}. */
    @FunctionalInterface
    public interface Finder {
        /** The policy of the lane from a source to a site. */
        LanePolicy of(String source, String site);
    }
}
