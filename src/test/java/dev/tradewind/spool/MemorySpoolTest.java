package dev.tradewind.spool;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

import static org.assertj.core.api.Assertions.assertThat;

class MemorySpoolTest extends SpoolContract {
    @Override
    MemorySpool spool() {
        return new MemorySpool(() -> Mail.NOON, new Random(1));
    }

    @Test
    void outcomesAreKeptWhileItIsBroken() throws Exception {
        MemorySpool spool = spool();
        long id = Mail.send(spool, Mail.NOON, "x", "a@example.com");
        Waiting waiting = Mail.generate(spool, id, Mail.QUEUE, Mail.NOON).getFirst();
        spool.state(Spool.State.BROKEN);
        CompletableFuture<Void> done = spool.finished(waiting, List.of());
        assertThat(done).isNotDone();
        spool.state(Spool.State.OPEN);
        assertThat(done).isDone();
    }
}
