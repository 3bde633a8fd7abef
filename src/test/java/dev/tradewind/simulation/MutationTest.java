package dev.tradewind.simulation;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import javax.tools.ToolProvider;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the simulation is worth: the core's source is changed in one place, as a slip of ours could, compiled, and simulated. Every such
 * change must break an invariant within a few seeds.
 */
class MutationTest {
    private static final int SEEDS = 40;

    @TempDir
    Path classes;

    /** One slip: a text that stands once in a source file, and what stands there instead. */
    private record Mutation(String name, String file, String text, String instead) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Mutation lane(String name, String file, String text, String instead) {
        return new Mutation(name, "lane/" + file + ".java", text, instead);
    }

    static List<Mutation> mutations() {
        return List.of(
                lane(
                        "a message released while it is read is held again",
                        "LaneBook",
                        "|| queue.releasedMeanwhile.contains(id)",
                        ""),
                lane("one connection too many", "ConnectionCount", "return used >= limit;", "return used > limit;"),
                lane(
                        "one message too many",
                        "Gcra",
                        "tolerance = interval * rate.burst();",
                        "tolerance = interval * (rate.burst() + 1);"),
                lane(
                        "a limit forgets at a restart what was sent before",
                        "Gcra",
                        "theoretical = since + tolerance + 2 * interval;",
                        "theoretical = 0;"),
                lane("nobody wakes a lane whose limit lets it go on", "Lanes", "            wakeUps.add(lane);\n", ""),
                lane(
                        "a retry is forgotten",
                        "LaneBook",
                        ".ifPresent(due -> stock.loadAt(queue, due));",
                        ".ifPresent(due -> {});"),
                lane(
                        "mail that goes back to disk is not looked for",
                        "LaneBook",
                        "        stock.loadAt(queue, until);\n",
                        ""),
                lane("a closed connection counts on", "LaneBook", "        total.used--;\n", ""),
                lane(
                        "bulk mail goes first",
                        "FairShare",
                        "boolean bulkTurn = transactional.turns.isEmpty()",
                        "boolean bulkTurn = !bulk.turns.isEmpty()"),
                lane(
                        "large accounts take all turns",
                        "FairShare",
                        "kind.turns.addLast(account);\n        }",
                        "kind.turns.addFirst(account);\n        }"),
                lane(
                        "an order to wait is overheard",
                        "SourceChoice",
                        "if (suspension.until().isAfter(from) && suspension.matches(queue.key, source, site)) {",
                        "if (false) {"),
                lane(
                        "the message handed back for a DNS failure is lost",
                        "LaneBook",
                        "return Optional.ofNullable(first);",
                        "return Optional.empty();"),
                lane(
                        "a queue without room is not called again",
                        "Stock",
                        "if (portion.line.isEmpty()) {",
                        "if (true) {"));
    }

    @ParameterizedTest
    @MethodSource("mutations")
    void slipOfOursIsFound(Mutation mutation) throws Exception {
        compile(mutation);
        Method run = new Mutated(classes).loadClass(Run.class.getName()).getMethod("of", long.class);
        for (long seed = 1; seed <= SEEDS; seed++) {
            try {
                run.invoke(null, seed);
            } catch (InvocationTargetException e) {
                assertThat(e.getCause()).isInstanceOf(AssertionError.class);
                System.out.println(
                        "mutation \"" + mutation + "\": " + e.getCause().getMessage());
                return;
            }
        }
        throw new AssertionError("not found in " + SEEDS + " seeds: " + mutation);
    }

    private void compile(Mutation mutation) throws IOException {
        Path source = Path.of("src/main/java/dev/tradewind", mutation.file());
        String text = Files.readString(source);
        assertThat(text.split(java.util.regex.Pattern.quote(mutation.text()), -1))
                .as("'%s' stands once in %s", mutation.text(), source)
                .hasSize(2);
        Path changed = classes.resolve("source").resolve(source.getFileName());
        Files.createDirectories(changed.getParent());
        Files.writeString(changed, text.replace(mutation.text(), mutation.instead()));
        var compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter problems = new StringWriter();
        try (var files = compiler.getStandardFileManager(null, null, null)) {
            List<String> options =
                    List.of("-d", classes.toString(), "-proc:none", "-cp", System.getProperty("java.class.path"));
            boolean done = compiler.getTask(problems, files, null, options, null, files.getJavaFileObjects(changed))
                    .call();
            assertThat(done).as(problems.toString()).isTrue();
        }
    }

    /** Loads the core and the simulation anew, with the changed classes in place of ours. */
    private static final class Mutated extends ClassLoader {
        private static final List<String> ANEW = List.of(
                "dev.tradewind.lane.", "dev.tradewind.deliver.", "dev.tradewind.simulation.", "dev.tradewind.engine.");

        private final Path changed;

        Mutated(Path changed) {
            super(Mutated.class.getClassLoader());
            this.changed = changed;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (ANEW.stream().noneMatch(name::startsWith)) {
                return super.loadClass(name, resolve);
            }
            Class<?> loaded = findLoadedClass(name);
            return loaded != null ? loaded : define(name);
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            String file = name.replace('.', '/') + ".class";
            try {
                Path here = changed.resolve(file);
                if (Files.exists(here)) {
                    byte[] octets = Files.readAllBytes(here);
                    return defineClass(name, octets, 0, octets.length);
                }
                try (InputStream in = getParent().getResourceAsStream(file)) {
                    if (in == null) {
                        throw new ClassNotFoundException(name);
                    }
                    byte[] octets = in.readAllBytes();
                    return defineClass(name, octets, 0, octets.length);
                }
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }
}
