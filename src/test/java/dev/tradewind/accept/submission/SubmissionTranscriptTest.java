package dev.tradewind.accept.submission;

import dev.tradewind.smtp.transcript.TestCertificate;
import dev.tradewind.smtp.transcript.Transcript;
import dev.tradewind.smtp.transcript.TranscriptWire;
import dev.tradewind.spool.Recipient;
import dev.tradewind.spool.WatchedSpool;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** The dialogues of {@code src/test/transcripts/submission}, over loopback sockets. */
class SubmissionTranscriptTest {
    static Stream<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/test/transcripts/submission"))) {
            return files.filter(file -> file.toString().endsWith(".txt")).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void saysWhatTheTranscriptSays(Path file) throws IOException {
        Transcript transcript = Transcript.read(file);
        try (SubmissionFixture fixture = SubmissionFixture.start(SubmissionFixture.Options.of(transcript.settings()));
                TranscriptWire wire = TranscriptWire.of(fixture.connect(), TestCertificate.context())) {
            transcript.play(Transcript.Role.CLIENT, wire);
            List<String> results = new ArrayList<>();
            for (WatchedSpool.Committed committed : fixture.spool.committed) {
                results.add(describe(committed));
            }
            assertThat(results).isEqualTo(transcript.results());
            assertThat(fixture.spool.open).as("stagings left open").hasValue(0);
        }
    }

    private static String describe(WatchedSpool.Committed committed) {
        StringBuilder line = new StringBuilder()
                .append(committed.transmission().tenant().account())
                .append('/')
                .append(committed.transmission().tenant().subaccount())
                .append(' ')
                .append(committed.transmission().returnPath());
        for (Recipient recipient : committed.recipients()) {
            line.append(' ').append(recipient.path().address());
            if (recipient.kind() != Recipient.Kind.TO) {
                line.append('/').append(recipient.kind());
            }
        }
        return line.toString();
    }
}
