package dev.tradewind.api;

import dev.tradewind.account.ControlUnavailable;
import dev.tradewind.account.Grant;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/** {@code /api/v1/operate}: what the operator may ask of a running instance. */
public final class OperateResource {
    private static final String TAG = "Operate";

    private final Backups backups;

    /** Port: makes a backup of everything, online and consistent. */
    @FunctionalInterface
    public interface Backups {
        /**
         * What was written.
         *
         * @param files  number of files
         * @param octets their sizes together
         */
        record Made(int files, long octets) {}

        /**
         * Writes a backup.
         *
         * @param directory absolute, on the machine of the instance; new or empty
         * @throws IOException if it is not empty or cannot be written; the message says why
         */
        Made backup(Path directory) throws IOException, ControlUnavailable;
    }

    /** @param backups makes them */
    public OperateResource(Backups backups) {
        this.backups = backups;
    }

    /** Its endpoints. */
    public List<Endpoint> endpoints() {
        return List.of(Endpoint.of("POST", "/api/v1/operate/backup")
                .grant(Grant.OPERATE)
                .doc(
                        TAG,
                        "Make a backup",
                        "Writes a consistent copy of all stores, secrets included, into a new directory on the machine of the instance, while it goes on working. `tradewind restore` makes a data directory of it.")
                .body("BackupRequest", true)
                .answers(200, "BackupMade", "The backup is whole and synced.")
                .answers(
                        409,
                        "Errors",
                        "The directory is not empty or cannot be written (1602); `description` says why.")
                .by(this::backup));
    }

    private Answer backup(Call call) throws Refusal, IOException, ControlUnavailable {
        Fields fields = new Fields(Json.readObject(call.body()), "");
        Path directory;
        try {
            directory = Path.of(fields.requiredString("directory", 4096));
        } catch (InvalidPathException e) {
            throw Refusal.format("'directory' is not a path");
        }
        if (!directory.isAbsolute()) {
            throw Refusal.format("'directory' must be an absolute path");
        }
        Backups.Made made;
        try {
            made = backups.backup(directory);
        } catch (IOException e) {
            throw Refusal.of(409, 1602, "Conflict", String.valueOf(e.getMessage()));
        }
        ObjectNode results = Json.object();
        results.put("directory", directory.toString());
        results.put("files", made.files());
        results.put("octets", made.octets());
        return Answer.results(results);
    }
}
