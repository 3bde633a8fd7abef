package dev.tradewind.operate.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

class FactEncoderTest {
    private static final String HOSTILE = "a\r\n2026 ERROR forged \u001b[31m\u2028\"\\";

    private final LoggerContext context = new LoggerContext();

    private LoggingEvent event(String message) {
        LoggingEvent event = new LoggingEvent(
                "fqcn", context.getLogger("dev.tradewind.spool.RocksSpool"), Level.WARN, message, null, null);
        event.setMDCPropertyMap(Map.of());
        event.setInstant(Instant.parse("2026-11-24T01:02:03.456Z"));
        return event;
    }

    private static String encode(LoggingEvent event, boolean json) {
        FactEncoder encoder = new FactEncoder();
        encoder.json(json);
        return new String(encoder.encode(event), StandardCharsets.UTF_8);
    }

    @Test
    void textLineHasTimeLevelLoggerMessageAndPairs() {
        LoggingEvent event = event("low on disk");
        event.addKeyValuePair(new KeyValuePair("free", 12));
        event.addKeyValuePair(new KeyValuePair("path", "/a b"));
        assertThat(encode(event, false))
                .isEqualTo("2026-11-24T01:02:03.456Z WARN  spool.RocksSpool low on disk free=12 path=\"/a b\"\n");
    }

    @Test
    void nobodyForgesALine() {
        LoggingEvent event = event(HOSTILE);
        event.addKeyValuePair(new KeyValuePair("said", HOSTILE));
        String line = encode(event, false);
        assertThat(line.indexOf('\n')).isEqualTo(line.length() - 1);
        assertThat(line).doesNotContain("\r").doesNotContain("\u001b").doesNotContain("\u2028");
    }

    @Test
    void jsonLineIsOneObjectWithTheSameFacts() {
        LoggingEvent event = event(HOSTILE);
        event.addKeyValuePair(new KeyValuePair("said", HOSTILE));
        JsonNode json = JsonMapper.shared().readTree(encode(event, true));
        assertThat(json.path("ts").asString()).isEqualTo("2026-11-24T01:02:03.456Z");
        assertThat(json.path("level").asString()).isEqualTo("warn");
        assertThat(json.path("msg").asString()).isEqualTo(HOSTILE);
        assertThat(json.path("said").asString()).isEqualTo(HOSTILE);
    }

    @Test
    void exceptionIsOnTheSameLine() {
        LoggingEvent event = new LoggingEvent(
                "fqcn",
                context.getLogger("x"),
                Level.ERROR,
                "failed",
                new IllegalStateException("outer", new IOException("disk\nfull")),
                null);
        event.setMDCPropertyMap(Map.of());
        String line = encode(event, false);
        assertThat(line)
                .contains("error=\"java.lang.IllegalStateException: outer < java.io.IOException: disk\\nfull\"")
                .contains("FactEncoderTest.exceptionIsOnTheSameLine:");
        assertThat(line.indexOf('\n')).isEqualTo(line.length() - 1);
    }
}
