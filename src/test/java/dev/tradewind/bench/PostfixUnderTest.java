package dev.tradewind.bench;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The distribution's Postfix, with or without OpenDKIM as its milter, in directories of its own. Needs root. */
final class PostfixUnderTest implements ServerUnderTest {
    private final String name;
    private final Path directory;
    private final int smtpPort;
    private final CpuAccount account;
    private final Process master;
    private final @Nullable CpuAccount milterAccount;
    private final @Nullable Process milter;

    /**
     * What is special about this Postfix.
     *
     * @param signs    with OpenDKIM
     * @param tlsReuse whether TLS connections are used for more than one message
     * @param preload  a library for all its processes
     */
    record Options(boolean signs, boolean tlsReuse, Optional<Path> preload) {}

    /** Whether what is needed is there: the programs, and root. */
    static boolean isPossible() {
        return "root".equals(System.getProperty("user.name"))
                && find("postfix").isPresent()
                && find("opendkim").isPresent();
    }

    private static Optional<Path> find(String program) {
        return List.of("/usr/sbin", "/sbin", "/usr/local/sbin", "/usr/bin").stream()
                .map(directory -> Path.of(directory, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Starts it; returns when it listens. */
    PostfixUnderTest(String name, Path directory, int sinkPort, Options options)
            throws IOException, InterruptedException {
        this.name = name;
        this.directory = directory;
        this.smtpPort = ServerUnderTest.freePort();
        int milterPort = ServerUnderTest.freePort();
        for (String part : List.of("etc", "queue", "data", "log")) {
            Files.createDirectories(directory.resolve(part));
        }
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        run("chown", "postfix", directory.resolve("data").toString());
        if (options.signs()) {
            milterAccount = CpuAccount.open("opendkim");
            milter = startMilter(milterPort, options.preload());
        } else {
            milterAccount = null;
            milter = null;
        }
        Path etc = directory.resolve("etc");
        Map<String, Object> values = Map.of(
                "DIR",
                directory,
                "COMMANDS",
                setting("command_directory"),
                "DAEMONS",
                setting("daemon_directory"),
                "SINK_PORT",
                sinkPort,
                "SMTP_PORT",
                smtpPort,
                "TLS_REUSE",
                options.tlsReuse() ? "yes" : "no",
                "MILTERS",
                options.signs() ? "inet:127.0.0.1:" + milterPort : "",
                "ENVIRONMENT",
                options.preload().map(library -> "LD_PRELOAD=" + library).orElse(""));
        Files.writeString(etc.resolve("main.cf"), ServerUnderTest.template("postfix-main.cf", values));
        Files.writeString(etc.resolve("master.cf"), ServerUnderTest.template("postfix-master.cf", values));
        account = CpuAccount.open("postfix");
        Path log = directory.resolve("start.log");
        master = account.start(builder(options.preload(), log, program("postfix"), "-c", etc.toString(), "start-fg"));
        try {
            ServerUnderTest.awaitListening(master, smtpPort, log);
        } catch (IOException | InterruptedException | RuntimeException e) {
            stop();
            throw e;
        }
    }

    private Process startMilter(int port, Optional<Path> preload) throws IOException, InterruptedException {
        run(
                "openssl",
                "genrsa",
                "-traditional",
                "-out",
                directory.resolve("dkim.key").toString(),
                "2048");
        Path configuration = directory.resolve("opendkim.conf");
        Files.writeString(
                configuration,
                ServerUnderTest.template("opendkim.conf", Map.of("DIR", directory, "MILTER_PORT", port)));
        Path log = directory.resolve("opendkim.log");
        CpuAccount of = milterAccount;
        if (of == null) {
            throw new IllegalStateException("no account for the milter");
        }
        Process process = of.start(builder(preload, log, program("opendkim"), "-f", "-x", configuration.toString()));
        try {
            ServerUnderTest.awaitListening(process, port, log);
        } catch (IOException | InterruptedException | RuntimeException e) {
            of.close();
            throw e;
        }
        return process;
    }

    private static ProcessBuilder builder(Optional<Path> preload, Path log, String... command) {
        ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(List.of(command)))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        preload.ifPresent(library -> builder.environment().put("LD_PRELOAD", library.toString()));
        return builder;
    }

    private static String program(String name) throws IOException {
        return find(name)
                .orElseThrow(() -> new IOException(name + " is not installed"))
                .toString();
    }

    private static String setting(String parameter) throws IOException, InterruptedException {
        return output(program("postconf"), "-dh", parameter).strip();
    }

    private static void run(String... command) throws IOException, InterruptedException {
        output(command);
    }

    private static String output(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + " failed: " + said);
        }
        return said;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int smtpPort() {
        return smtpPort;
    }

    @Override
    public Optional<RestAccess> rest() {
        return Optional.empty();
    }

    @Override
    public boolean signs() {
        return milter != null;
    }

    @Override
    public Map<String, Long> cpuMicros() throws IOException {
        Map<String, Long> parts = new LinkedHashMap<>();
        parts.put("Postfix", account.micros());
        if (milterAccount != null) {
            parts.put("OpenDKIM", milterAccount.micros());
        }
        return parts;
    }

    @Override
    public String cpuMethod() {
        return account.method();
    }

    @Override
    public Optional<String> dkimRecord() {
        if (milter == null) {
            return Optional.empty();
        }
        try {
            String pem = output(
                    "openssl",
                    "rsa",
                    "-pubout",
                    "-in",
                    directory.resolve("dkim.key").toString());
            int begin = pem.indexOf("-----BEGIN PUBLIC KEY-----");
            int end = pem.indexOf("-----END PUBLIC KEY-----");
            String base64 = pem.substring(begin + "-----BEGIN PUBLIC KEY-----".length(), end);
            return Optional.of("v=DKIM1; k=rsa; p=" + base64.replace("\n", ""));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public List<Long> processes() throws IOException {
        List<Long> all = new ArrayList<>(account.processes());
        if (milterAccount != null) {
            all.addAll(milterAccount.processes());
        }
        return all;
    }

    @Override
    public void stop() throws IOException, InterruptedException {
        Process stop = new ProcessBuilder(
                        program("postfix"), "-c", directory.resolve("etc").toString(), "stop")
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("stop.log").toFile())
                .start();
        stop.waitFor(10, TimeUnit.SECONDS);
        master.waitFor(5, TimeUnit.SECONDS);
        account.close();
        if (milter != null && milterAccount != null) {
            milter.destroy();
            milter.waitFor(5, TimeUnit.SECONDS);
            milterAccount.close();
        }
    }
}
