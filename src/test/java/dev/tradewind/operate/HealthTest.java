package dev.tradewind.operate;

import org.junit.jupiter.api.Test;

import java.util.concurrent.atomic.AtomicBoolean;

import static org.assertj.core.api.Assertions.assertThat;

class HealthTest {
    @Test
    void readyNeedsEveryCheckAndSaysWhyNot() {
        Health health = new Health();
        AtomicBoolean room = new AtomicBoolean(true);
        health.addLive("stores", Health.Status.Good::new);
        health.addReady(
                "disk", () -> room.get() ? new Health.Status.Good() : new Health.Status.Bad("12 MiB \"left\" of 512"));
        assertThat(health.ready().good()).isTrue();
        room.set(false);
        assertThat(health.live().good()).isTrue();
        assertThat(health.live().toJson())
                .isEqualTo("{\"status\":\"ok\",\"checks\":[{\"name\":\"stores\",\"ok\":true}]}");
        assertThat(health.ready().good()).isFalse();
        assertThat(health.ready().toJson())
                .isEqualTo("{\"status\":\"failing\",\"checks\":[{\"name\":\"stores\",\"ok\":true},"
                        + "{\"name\":\"disk\",\"ok\":false,\"reason\":\"12 MiB \\\"left\\\" of 512\"}]}");
    }
}
