package dev.tradewind.soak;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a JVM uses (Linux).
 *
 * @param threads        platform threads
 * @param descriptors    open file descriptors
 * @param heapOctets     live objects: heap in use behind a full collection
 * @param residentOctets resident memory
 * @param peakOctets     the most resident memory so far
 * @param sessions       live objects that belong to one connection, one request or one virtual thread
 */
record ProcessFigures(
        int threads, int descriptors, long heapOctets, long residentOctets, long peakOctets, long sessions) {
    private static final Pattern USED = Pattern.compile("used (\\d+)K");
    private static final Pattern INSTANCES = Pattern.compile("\\s*\\d+:\\s+(\\d+)\\s+\\d+\\s+(\\S+).*");

    /** Classes of which each connection, request or message on its way has one. */
    private static final Set<String> OF_A_SESSION = Set.of(
            "java.lang.VirtualThread",
            "java.lang.ThreadBuilders$BoundVirtualThread",
            "dev.tradewind.smtp.server.ServerSession",
            "dev.tradewind.smtp.server.MessageBuffer",
            "dev.tradewind.accept.submission.Submission",
            "dev.tradewind.spool.RocksStaging",
            "dev.tradewind.engine.Courier",
            "dev.tradewind.api.RequestBody",
            "dev.tradewind.api.GuardedConnections$Guarded");

    /** Looks at a process of this machine; runs a full collection in it. */
    static ProcessFigures of(long pid) throws IOException, InterruptedException {
        jcmd(pid, "GC.run");
        long heap = 0;
        for (String line : jcmd(pid, "GC.heap_info").lines().toList()) {
            Matcher used = USED.matcher(line);
            if (used.find() && !line.contains("Metaspace") && !line.contains("class space")) {
                heap += Long.parseLong(used.group(1)) << 10;
            }
        }
        long sessions = 0;
        for (String line : jcmd(pid, "GC.class_histogram").lines().toList()) {
            Matcher instances = INSTANCES.matcher(line);
            if (instances.matches() && OF_A_SESSION.contains(instances.group(2))) {
                sessions += Long.parseLong(instances.group(1));
            }
        }
        Path proc = Path.of("/proc", Long.toString(pid));
        String status = Files.readString(proc.resolve("status"));
        return new ProcessFigures(
                count(proc.resolve("task")),
                count(proc.resolve("fd")),
                heap,
                kilobytes(status, "VmRSS"),
                kilobytes(status, "VmHWM"),
                sessions);
    }

    private static int count(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return (int) entries.count();
        }
    }

    private static long kilobytes(String status, String name) {
        Matcher matcher = Pattern.compile(name + ":\\s+(\\d+) kB").matcher(status);
        return matcher.find() ? Long.parseLong(matcher.group(1)) << 10 : 0;
    }

    private static String jcmd(long pid, String command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), Long.toString(pid), command)
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("jcmd " + command + ": " + said);
        }
        return said;
    }

    @Override
    public String toString() {
        return "threads " + threads + ", descriptors " + descriptors + ", live heap " + (heapOctets >> 20)
                + " MiB, resident " + (residentOctets >> 20) + " MiB, peak " + (peakOctets >> 20)
                + " MiB, objects of sessions " + sessions;
    }
}
