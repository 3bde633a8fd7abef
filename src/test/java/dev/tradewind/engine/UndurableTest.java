package dev.tradewind.engine;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import static org.assertj.core.api.Assertions.assertThat;

class UndurableTest {
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-24T20:00:00Z"));
    private final Undurable outcomes = new Undurable(now::get);

    private void pass(Duration time) {
        now.updateAndGet(t -> t.plus(time));
    }

    private Thread waiter() {
        return Thread.ofVirtual().start(() -> assertThat(outcomes.await()).isTrue());
    }

    @Test
    void youngOutcomesHoldNobodyUp() {
        assertThat(outcomes.await()).isTrue();
        outcomes.add(new CompletableFuture<>());
        pass(Undurable.WINDOW.minusMillis(1));
        assertThat(outcomes.await()).isTrue();
    }

    @Test
    void lateOutcomesHoldTheNextMessageUpUntilAllOfThemAreDurable() throws Exception {
        CompletableFuture<Void> first = outcomes.add(new CompletableFuture<>());
        pass(Undurable.WINDOW);
        CompletableFuture<Void> second = outcomes.add(new CompletableFuture<>());
        pass(Undurable.WINDOW);
        CompletableFuture<Void> young = outcomes.add(new CompletableFuture<>());
        Thread waiter = waiter();
        assertThat(waiter.join(Duration.ofMillis(100))).isFalse();
        first.complete(null);
        assertThat(waiter.join(Duration.ofMillis(100))).isFalse();
        second.complete(null);
        assertThat(waiter.join(Duration.ofSeconds(10))).isTrue();
        assertThat(young).isNotDone();
    }

    @Test
    void failedOutcomesHoldNobodyUp() {
        outcomes.add(new CompletableFuture<>()).completeExceptionally(new IllegalStateException("closed"));
        pass(Undurable.WINDOW);
        assertThat(outcomes.await()).isTrue();
    }

    @Test
    void storeThatDoesNotAnswerIsWaitedForAndNotTakenForDurable() throws Exception {
        CompletableFuture<Void> never = outcomes.add(new CompletableFuture<>());
        assertThat(outcomes.isLate()).isFalse();
        pass(Undurable.WINDOW);
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> answer.complete(outcomes.await()));
        assertThat(answer.get(Undurable.PATIENCE.toSeconds() + 10, TimeUnit.SECONDS))
                .isFalse();
        assertThat(outcomes.isLate()).isTrue();
        never.complete(null);
        assertThat(outcomes.await()).isTrue();
        assertThat(outcomes.isLate()).isFalse();
    }
}
