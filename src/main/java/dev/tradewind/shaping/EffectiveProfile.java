package dev.tradewind.shaping;

import dev.tradewind.classify.NormalReply;
import dev.tradewind.classify.Speaker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What holds for the lanes of a pool and source at a site when nothing has been adapted: every value is there. Each is explained in
 * {@link Profile}.
 *
 * @param profiles names of the profiles that were laid over each other, the least specific first
 */
public record EffectiveProfile(
        List<String> profiles,
        int connections,
        int messagesPerConnection,
        int recipients,
        Rate rate,
        Rate newConnections,
        TlsDemand tls,
        List<Duration> retry,
        Duration expireAfter,
        Duration idle,
        IpVersions ipVersions,
        Bounds<Integer> connectionBounds,
        Bounds<Rate> rateBounds,
        List<Limit> limits,
        List<Reaction> reactions) {
    public EffectiveProfile {
        profiles = List.copyOf(profiles);
        retry = List.copyOf(retry);
        limits = List.copyOf(limits);
        reactions = List.copyOf(reactions);
    }

    /** @throws IllegalArgumentException if a value is missing */
    static EffectiveProfile of(List<String> profiles, Profile whole) {
        return new EffectiveProfile(
                profiles,
                there(whole.connections(), ProfileKey.CONNECTIONS),
                there(whole.messagesPerConnection(), ProfileKey.MESSAGES_PER_CONNECTION),
                there(whole.recipients(), ProfileKey.RECIPIENTS),
                there(whole.rate(), ProfileKey.RATE),
                there(whole.newConnections(), ProfileKey.NEW_CONNECTIONS),
                there(whole.tls(), ProfileKey.TLS),
                there(whole.retry(), ProfileKey.RETRY),
                there(whole.expireAfter(), ProfileKey.EXPIRE_AFTER),
                there(whole.idle(), ProfileKey.IDLE),
                there(whole.ipVersions(), ProfileKey.IP_VERSIONS),
                there(whole.connectionBounds(), ProfileKey.CONNECTION_BOUNDS),
                there(whole.rateBounds(), ProfileKey.RATE_BOUNDS),
                whole.limits().values().stream().flatMap(Optional::stream).toList(),
                whole.reactions().values().stream().flatMap(Optional::stream).toList());
    }

    private static <T> T there(Optional<T> value, ProfileKey key) {
        return value.orElseThrow(() -> new IllegalArgumentException("the default profile has no " + key.key()));
    }

    /** Name of the limit that a lane's own rates are. */
    public static final String LANE_LIMIT = "lane";

    /** The limits of the profile and, named {@value #LANE_LIMIT}, the rates of the lane itself as a limit by site and source. */
    public List<Limit> everyLimit() {
        Optional<Rate> messages = Optional.of(rate).filter(one -> !one.isUnlimited());
        Optional<Rate> opened = Optional.of(newConnections).filter(one -> !one.isUnlimited());
        if (messages.isEmpty() && opened.isEmpty()) {
            return limits;
        }
        List<Limit> all = new ArrayList<>(limits);
        all.add(new Limit(LANE_LIMIT, Set.of(Dimension.SITE, Dimension.SOURCE), OptionalInt.empty(), messages, opened));
        return List.copyOf(all);
    }

    /**
     * The reactions that a reply is about: those of the most specific profile that has any for it, so that what a provider means by its words
     * is not also taken for what others would mean.
     */
    public List<Reaction> about(NormalReply reply) {
        for (String name : profiles.reversed()) {
            List<Reaction> found = new ArrayList<>();
            for (Reaction reaction : reactions) {
                if (reaction.profile().equals(name) && reaction.on().matches(reply)) {
                    found.add(reaction);
                }
            }
            if (!found.isEmpty()) {
                return List.copyOf(found);
            }
        }
        return List.of();
    }

    /** Who speaks at the site, for bounce rules of one provider. */
    public Speaker speaker() {
        return Speaker.of(Set.copyOf(
                profiles.stream().filter(name -> !name.equals(Profiles.DEFAULT)).toList()));
    }
}
