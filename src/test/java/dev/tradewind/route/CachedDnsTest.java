package dev.tradewind.route;

import dev.tradewind.route.Dns.Answer;
import dev.tradewind.route.Dns.Question;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import static org.assertj.core.api.Assertions.assertThat;

class CachedDnsTest {
    private static final Question QUESTION = new Question("example.com", Dns.Type.MX);

    private final FakeDns dns = new FakeDns();
    private Instant now = Instant.parse("2026-11-24T12:00:00Z");
    private final CachedDns cached = new CachedDns(dns, DnsSettings.of(List.of()), () -> now, Runnable::run);

    private int asked() {
        return dns.asked("example.com", Dns.Type.MX);
    }

    @Test
    void answerIsKeptForItsTtlAndSaysWhatIsLeftOfIt() {
        dns.mx("example.com", 10, "a.example");
        cached.ask(QUESTION);
        now = now.plusSeconds(200);
        assertThat(cached.ask(QUESTION).ttl()).isEqualTo(Duration.ofSeconds(100));
        assertThat(asked()).isEqualTo(1);
        now = now.plusSeconds(100);
        cached.ask(QUESTION);
        assertThat(asked()).isEqualTo(2);
    }

    @Test
    void refreshHappensBeforeTheEnd() {
        dns.mx("example.com", 10, "a.example");
        cached.ask(QUESTION);
        now = now.plusSeconds(275);
        assertThat(cached.ask(QUESTION).ttl()).isEqualTo(Duration.ofSeconds(25));
        assertThat(asked()).isEqualTo(2);
        assertThat(cached.ask(QUESTION).ttl()).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void ttlHasFloorAndCeiling() {
        dns.ttl = Duration.ZERO;
        dns.mx("example.com", 10, "a.example");
        assertThat(cached.ask(QUESTION).ttl()).isEqualTo(Duration.ofSeconds(30));
        now = now.plusSeconds(31);
        dns.ttl = Duration.ofDays(3);
        dns.mx("example.com", 10, "a.example");
        assertThat(cached.ask(QUESTION).ttl()).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void absenceIsKeptForAShorterTime() {
        dns.ttl = Duration.ofDays(1);
        assertThat(cached.ask(QUESTION)).isEqualTo(new Answer.NoSuchName(Duration.ofMinutes(15)));
        cached.ask(QUESTION);
        assertThat(asked()).isEqualTo(1);
    }

    @Test
    void staleAnswerServesWhileTheDnsIsDead() {
        dns.mx("example.com", 10, "a.example");
        cached.ask(QUESTION);
        dns.fails("example.com");
        now = now.plus(Duration.ofHours(3));
        assertThat(cached.ask(QUESTION)).isInstanceOf(Answer.Records.class);
        assertThat(asked()).isEqualTo(2);
        cached.ask(QUESTION);
        assertThat(asked()).as("a dead server is not asked for every message").isEqualTo(2);
        now = now.plus(Duration.ofSeconds(31));
        cached.ask(QUESTION);
        assertThat(asked()).isEqualTo(3);
        now = now.plus(Duration.ofHours(4));
        assertThat(cached.ask(QUESTION)).isInstanceOf(Answer.Failure.class);
        dns.mx("example.com", 10, "a.example");
        assertThat(cached.ask(QUESTION)).as("failures are kept for seconds").isInstanceOf(Answer.Failure.class);
        now = now.plusSeconds(11);
        assertThat(cached.ask(QUESTION)).isInstanceOf(Answer.Records.class);
    }

    @Test
    void manyWhoAskAtOnceMakeOneLookup() throws Exception {
        CountDownLatch asking = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger lookups = new AtomicInteger();
        Dns slow = _ -> {
            lookups.incrementAndGet();
            asking.countDown();
            try {
                go.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return new Answer.NoData(Duration.ofMinutes(1));
        };
        CachedDns shared = new CachedDns(slow, DnsSettings.of(List.of()), () -> now, Runnable::run);
        List<CompletableFuture<Answer>> all = new java.util.ArrayList<>();
        for (int i = 0; i < 20; i++) {
            CompletableFuture<Answer> answer = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> answer.complete(shared.ask(QUESTION)));
            all.add(answer);
        }
        asking.await();
        go.countDown();
        for (CompletableFuture<Answer> answer : all) {
            assertThat(answer.get()).isInstanceOf(Answer.NoData.class);
        }
        assertThat(lookups).hasValue(1);
    }
}
