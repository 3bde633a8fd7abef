package dev.tradewind;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;

/** What holds for every text file of the repository. */
class RepositoryTest {
    private static final Set<String> NOT_OURS = Set.of(".git", "target", "data", "node_modules", ".idea", ".vscode");
    /** What a merge leaves where it could not decide; put together here, so that this file is none of them. */
    private static final List<String> MARKERS = List.of("<".repeat(7) + " ", ">".repeat(7) + " ", "|".repeat(7) + " ");

    @Test
    void noFileHasMarkersOfAConflict() throws IOException {
        List<String> found = new ArrayList<>();
        int[] read = {0};
        Path root = Path.of("").toAbsolutePath();
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                return !directory.equals(root)
                                && NOT_OURS.contains(directory.getFileName().toString())
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (attributes.isRegularFile()) {
                    read[0]++;
                    markers(file, found);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        assertThat(found).isEmpty();
        assertThat(read[0]).as("files read").isGreaterThan(500);
    }

    @Test
    void markersAreFound() throws IOException {
        Path file = Files.createTempFile("conflict", ".md");
        try {
            Files.writeString(file, "a\r\n" + MARKERS.get(0) + "HEAD\nb\n=======\nc\n" + MARKERS.get(1) + "other\n");
            List<String> found = new ArrayList<>();
            markers(file, found);
            assertThat(found).containsExactly(file + ":2", file + ":6");
        } finally {
            Files.delete(file);
        }
    }

    private static void markers(Path file, List<String> found) throws IOException {
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        if (text.indexOf('\0') >= 0) {
            return; // no text
        }
        int line = 1;
        for (int at = 0; at >= 0 && at < text.length(); line++) {
            for (String marker : MARKERS) {
                if (text.startsWith(marker, at)) {
                    found.add(file + ":" + line);
                }
            }
            int end = text.indexOf('\n', at);
            at = end < 0 ? -1 : end + 1;
        }
    }
}
