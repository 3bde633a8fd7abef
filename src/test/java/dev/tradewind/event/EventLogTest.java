package dev.tradewind.event;

import dev.tradewind.mail.MessageId;
import dev.tradewind.settings.ByteSize;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

import static org.assertj.core.api.Assertions.assertThat;

class EventLogTest {
    @TempDir
    Path directory;

    private final Happened happened = new Happened();
    private Instant now = Happened.NOON;

    private EventLog open(String rotateSize) throws IOException {
        return open(happened.stream(), rotateSize);
    }

    private EventLog open(EventStream stream, String rotateSize) throws IOException {
        return new EventLog(
                stream,
                directory.resolve("events.log"),
                new EventLogSettings(Optional.empty(), ByteSize.parse(rotateSize), true),
                () -> now);
    }

    private void happen(int count) {
        for (int i = 0; i < count; i++) {
            happened.add(EventType.DELIVERY, new MessageId(1, i), "a@example.com", now);
        }
    }

    private List<String> written() throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> all = Files.list(directory)) {
            all.filter(file -> file.toString().endsWith(".gz")).sorted().forEach(files::add);
        }
        List<String> lines = new ArrayList<>();
        for (Path file : files) {
            try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
                new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().forEach(lines::add);
            }
        }
        lines.addAll(Files.readAllLines(directory.resolve("events.log")));
        return lines;
    }

    private void assertEachOnceInOrder() throws IOException {
        List<String> expected = happened.stream().read(0, 100_000).stream()
                .map(s -> new String(s.event().json(), StandardCharsets.UTF_8))
                .toList();
        assertThat(written()).isEqualTo(expected);
    }

    @Test
    void everyEventBecomesALine() throws IOException {
        try (EventLog log = open("1MiB")) {
            happen(3);
            assertThat(log.pump()).isEqualTo(3);
            assertThat(log.pump()).isZero();
            happen(2);
        }
        assertEachOnceInOrder();
        assertThat(happened.stream().consumerOffset("log")).isEqualTo(5);
        happen(1);
        open("1MiB").close();
        assertEachOnceInOrder();
    }

    @Test
    void followsTheStreamByItself() throws IOException {
        happen(5);
        try (EventLog log = open("1MiB").start()) {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (happened.stream().consumerOffset("log") < 5) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                LockSupport.parkNanos(1_000_000);
            }
            assertThat(log).isNotNull();
        }
        assertEachOnceInOrder();
    }

    @Test
    void crashBeforeTheOffsetWasStoredRepeatsNothing() throws IOException {
        happen(10);
        open("1MiB").close();
        happened.stream().consumerOffset("log", 4);
        happen(2);
        open("1MiB").close();
        assertEachOnceInOrder();
    }

    @Test
    void halfALineIsCutOffAndWrittenAgain() throws IOException {
        happen(3);
        open("1MiB").close();
        happen(1);
        Files.writeString(directory.resolve("events.log"), "{\"event_id\":\"e3", StandardOpenOption.APPEND);
        open("1MiB").close();
        assertEachOnceInOrder();
    }

    @Test
    void rotatesBySizeAndByDay() throws IOException {
        try (EventLog log = open("4KiB")) {
            for (int i = 0; i < 10; i++) {
                happen(30);
                log.pump();
            }
            now = now.plus(Duration.ofDays(1));
            happen(1);
            log.pump();
            assertThat(Files.readAllLines(directory.resolve("events.log"))).hasSize(1);
        }
        try (Stream<Path> all = Files.list(directory)) {
            assertThat(all.map(file -> file.getFileName().toString()))
                    .contains("events.log.20260301T120000Z.gz", "events.log.20260302T120000Z.gz")
                    .allMatch(name -> name.equals("events.log") || name.endsWith("Z.gz"));
        }
        assertEachOnceInOrder();
    }

    @Test
    void crashRightAfterARotationRepeatsNothing() throws IOException {
        happen(10);
        open("1MiB").close();
        Files.move(directory.resolve("events.log"), directory.resolve("events.log.20260301T120000Z"));
        happened.stream().consumerOffset("log", 7);
        open("1MiB").close();
        assertEachOnceInOrder();
        assertThat(directory.resolve("events.log.20260301T120000Z")).doesNotExist();
    }
}
