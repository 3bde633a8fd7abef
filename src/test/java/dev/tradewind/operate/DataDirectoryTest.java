package dev.tradewind.operate;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class DataDirectoryTest {
    @TempDir
    Path directory;

    private Path data() {
        return directory.resolve("data");
    }

    @Test
    void keysAreMadeOnceAndReadableByTheOwnerAlone() throws IOException {
        byte[] master;
        DataDirectory.AdminKey admin;
        try (DataDirectory data = DataDirectory.open(data())) {
            master = data.masterKey();
            admin = data.adminKey();
            assertThat(master).hasSize(32);
            assertThat(admin.made()).isTrue();
            assertThat(admin.value()).hasSize(40);
            assertThat(admin.toString()).doesNotContain(admin.value());
        }
        try (DataDirectory data = DataDirectory.open(data())) {
            assertThat(data.masterKey()).isEqualTo(master);
            assertThat(data.adminKey()).isEqualTo(new DataDirectory.AdminKey(admin.value(), false));
        }
        assertThat(DataDirectory.readAdminKey(data())).contains(admin.value());
        for (String secret : new String[] {"master.key", "admin.key"}) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(
                            data().resolve("secrets").resolve(secret))))
                    .isEqualTo("rw-------");
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data())))
                .isEqualTo("rwx------");
    }

    @Test
    void oneHolderAtATime() throws IOException {
        try (DataDirectory _ = DataDirectory.open(data())) {
            assertThatThrownBy(() -> DataDirectory.open(data()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("in use by this process");
        }
        DataDirectory.open(data()).close();
    }

    @Test
    void anotherProcessIsNamed() throws Exception {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Process other = new ProcessBuilder(
                        java.toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        HoldsDataDirectory.class.getName(),
                        data().toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            assertThat(other.inputReader().readLine()).isEqualTo("held");
            assertThatThrownBy(() -> DataDirectory.open(data()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("in use by process " + other.pid());
        } finally {
            other.destroyForcibly().waitFor();
        }
        DataDirectory.open(data()).close();
    }

    @Test
    void anotherFormatIsRefused() throws IOException {
        DataDirectory.open(data()).close();
        Files.writeString(data().resolve("format"), "99\n");
        assertThatThrownBy(() -> DataDirectory.open(data()))
                .hasMessageContaining("has format 99, this version reads 1");
    }

    @Test
    void damagedMasterKeyIsRefused() throws IOException {
        try (DataDirectory data = DataDirectory.open(data())) {
            Files.writeString(data().resolve("secrets/master.key"), "abc\n");
            assertThatThrownBy(data::masterKey).hasMessageContaining("is not 64 hex digits");
        }
    }
}
