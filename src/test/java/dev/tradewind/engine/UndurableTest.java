package dev.tradewind.engine;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

import static org.assertj.core.api.Assertions.assertThat;

class UndurableTest {
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-24T20:00:00Z"));
    private final Undurable outcomes = new Undurable(now::get);

    private void pass(Duration time) {
        now.updateAndGet(t -> t.plus(time));
    }

    private Thread waiter() {
        return Thread.ofVirtual().start(outcomes::await);
    }

    @Test
    void youngOutcomesHoldNobodyUp() {
        outcomes.await();
        outcomes.add(new CompletableFuture<>());
        pass(Undurable.WINDOW.minusMillis(1));
        outcomes.await();
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
        outcomes.await();
    }

    @Test
    void storeThatDoesNotAnswerDoesNotKeepConnectionsForEver() throws Exception {
        outcomes.add(new CompletableFuture<>());
        pass(Undurable.WINDOW);
        assertThat(waiter().join(Undurable.PATIENCE.plusSeconds(10))).isTrue();
    }
}
