package dev.tradewind.soak;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;

/** The acceptance runs of {@link Soak} at a size for every day. */
class SoakTest {
    private static final long SEED = 4711;

    @TempDir
    Path directory;

    @Test
    void killedUnderLoadLosesNothing() throws Exception {
        assertThat(KillRun.run(directory, KillRun.Size.CI, SEED, System.out)).isEmpty();
    }

    @Test
    void stoppedUnderLoadDrainsAndSendsNothingTwice() throws Exception {
        assertThat(StopRun.run(directory, StopRun.Size.CI, SEED, System.out)).isEmpty();
    }

    @Test
    @Tag("needs-root")
    void fullDiskLosesNothingAndNeedsNoRestart() throws Exception {
        assertThat(DiskFullRun.run(directory, DiskFullRun.Size.CI, SEED, System.out))
                .isEmpty();
    }

    @Test
    void hostileSmtpClientsGetDocumentedRepliesAndLeaveNothing() throws Exception {
        assertThat(FuzzRun.run("fuzz-smtp", SmtpFuzzClient::new, directory, 2000, SEED, System.out))
                .isEmpty();
    }

    @Test
    void hostileApiClientsGetDocumentedAnswersAndLeaveNothing() throws Exception {
        assertThat(FuzzRun.run("fuzz-api", ApiFuzzClient::new, directory, 2000, SEED, System.out))
                .isEmpty();
    }

    @Test
    void backlogIsDeliveredSoonAfterAStart() throws Exception {
        assertThat(PendingRun.run(directory, 20_000, System.out)).isEmpty();
    }
}
