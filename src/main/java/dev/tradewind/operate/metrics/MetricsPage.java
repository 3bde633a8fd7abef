package dev.tradewind.operate.metrics;

import java.util.List;

/** The metrics reference in Markdown, made from {@link MetricName}, so that it is never behind it. */
public final class MetricsPage {
    private static final String HEAD = """
            # Metrics

            Generated from the code by `./dev docs`; do not edit.

            `GET /metrics` on the API's listener answers in the Prometheus text format. A histogram `NAME_seconds` has `NAME_seconds_bucket`,
            `NAME_seconds_sum`, `NAME_seconds_count` and `NAME_seconds_max`. A metric appears once its part of the program runs.

            ## The path of a message

            | name | kind | tags | meaning |
            | --- | --- | --- | --- |
            """;

    private static final String TAIL = """

            ## The process

            | names | meaning |
            | --- | --- |
            """;

    private record Family(String prefix, String meaning) {}

    private static final List<Family> PROCESS = List.of(
            new Family("jvm_memory_", "Heap and other memory pools of the JVM, octets used, committed and allowed."),
            new Family("jvm_buffer_", "Direct and mapped buffers."),
            new Family("jvm_gc_", "Garbage collections: pauses, what was allocated and promoted, what survives."),
            new Family("jvm_threads_", "Platform threads, by state; virtual threads are not among them."),
            new Family("jvm_classes_", "Loaded classes."),
            new Family("process_", "CPU time and use, start, uptime and open files of this process."),
            new Family("system_", "CPUs and load of the machine."));

    private MetricsPage() {}

    /** The page. */
    public static String text() {
        StringBuilder page = new StringBuilder(HEAD);
        for (MetricName name : MetricName.values()) {
            page.append("| `").append(name.prometheusName()).append("` | ").append(name.kind.shown);
            page.append(" | ").append(name.tags().isEmpty() ? "" : "`" + String.join("`, `", name.tags()) + "`");
            page.append(" | ").append(name.doc).append(" |\n");
        }
        page.append(TAIL);
        for (Family family : PROCESS) {
            page.append("| `")
                    .append(family.prefix())
                    .append("*` | ")
                    .append(family.meaning())
                    .append(" |\n");
        }
        return page.toString();
    }

    /** Whether the page has a name as it stands in a scrape (with the suffixes of a histogram). */
    public static boolean documents(String scrapedName) {
        for (MetricName name : MetricName.values()) {
            String known = name.prometheusName();
            if (scrapedName.equals(known)
                    || (name.kind == MetricName.Kind.TIMER
                            && List.of("_bucket", "_sum", "_count", "_max").stream()
                                    .anyMatch(suffix -> scrapedName.equals(known + suffix)))) {
                return true;
            }
        }
        return PROCESS.stream().anyMatch(family -> scrapedName.startsWith(family.prefix()));
    }
}
