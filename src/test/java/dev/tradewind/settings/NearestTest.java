package dev.tradewind.settings;

import org.junit.jupiter.api.Test;

import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

class NearestTest {
    private static final List<String> KNOWN =
            List.of("api.listen", "smtp.submission.listen", "delivery.retry", "data", "tls.key");

    @Test
    void typosAndSwapsAreFound() {
        assertThat(Nearest.of("api.lsiten", KNOWN)).contains("api.listen");
        assertThat(Nearest.of("delivery.retries", KNOWN)).contains("delivery.retry");
        assertThat(Nearest.of("smtp.listen", KNOWN)).contains("api.listen");
        assertThat(Nearest.of("certificates.server.key", KNOWN)).contains("tls.key");
        assertThat(Nearest.of("entirely.different", KNOWN)).isEmpty();
    }

    @Test
    void swapOfNeighboursIsOneEdit() {
        assertThat(Nearest.edits("ab", "ba")).isEqualTo(1);
        assertThat(Nearest.edits("", "abc")).isEqualTo(3);
        assertThat(Nearest.edits("kitten", "sitting")).isEqualTo(3);
    }
}
