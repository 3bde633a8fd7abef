package dev.tradewind.bench;

import jdk.jfr.consumer.RecordedClass;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedMethod;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordingFile;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** What a JVM spends its CPU time on, by JFR's CPU-time sampling ({@code bench/profile.jfc}), and by its native threads. */
final class Profile {
    private static final String OURS = "dev.tradewind.";
    private static final int ROWS = 30;

    private final long pid;
    private final String title;
    private final Map<String, Long> threadsBefore;

    private Profile(long pid, String title, Map<String, Long> threadsBefore) {
        this.pid = pid;
        this.title = title;
        this.threadsBefore = threadsBefore;
    }

    /** Starts recording. */
    static Profile start(long pid, String title) throws IOException, InterruptedException {
        jcmd(pid, "JFR.start", "name=bench", "settings=" + Jvm.root().resolve("bench/profile.jfc"));
        return new Profile(pid, title, threadTicks(pid));
    }

    /** Stops, and what was found: CPU time by our package, by method, by kind of native thread; allocation; waiting. */
    String stop() throws IOException, InterruptedException {
        Map<String, Long> threads = threadTicks(pid);
        threadsBefore.forEach((name, ticks) -> threads.merge(name, -ticks, Long::sum));
        Path file = Files.createTempFile("bench", ".jfr");
        jcmd(pid, "JFR.stop", "name=bench", "filename=" + file);
        try {
            return evaluate(file, threads);
        } finally {
            Files.delete(file);
        }
    }

    private String evaluate(Path file, Map<String, Long> threads) throws IOException {
        Map<String, Long> byPackage = new HashMap<>();
        Map<String, Long> byOurMethod = new HashMap<>();
        Map<String, Long> byTop = new HashMap<>();
        Map<String, Long> allocation = new HashMap<>();
        Map<String, Long> waiting = new HashMap<>();
        Duration pauses = Duration.ZERO;
        long collections = 0;
        try (RecordingFile recording = new RecordingFile(file)) {
            while (recording.hasMoreEvents()) {
                RecordedEvent event = recording.readEvent();
                RecordedStackTrace stack = event.getStackTrace();
                switch (event.getEventType().getName()) {
                    case "jdk.CPUTimeSample" -> {
                        byPackage.merge(ourPackage(stack), 1L, Long::sum);
                        byOurMethod.merge(ourMethod(stack), 1L, Long::sum);
                        byTop.merge(top(stack), 1L, Long::sum);
                    }
                    case "jdk.ObjectAllocationSample" ->
                        allocation.merge(
                                event.getClass("objectClass").getName() + " in " + ourMethod(stack),
                                event.getLong("weight"),
                                Long::sum);
                    case "jdk.JavaMonitorEnter", "jdk.VirtualThreadPinned" ->
                        waiting.merge(
                                event.getEventType().getLabel() + " in " + ourMethod(stack),
                                event.getDuration().toMillis(),
                                Long::sum);
                    case "jdk.GCPhasePause" -> pauses = pauses.plus(event.getDuration());
                    case "jdk.GarbageCollection" -> collections++;
                    default -> {
                        // nothing else is recorded that is of interest here
                    }
                }
            }
        }
        StringBuilder out = new StringBuilder("\n#### Profile: " + title + "\n");
        table(out, "CPU time by native thread", threads);
        table(out, "CPU samples of Java by the nearest package of ours", byPackage);
        table(out, "by the nearest method of ours", byOurMethod);
        table(out, "by the method on top", byTop);
        table(out, "allocation (octets) by class and nearest method of ours", allocation);
        table(out, "waiting (ms)", waiting);
        return out + "\n" + collections + " garbage collections, pauses of " + pauses.toMillis() + " ms\n";
    }

    private static void table(StringBuilder out, String heading, Map<String, Long> counts) {
        long sum =
                Math.max(1, counts.values().stream().mapToLong(Long::longValue).sum());
        out.append("\n").append(heading).append(" (sum ").append(sum).append(")\n");
        counts.entrySet().stream()
                .filter(entry -> entry.getValue() > 0)
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
                .limit(ROWS)
                .forEach(entry -> out.append(String.format(
                        Locale.ROOT, "  %5.1f %%  %s%n", 100.0 * entry.getValue() / sum, entry.getKey())));
    }

    private static String ourPackage(RecordedStackTrace stack) {
        return nearest(stack, "(" + top(stack) + ")", Profile::packageOf);
    }

    private static String ourMethod(RecordedStackTrace stack) {
        return nearest(stack, "(" + top(stack) + ")", Profile::nameOf);
    }

    private static String nearest(
            RecordedStackTrace stack, String otherwise, java.util.function.Function<RecordedMethod, String> describe) {
        if (stack == null) {
            return "(no stack)";
        }
        for (RecordedFrame frame : stack.getFrames()) {
            if (frame.getMethod().getType().getName().startsWith(OURS)) {
                return describe.apply(frame.getMethod());
            }
        }
        return otherwise;
    }

    private static String top(RecordedStackTrace stack) {
        List<RecordedFrame> frames = stack == null ? List.of() : stack.getFrames();
        return frames.isEmpty() ? "no stack" : nameOf(frames.getFirst().getMethod());
    }

    private static String packageOf(RecordedMethod method) {
        RecordedClass type = method.getType();
        return type.getName().substring(0, type.getName().lastIndexOf('.'));
    }

    private static String nameOf(RecordedMethod method) {
        String type = method.getType().getName();
        return (type.startsWith(OURS) ? type.substring(OURS.length()) : type) + "." + method.getName();
    }

    /** Clock ticks of the native threads by the beginning of their name. */
    private static Map<String, Long> threadTicks(long pid) throws IOException {
        Map<String, Long> ticks = new HashMap<>();
        try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
            for (Path thread : threads.toList()) {
                try {
                    String stat = Files.readString(thread.resolve("stat"), StandardCharsets.ISO_8859_1);
                    String name = stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
                    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
                    ticks.merge(
                            name.replaceAll("[-#0-9]+$", ""),
                            Long.parseLong(fields[11]) + Long.parseLong(fields[12]),
                            Long::sum);
                } catch (NoSuchFileException e) {
                    ticks.merge("(ended)", 0L, Long::sum);
                }
            }
        }
        return ticks;
    }

    private static void jcmd(long pid, String... command) throws IOException, InterruptedException {
        String[] all = Stream.concat(Stream.of(Jvm.tool("jcmd"), Long.toString(pid)), Stream.of(command))
                .toArray(String[]::new);
        Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0 || said.contains("Could not")) {
            throw new IOException("jcmd " + String.join(" ", command) + ": " + said);
        }
    }
}
