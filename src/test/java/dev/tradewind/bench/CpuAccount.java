package dev.tradewind.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The CPU time of a group of processes, those that have ended included: of everything that descends from what was started here. By a
 * control group where one may be made (cgroup v2: nothing escapes, microseconds), else from {@code /proc}.
 */
sealed interface CpuAccount {
    /** Starts a process that belongs to the group, with all its descendants. */
    Process start(ProcessBuilder builder) throws IOException;

    /** User and system time of the group so far, in microseconds. */
    long micros() throws IOException;

    /** Process ids of the group. */
    List<Long> processes() throws IOException;

    /** How it is measured, for the report. */
    String method();

    /** Kills what is left of the group, and ends it. */
    void close() throws IOException, InterruptedException;

    /** An account by the best means there is. */
    static CpuAccount open(String name) throws IOException {
        for (Path root : List.of(Path.of("/sys/fs/cgroup/unified"), Path.of("/sys/fs/cgroup"))) {
            if (Files.exists(root.resolve("cgroup.controllers")) && Files.isWritable(root.resolve("cgroup.procs"))) {
                Path group = root.resolve("tradewind-bench-"
                        + ProcessHandle.current().pid() + "-" + name + "-" + ControlGroup.COUNT.incrementAndGet());
                try {
                    Files.createDirectory(group);
                } catch (IOException e) {
                    System.err.println("bench: no control group (" + e + "), CPU time is taken from /proc");
                    break;
                }
                return new ControlGroup(group);
            }
        }
        return new ProcessTree();
    }

    /** A cgroup v2. */
    record ControlGroup(Path group) implements CpuAccount {
        private static final AtomicInteger COUNT = new AtomicInteger();

        @Override
        public Process start(ProcessBuilder builder) throws IOException {
            List<String> command = new ArrayList<>(List.of(
                    "sh",
                    "-c",
                    "echo $$ >\"$0\" && exec \"$@\"",
                    group.resolve("cgroup.procs").toString()));
            command.addAll(builder.command());
            return builder.command(command).start();
        }

        @Override
        public long micros() throws IOException {
            for (String line : Files.readAllLines(group.resolve("cpu.stat"))) {
                if (line.startsWith("usage_usec ")) {
                    return Long.parseLong(line.substring("usage_usec ".length()));
                }
            }
            throw new IOException(group + " has no usage_usec");
        }

        @Override
        public List<Long> processes() throws IOException {
            return Files.readAllLines(group.resolve("cgroup.procs")).stream()
                    .map(Long::valueOf)
                    .toList();
        }

        @Override
        public String method() {
            return "cgroup v2 cpu.stat";
        }

        @Override
        public void close() throws IOException, InterruptedException {
            for (int tries = 0; tries < 100 && !processes().isEmpty(); tries++) {
                for (long pid : processes()) {
                    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
                }
                TimeUnit.MILLISECONDS.sleep(20);
            }
            Files.delete(group);
        }
    }

    /** The processes started here and their descendants, by {@code /proc/PID/stat}; the ended ones as their parents account for them. */
    final class ProcessTree implements CpuAccount {
        /** USER_HZ, which Linux fixes for this interface. */
        private static final long MICROS_PER_TICK = 10_000;

        private final List<Process> roots = new ArrayList<>();

        @Override
        public Process start(ProcessBuilder builder) throws IOException {
            Process process = builder.start();
            roots.add(process);
            return process;
        }

        @Override
        public long micros() throws IOException {
            long ticks = 0;
            for (long pid : processes()) {
                String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
                String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
                for (int field = 11; field <= 14; field++) { // utime, stime, cutime, cstime
                    ticks += Long.parseLong(fields[field]);
                }
            }
            return ticks * MICROS_PER_TICK;
        }

        @Override
        public List<Long> processes() {
            List<Long> pids = new ArrayList<>();
            for (Process root : roots) {
                if (root.isAlive()) {
                    pids.add(root.pid());
                    root.descendants().forEach(child -> pids.add(child.pid()));
                }
            }
            return pids;
        }

        @Override
        public String method() {
            return "/proc/PID/stat of the process tree";
        }

        @Override
        public void close() throws InterruptedException {
            List<ProcessHandle> all = new ArrayList<>();
            for (Process root : roots) {
                root.descendants().forEach(all::add);
                all.add(root.toHandle());
            }
            all.forEach(ProcessHandle::destroyForcibly);
            for (Process root : roots) {
                root.waitFor(5, TimeUnit.SECONDS);
            }
        }
    }
}
