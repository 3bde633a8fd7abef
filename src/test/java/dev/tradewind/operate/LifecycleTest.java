package dev.tradewind.operate;

import dev.tradewind.operate.Lifecycle.Ended;
import dev.tradewind.operate.Lifecycle.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@Timeout(20)
class LifecycleTest {
    private static final Duration LONG = Duration.ofSeconds(10);

    private final Lifecycle lifecycle = new Lifecycle();
    private final List<String> stopped = new CopyOnWriteArrayList<>();

    @Test
    void stopsInReverseOrderOfStarting() throws InterruptedException {
        lifecycle.started("store", LONG, () -> stopped.add("store"));
        lifecycle.started("engine", LONG, () -> stopped.add("engine"));
        lifecycle.started("door", LONG, () -> stopped.add("door"));
        lifecycle.stop();
        assertThat(stopped).containsExactly("door", "engine", "store");
        lifecycle.awaitStop();
    }

    @Test
    void stepThatHangsOrFailsDoesNotKeepTheOthers() throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        lifecycle.started("store", LONG, () -> stopped.add("store"));
        lifecycle.started("hangs", Duration.ofMillis(20), never::await);
        lifecycle.started("fails", LONG, () -> {
            throw new IllegalStateException("no");
        });
        assertThat(lifecycle.stop())
                .containsExactly(
                        new Outcome("fails", Ended.FAILED),
                        new Outcome("hangs", Ended.OUT_OF_TIME),
                        new Outcome("store", Ended.STOPPED));
        assertThat(stopped).containsExactly("store");
    }

    @Test
    void secondStopWaitsForTheFirst() throws InterruptedException {
        CountDownLatch inStep = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        lifecycle.started("slow", LONG, () -> {
            inStep.countDown();
            go.await();
            stopped.add("slow");
        });
        Thread first = Thread.startVirtualThread(() -> {
            try {
                lifecycle.stop();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        inStep.await();
        assertThatThrownBy(() -> lifecycle.started("late", LONG, () -> {})).isInstanceOf(IllegalStateException.class);
        go.countDown();
        assertThat(lifecycle.stop()).containsExactly(new Outcome("slow", Ended.STOPPED));
        assertThat(stopped).containsExactly("slow");
        first.join();
    }
}
