package dev.tradewind;

import dev.tradewind.operate.config.Configuration;
import dev.tradewind.operate.config.Origin;
import dev.tradewind.operate.config.Problem;
import dev.tradewind.shaping.Place;
import dev.tradewind.shaping.ProfileProblem;
import dev.tradewind.shaping.ProfileReader;
import dev.tradewind.shaping.Profiles;
import dev.tradewind.shaping.ShapingSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The profiles in use: the shipped ones and over them the operator's file, which is looked at again whenever {@link #poll} is called. A file
 * that cannot be read or has a mistake changes nothing: the profiles before it stay, and the log says once why. Any thread may ask; one polls.
 */
final class ReloadingProfiles implements Supplier<Profiles> {
    private static final Logger LOG = LoggerFactory.getLogger(ReloadingProfiles.class);
    private static final int MOST_OCTETS = 1 << 20;

    private final Profiles base;
    private final Optional<Path> file;

    /** What the file held when it was last looked at; empty if it could not be read. */
    private Optional<byte[]> seen;

    private volatile Profiles current;
    private volatile boolean refused;

    /** What a look at the file gave. */
    enum Look {
        UNCHANGED,
        READ,
        REFUSED
    }

    private ReloadingProfiles(Profiles base, Optional<Path> file, Profiles current, Optional<byte[]> seen) {
        this.base = base;
        this.file = file;
        this.current = current;
        this.seen = seen;
    }

    /**
     * Reads the file, if there is one.
     *
     * @param base what it is laid over
     * @throws IOException if it is refused, with everything that is wrong
     */
    static ReloadingProfiles open(Profiles base, Optional<Path> file) throws IOException {
        if (file.isEmpty()) {
            return new ReloadingProfiles(base, file, base, Optional.empty());
        }
        byte[] octets = Files.readAllBytes(file.get());
        return switch (read(octets, file.get(), base)) {
            case ProfileReader.Reading.Read(Profiles profiles) ->
                new ReloadingProfiles(base, file, profiles, Optional.of(octets));
            case ProfileReader.Reading.Refused(List<ProfileProblem> problems) ->
                throw new IOException("shaping.profiles is refused:\n"
                        + String.join(
                                "\n", problems.stream().map(Object::toString).toList()));
        };
    }

    /** What is wrong with the file that a configuration names; for {@code tradewind check}. */
    static List<Problem> problems(Configuration settings) {
        Optional<Path> named = settings.get(ShapingSettings.class).profiles();
        if (named.isEmpty()) {
            return List.of();
        }
        return switch (read(named.get(), Profiles.shipped())) {
            case ProfileReader.Reading.Read _ -> List.of();
            case ProfileReader.Reading.Refused(List<ProfileProblem> problems) ->
                problems.stream().map(ReloadingProfiles::problem).toList();
        };
    }

    private static Problem problem(ProfileProblem wrong) {
        return new Problem(
                new Origin.InFile(wrong.place().file(), wrong.place().line(), 1), wrong.key(), wrong.message());
    }

    @Override
    public Profiles get() {
        return current;
    }

    /** Whether the file as it is now is refused, so that what is in use is older. */
    boolean isRefused() {
        return refused;
    }

    /** Looks at the file again. */
    synchronized Look poll() {
        if (file.isEmpty()) {
            return Look.UNCHANGED;
        }
        Path path = file.get();
        Optional<byte[]> now = octets(path);
        if (now.isPresent() == seen.isPresent() && (now.isEmpty() || Arrays.equals(now.get(), seen.orElseThrow()))) {
            return Look.UNCHANGED;
        }
        seen = now;
        ProfileReader.Reading reading = now.isPresent() ? read(now.get(), path, base) : read(path, base);
        return switch (reading) {
            case ProfileReader.Reading.Read(Profiles profiles) -> {
                current = profiles;
                refused = false;
                LOG.atInfo().addKeyValue("file", path).log("read the changed profiles");
                yield Look.READ;
            }
            case ProfileReader.Reading.Refused(List<ProfileProblem> problems) -> {
                refused = true;
                problems.forEach(problem ->
                        LOG.atError().addKeyValue("at", problem.place()).log(problem.key() + " " + problem.message()));
                LOG.atError()
                        .addKeyValue("file", path)
                        .addKeyValue("problems", problems.size())
                        .log("the changed profiles are refused; those before stay in use");
                yield Look.REFUSED;
            }
        };
    }

    // Reading a file of at most a megabyte every few seconds costs nothing, and sees what a changed time stamp may
    // miss.
    private static Optional<byte[]> octets(Path path) {
        try {
            return Files.size(path) > MOST_OCTETS ? Optional.empty() : Optional.of(Files.readAllBytes(path));
        } catch (IOException e) {
            LOG.atDebug().setCause(e).addKeyValue("file", path).log("cannot read the profiles");
            return Optional.empty();
        }
    }

    private static ProfileReader.Reading read(Path path, Profiles base) {
        try {
            if (Files.size(path) > MOST_OCTETS) {
                return wrong(path, "is larger than 1 MiB");
            }
            return read(Files.readAllBytes(path), path, base);
        } catch (NoSuchFileException e) {
            return wrong(path, "there is no such file");
        } catch (IOException e) {
            return wrong(path, "cannot be read: " + e);
        }
    }

    private static ProfileReader.Reading read(byte[] octets, Path path, Profiles base) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(octets))
                    .toString();
            return ProfileReader.read(text, path.toString(), base);
        } catch (CharacterCodingException e) {
            return wrong(path, "is not UTF-8");
        }
    }

    private static ProfileReader.Reading wrong(Path path, String message) {
        return new ProfileReader.Reading.Refused(
                List.of(new ProfileProblem(new Place(path.toString(), 1), "", message)));
    }
}
