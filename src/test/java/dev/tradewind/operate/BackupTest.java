package dev.tradewind.operate;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class BackupTest {
    @TempDir
    Path directory;

    private Path backup;
    private Path target;
    private String adminKey = "";

    @BeforeEach
    void makeBackup() throws IOException {
        backup = directory.resolve("backup");
        target = directory.resolve("restored");
        try (DataDirectory data = DataDirectory.open(directory.resolve("data"))) {
            adminKey = data.adminKey().value();
            Backup.begin(data, backup);
        }
        Files.createDirectories(backup.resolve("spool"));
        Files.writeString(backup.resolve("spool/000001.sst"), "mail");
        assertThat(Backup.seal(backup, Instant.EPOCH).files()).isEqualTo(3);
    }

    @Test
    void restoredDirectoryOpensWithTheSameKeys() throws IOException {
        Backup.Contents contents = Backup.restore(backup, target, directory -> {});
        assertThat(contents.files()).isEqualTo(3);
        try (DataDirectory data = DataDirectory.open(target)) {
            assertThat(data.adminKey()).isEqualTo(new DataDirectory.AdminKey(adminKey, false));
            assertThat(data.spool().resolve("000001.sst")).hasContent("mail");
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(target.resolve("secrets/admin.key"))))
                .isEqualTo("rw-------");
    }

    @Test
    void directoryInUseIsNotOverwritten() throws IOException {
        Files.createDirectories(target);
        Files.writeString(target.resolve("lock"), "");
        assertThatThrownBy(() -> Backup.restore(backup, target, directory -> {}))
                .hasMessageContaining("not empty");
        assertThatThrownBy(() -> {
                    try (DataDirectory data = DataDirectory.open(directory.resolve("data"))) {
                        Backup.begin(data, backup);
                    }
                })
                .hasMessageContaining("not empty");
    }

    @Test
    void damageIsFoundBeforeAnythingIsInPlace() throws IOException {
        Files.writeString(backup.resolve("spool/000001.sst"), "maik");
        assertThatThrownBy(() -> Backup.restore(backup, target, directory -> {}))
                .hasMessageContaining("damaged");
        Files.writeString(backup.resolve("spool/000001.sst"), "mailmail");
        assertThatThrownBy(() -> Backup.restore(backup, target, directory -> {}))
                .hasMessageContaining("not whole");
        assertThat(target).doesNotExist();
    }

    @Test
    void manifestCannotNameFilesOutside() throws IOException {
        String manifest = Files.readString(backup.resolve(Backup.MANIFEST));
        Files.writeString(backup.resolve(Backup.MANIFEST), manifest.replace("spool/000001.sst", "../data/format"));
        assertThatThrownBy(() -> Backup.restore(backup, target, directory -> {}))
                .hasMessageContaining("outside itself");
    }

    @Test
    void withoutManifestItIsNoBackup() throws IOException {
        Files.delete(backup.resolve(Backup.MANIFEST));
        assertThatThrownBy(() -> Backup.restore(backup, target, directory -> {}))
                .hasMessageContaining("no whole backup");
        Files.writeString(backup.resolve(Backup.MANIFEST), "{");
        assertThatThrownBy(() -> Backup.restore(backup, target, directory -> {}))
                .hasMessageContaining("not the manifest");
    }
}
