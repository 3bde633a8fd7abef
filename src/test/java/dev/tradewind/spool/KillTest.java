package dev.tradewind.spool;

import dev.tradewind.mail.MessageId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/** Kills a process that uses a store, with SIGKILL, again and again, and looks at what is left (invariants 1 to 3). */
class KillTest {
    private static final int ROUNDS = 10;

    @TempDir
    Path directory;

    private final Map<Long, Integer> sent = new HashMap<>();
    private final Set<Long> cancelled = new HashSet<>();
    private final Set<Long> generated = new HashSet<>();
    private final Set<MessageId> finals = new HashSet<>();

    @Test
    void nothingAcknowledgedIsLostAndNothingIsHalfThere() throws Exception {
        long seed = 20_260_301;
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            int before = sent.size();
            runAndKill(seed + round, 50 + random.nextInt(450));
            assertThat(sent.size()).as("sent in round " + round).isGreaterThan(before);
            try (RocksSpool spool = RocksSpoolTest.open(directory.resolve("s"), () -> Mail.NOON, () -> 1L << 40)) {
                check(spool, round);
            }
        }
        System.out.printf(
                "%d kills: %d transmissions and %d finals acknowledged, none lost%n",
                ROUNDS, sent.size(), finals.size());
    }

    private void runAndKill(long seed, long millis) throws IOException, InterruptedException {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.tradewind.spool.KilledChild",
                        directory.resolve("s").toString(),
                        Long.toString(seed))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            List<String> heard = new ArrayList<>();
            String first = lines.readLine();
            while (first != null && !first.startsWith("! ")) {
                first = lines.readLine();
            }
            Thread killer = Thread.ofVirtual().start(() -> {
                try {
                    child.waitFor(millis, TimeUnit.MILLISECONDS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                // Not Process.destroyForcibly: that would throw away what the pipe still holds.
                child.toHandle().destroyForcibly();
            });
            for (String line = first; line != null; line = lines.readLine()) {
                if (line.startsWith("! ")) {
                    heard.add(line.substring(2));
                }
            }
            killer.join();
            heard.forEach(this::note);
        }
        assertThat(child.waitFor()).as("killed, not ended").isEqualTo(137);
    }

    /** The last line may have been cut off. */
    private void note(String line) {
        String[] words = line.split(" ", -1);
        switch (words[0]) {
            case "sent" -> {
                if (words.length == 3 && words[1].length() == 19 && !words[2].isEmpty()) {
                    sent.put(Long.parseLong(words[1]), Integer.parseInt(words[2]));
                }
            }
            case "cancelled" -> noteId(words, cancelled);
            case "generated" -> noteId(words, generated);
            case "final" -> {
                if (words.length == 2 && words[1].length() == 32) {
                    finals.add(MessageId.parse(words[1]));
                }
            }
            default -> assertThat(line).as("cut off").hasSizeLessThan(12);
        }
    }

    private static void noteId(String[] words, Set<Long> ids) {
        if (words.length == 2 && words[1].length() == 19) {
            ids.add(Long.parseLong(words[1]));
        }
    }

    private void check(RocksSpool spool, int round) {
        assertThat(StoreAudit.problems(spool)).as("round " + round).isEmpty();
        for (Long id : sent.keySet()) {
            if (cancelled.contains(id)) {
                assertThat(spool.ungenerated(id))
                        .as("cancelled " + id)
                        .hasValueSatisfying(
                                left -> assertThat(left.progress()).isEqualTo(Spool.Ungenerated.Progress.CANCELLING));
            } else if (generated.contains(id)) {
                assertThat(spool.ungenerated(id)).as("generated " + id).isEmpty();
            }
            assertThat(spool.transmission(id)).as("sent " + id).isPresent();
        }
        for (MessageId message : finals) {
            assertThat(spool.recipient(message)).as("final " + message).isEmpty();
            List<Boolean> types = new ArrayList<>();
            spool.events()
                    .backwardsOfMessage(
                            message,
                            Long.MAX_VALUE,
                            0,
                            s -> types.add(s.event().type().isFinal()));
            assertThat(types).as("final " + message).containsExactly(true, false, false);
        }
    }
}
