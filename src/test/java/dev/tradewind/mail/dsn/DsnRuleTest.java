package dev.tradewind.mail.dsn;

import dev.tradewind.mail.RecipientDsn.Notify;
import dev.tradewind.mail.ReversePath;
import org.junit.jupiter.api.Test;

import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;

class DsnRuleTest {
    private static final ReversePath SENDER = ReversePath.parse("a@b.example");

    @Test
    void withoutNotifyOnlyFailureIsTold() {
        for (Action action : Action.values()) {
            assertThat(DsnRule.wanted(action, Set.of(), SENDER)).isEqualTo(action == Action.FAILED);
        }
    }

    @Test
    void whatIsAskedForIsTold() {
        assertThat(DsnRule.wanted(Action.FAILED, Set.of(Notify.FAILURE), SENDER))
                .isTrue();
        assertThat(DsnRule.wanted(Action.FAILED, Set.of(Notify.SUCCESS, Notify.DELAY), SENDER))
                .isFalse();
        assertThat(DsnRule.wanted(Action.DELAYED, Set.of(Notify.DELAY), SENDER)).isTrue();
        assertThat(DsnRule.wanted(Action.DELIVERED, Set.of(Notify.SUCCESS), SENDER))
                .isTrue();
        assertThat(DsnRule.wanted(Action.RELAYED, Set.of(Notify.SUCCESS), SENDER))
                .isTrue();
        assertThat(DsnRule.wanted(Action.EXPANDED, Set.of(Notify.FAILURE), SENDER))
                .isFalse();
    }

    @Test
    void nothingGoesToTheNullPathOrAgainstNever() {
        for (Action action : Action.values()) {
            assertThat(DsnRule.wanted(action, Set.of(Notify.FAILURE, Notify.SUCCESS, Notify.DELAY), ReversePath.NULL))
                    .isFalse();
            assertThat(DsnRule.wanted(action, Set.of(Notify.NEVER), SENDER)).isFalse();
        }
    }
}
