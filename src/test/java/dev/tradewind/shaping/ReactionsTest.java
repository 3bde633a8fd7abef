package dev.tradewind.shaping;

import dev.tradewind.classify.NormalReply;
import dev.tradewind.classify.Phase;
import dev.tradewind.mail.SmtpReply;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

class ReactionsTest {
    private static final Instant START = Instant.parse("2026-11-24T10:00:00Z");
    private static final Scope LANE = Scope.lane("google.com", "s1").with(Dimension.POOL, "default");
    private static final String BY_ADDRESS =
            "421-4.7.28 Gmail has detected an unusual rate of unsolicited mail originating from your IP address.";
    private static final String BY_DKIM =
            "421-4.7.28 Gmail has detected an unusual rate of unsolicited mail originating from your DKIM domain [b.example 36].";

    private final Profiles profiles = Profiles.shipped();
    private final EffectiveProfile google = profiles.effective("default", "s1", List.of("google.com"));
    private final ReactionTriggers triggers = new ReactionTriggers(1000);

    private static NormalReply reply(String line) {
        return NormalReply.ofLine(line).orElseThrow();
    }

    private List<String> heard(String line, Scope about, Duration after) {
        return triggers.heard(google, reply(line), about, START.plus(after)).stream()
                .map(firing -> firing.reaction().id() + " on " + firing.scope())
                .toList();
    }

    @Test
    void firesWhenHeardOftenEnoughAndCountsAnew() {
        assertThat(heard(BY_ADDRESS, LANE, Duration.ZERO)).isEmpty();
        assertThat(heard(BY_ADDRESS, LANE, Duration.ofMinutes(59)))
                .containsExactly("google/rate-address on site=google.com,source=s1");
        assertThat(heard(BY_ADDRESS, LANE, Duration.ofMinutes(60))).isEmpty();
        assertThat(heard(BY_ADDRESS, LANE, Duration.ofMinutes(121)))
                .as("more than an hour apart")
                .isEmpty();
        assertThat(heard(BY_ADDRESS, LANE, Duration.ofMinutes(122))).hasSize(1);
    }

    @Test
    void countsEachTupleOfItsDimensionsApart() {
        Scope one = LANE.with(Dimension.DKIM_DOMAIN, "a.example");
        Scope other = LANE.with(Dimension.DKIM_DOMAIN, "b.example");
        assertThat(heard(BY_DKIM, one, Duration.ZERO)).isEmpty();
        assertThat(heard(BY_DKIM, other, Duration.ZERO)).isEmpty();
        assertThat(heard(BY_DKIM, one.with(Dimension.SOURCE, "s2"), Duration.ofMinutes(1)))
                .containsExactly("google/rate-dkim-domain on site=google.com,dkim_domain=a.example");
        assertThat(triggers.size()).isEqualTo(2);
    }

    @Test
    void withoutAValueForItsDimensionNothingCounts() {
        assertThat(heard(BY_DKIM, LANE, Duration.ZERO)).isEmpty();
        assertThat(heard(BY_DKIM, LANE, Duration.ZERO)).isEmpty();
        assertThat(triggers.size()).isZero();
    }

    @Test
    void providersOwnMeaningStandsBeforeTheGeneralOne() {
        assertThat(google.about(reply(BY_DKIM)).stream().map(Reaction::id)).containsExactly("google/rate-dkim-domain");
        EffectiveProfile unknown = profiles.effective("default", "s1", List.of("mx.b.example"));
        assertThat(unknown.about(reply(BY_DKIM)).stream().map(Reaction::id)).containsExactly("default/too-fast");
    }

    @Test
    void countsAreForgottenBeyondTheLimit() {
        ReactionTriggers few = new ReactionTriggers(10);
        for (int i = 0; i < 100; i++) {
            few.heard(google, reply(BY_ADDRESS), Scope.lane("google.com", "s" + i), START);
        }
        assertThat(few.size()).isEqualTo(10);
    }

    @Test
    void replayTellsWhatWouldHaveHappened() {
        Scope yahoo = Scope.lane("yahoodns.net", "s1").with(Dimension.POOL, "default");
        String volume = "421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred due to unexpected volume";
        List<ReactionReplay.Past> past = new ArrayList<>();
        for (int minute = 0; minute < 300; minute += 10) {
            past.add(new ReactionReplay.Past(START.plus(Duration.ofMinutes(minute)), yahoo, volume));
            past.add(new ReactionReplay.Past(
                    START.plus(Duration.ofMinutes(minute)),
                    yahoo,
                    "451 4.4.1 [internal] too many connections [TSS04]"));
        }
        ReactionReplay.Outcome outcome = new ReactionReplay(profiles).run(past.iterator());
        assertThat(outcome.replies()).isEqualTo(30);
        assertThat(outcome.ours()).isEqualTo(30);
        assertThat(outcome.tallies()).containsOnlyKeys("yahoo/deferral-volume");
        ReactionReplay.Tally tally = outcome.tallies().get("yahoo/deferral-volume");
        assertThat(tally).isNotNull();
        assertThat(tally.times()).isEqualTo(30);
        assertThat(tally.spared()).isEqualTo(29);
        assertThat(tally.inForce()).isEqualTo(Duration.ofMinutes(290).plusHours(2));
        assertThat(outcome.firings())
                .hasSize(30)
                .first()
                .satisfies(first -> assertThat(first.scope()).isEqualTo(Scope.lane("yahoodns.net", "s1")));
        assertThat(new ReactionReplay(profiles).run(past.iterator())).isEqualTo(outcome);
    }

    @Test
    void rulesThatNeverFiredAreListed() {
        FiringReport report = new FiringReport(START);
        report.know(profiles);
        report.know(FiringReport.Kind.BOUNCE_RULE, List.of("status-recipient", "virus"));
        report.fired(FiringReport.Kind.BOUNCE_RULE, "virus", START.plusSeconds(5));
        report.fired(FiringReport.Kind.BOUNCE_RULE, "virus", START.plusSeconds(3));
        report.know(FiringReport.Kind.BOUNCE_RULE, List.of("virus"));
        assertThat(report.lines().getFirst())
                .isEqualTo(new FiringReport.Line(
                        new FiringReport.Rule(FiringReport.Kind.BOUNCE_RULE, "status-recipient"), 0, START));
        assertThat(report.lines().get(1))
                .isEqualTo(new FiringReport.Line(
                        new FiringReport.Rule(FiringReport.Kind.BOUNCE_RULE, "virus"), 2, START.plusSeconds(5)));
        assertThat(report.neverFired())
                .contains(new FiringReport.Rule(FiringReport.Kind.REACTION, "google/rate-address"))
                .doesNotContain(new FiringReport.Rule(FiringReport.Kind.BOUNCE_RULE, "virus"));
    }

    @Test
    void liveRepliesMatchAsWrittenOnesDo() {
        NormalReply live = NormalReply.of(
                Phase.END_OF_DATA,
                SmtpReply.of(
                        421,
                        "4.7.28 Gmail has detected an unusual rate of unsolicited",
                        "4.7.28 mail originating from your IP address."));
        assertThat(google.about(live))
                .isEqualTo(google.about(reply(BY_ADDRESS)))
                .isNotEmpty();
    }
}
