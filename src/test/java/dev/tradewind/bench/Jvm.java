package dev.tradewind.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How JVMs are started: this runtime, this class path, and for the product the options its launcher has. */
final class Jvm {
    private Jvm() {}

    /** The root of the sources: where the launcher is. */
    static Path root() {
        return Path.of(System.getProperty("tradewind.root", "")).toAbsolutePath();
    }

    /** Our class path, good in any directory. */
    static String classPath() {
        return Stream.of(System.getProperty("java.class.path", "").split(File.pathSeparator))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }

    static List<String> command(String... options) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home", ""), "bin", "java").toString());
        command.addAll(List.of(options));
        return command;
    }

    /** The tool of the JDK with this name. */
    static String tool(String name) {
        return Path.of(System.getProperty("java.home", ""), "bin", name).toString();
    }

    /**
     * The options with which the launcher starts the server, read from the launcher itself.
     *
     * @throws IOException if the launcher has no {@code server_options}
     */
    static List<String> serverOptions() throws IOException {
        String launcher = Files.readString(root().resolve("tradewind"));
        String name = "\nserver_options=(";
        int start = launcher.indexOf(name);
        int end = launcher.indexOf(')', start);
        if (start < 0 || end < 0) {
            throw new IOException(root().resolve("tradewind") + " has no server_options");
        }
        return List.of(launcher.substring(start + name.length(), end).strip().split("\\s+"));
    }
}
