package dev.tradewind.lane;

import java.time.Instant;
import java.util.List;

/** Port: which sources a pool has. */
public interface Sources {
    /**
     * A source of a pool.
     *
     * @param source its name
     * @param weight its share relative to the others, 1 or more
     */
    record Member(String source, int weight) {}

    /** Sources of a pool, and behind them those of its overflow pools in turn; each list is used when nothing in those before can be. */
    List<List<Member>> tiers(String pool);

    /**
     * When a source may send one more message to a site: {@code now} or earlier unless a bound of its own, such as the day's volume of its
     * warm-up, is used up or it is unwell there.
     */
    Instant usableFrom(String source, String site, Instant now);

    /** One source for everything. */
    static Sources single(String source) {
        List<List<Member>> tiers = List.of(List.of(new Member(source, 1)));
        return new Sources() {
            @Override
            public List<List<Member>> tiers(String pool) {
                return tiers;
            }

            @Override
            public Instant usableFrom(String name, String site, Instant now) {
                return now;
            }
        };
    }
}
