package dev.tradewind;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

/** The boundaries of {@code docs/architecture.md}. */
class ArchitectureTest {
    private static final String ROOT = "dev.tradewind";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    /** For each package (with those below it), which packages of ours it may know besides itself. */
    private static final Map<String, Set<String>> MAY_KNOW = new LinkedHashMap<>();

    static {
        MAY_KNOW.put("mail", Set.of());
        MAY_KNOW.put("settings", Set.of());
        MAY_KNOW.put("account", Set.of("mail", "settings"));
        MAY_KNOW.put("classify", Set.of("mail"));
        MAY_KNOW.put("shaping", Set.of("mail", "settings", "classify"));
        MAY_KNOW.put("event", Set.of("mail", "settings", "account", "classify"));
        MAY_KNOW.put("spool", Set.of("mail", "settings", "account", "event"));
        MAY_KNOW.put("compose", Set.of("mail", "settings"));
        MAY_KNOW.put("sign", Set.of("mail", "settings"));
        MAY_KNOW.put("authenticate", Set.of("mail", "settings", "sign"));
        MAY_KNOW.put("smtp", Set.of("mail", "settings"));
        MAY_KNOW.put("accept", Set.of("mail", "settings", "account", "event", "spool", "compose", "smtp"));
        MAY_KNOW.put("route", Set.of("mail", "settings"));
        MAY_KNOW.put("adapt", Set.of());
        MAY_KNOW.put("lane", Set.of("mail", "settings", "route", "spool", "event", "shaping"));
        MAY_KNOW.put("deliver", Set.of("mail", "settings", "account", "smtp", "route", "classify"));
        MAY_KNOW.put(
                "engine",
                Set.of(
                        "mail",
                        "settings",
                        "account",
                        "event",
                        "spool",
                        "compose",
                        "sign",
                        "smtp",
                        "accept",
                        "route",
                        "lane",
                        "classify",
                        "shaping",
                        "deliver"));
        MAY_KNOW.put(
                "sandbox",
                Set.of(
                        "mail",
                        "settings",
                        "account",
                        "event",
                        "authenticate",
                        "classify",
                        "deliver",
                        "route",
                        "smtp",
                        "api"));
        MAY_KNOW.put("api", Set.of("mail", "settings", "account", "event", "spool", "compose", "sign", "accept"));
        MAY_KNOW.put("console", Set.of("mail", "settings", "account", "event", "api", "sandbox"));
        MAY_KNOW.put("operate", Set.of("settings"));
    }

    /**
     * Adapters: the classes beside {@code operate} and the wiring that meet the clock and chance of the machine. Everything else is given
     * them. A name here is a decision; say why.
     */
    private static final Set<String> ADAPTERS = Set.of(
            ROOT + ".api.HttpServer", // request ids
            ROOT + ".route.DnsJava"); // query ids that cannot be guessed

    @Test
    void everyPackageIsPlacedOnThePath() {
        Set<String> parts = new TreeSet<>();
        for (JavaClass found : CLASSES) {
            String below = found.getPackageName().substring(ROOT.length());
            if (!below.isEmpty()) {
                parts.add(below.substring(1).split("\\.", 2)[0]);
            }
        }
        assertThat(MAY_KNOW.keySet()).containsAll(parts);
    }

    @Test
    void packagesKnowOnlyWhatTheyMay() {
        List<String> broken = new ArrayList<>();
        MAY_KNOW.forEach((part, known) -> {
            List<String> allowed = new ArrayList<>(List.of(ROOT + "." + part + ".."));
            known.forEach(other -> allowed.add(ROOT + "." + other + ".."));
            ArchRule rule = noClasses()
                    .that()
                    .resideInAPackage(ROOT + "." + part + "..")
                    .should()
                    .dependOnClassesThat(
                            resideInAPackage(ROOT + "..").and(resideOutsideOfPackages(allowed.toArray(String[]::new))))
                    .allowEmptyShould(true);
            broken.addAll(rule.evaluate(CLASSES).getFailureReport().getDetails());
        });
        assertThat(broken).isEmpty();
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void timeAndChanceArePassedIn() {
        DescribedPredicate<JavaClass> shell = DescribedPredicate.describe(
                "wiring and adapters",
                type -> type.getPackageName().equals(ROOT)
                        || type.getPackageName().startsWith(ROOT + ".operate")
                        || ADAPTERS.contains(outermost(type).getName()));
        noClasses()
                .that(DescribedPredicate.not(shell))
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(InstantSource.class, "system")
                .orShould()
                .callMethod(Clock.class, "systemUTC")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callMethod(Thread.class, "sleep", Duration.class)
                .orShould()
                .callMethod(Math.class, "random")
                .orShould()
                .callConstructor(Random.class)
                .orShould()
                .callMethod(ThreadLocalRandom.class, "current")
                .check(CLASSES);
    }

    private static JavaClass outermost(JavaClass type) {
        return type.getEnclosingClass().map(ArchitectureTest::outermost).orElse(type);
    }

    @Test
    void librariesStayBehindTheirPorts() {
        confine("org.rocksdb..", "spool");
        confine("io.helidon..", "api");
        confine("java.sql..", "account", "sandbox");
        confine("javax.sql..", "account", "sandbox");
        confine("org.jdbi..", "account", "sandbox");
        confine("org.flywaydb..", "account", "sandbox");
        confine("org.xbill..", "route");
        confine("picocli..", "operate");
        confine("org.snakeyaml..", "operate", "shaping");
        confine("ch.qos.logback..", "operate");
        confine("io.micrometer..", "operate");
    }

    private static void confine(String library, String... parts) {
        List<String> allowed = new ArrayList<>(List.of(ROOT));
        for (String part : parts) {
            allowed.add(ROOT + "." + part + "..");
        }
        noClasses()
                .that()
                .resideOutsideOfPackages(allowed.toArray(String[]::new))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library)
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void packagesSayWhatTheyAre() {
        List<String> silent = new ArrayList<>();
        for (JavaPackage found : CLASSES.getPackage(ROOT).getSubpackagesInTree()) {
            if (!found.getClasses().isEmpty() && found.tryGetPackageInfo().isEmpty()) {
                silent.add(found.getName());
            }
        }
        assertThat(silent).as("packages without package-info.java").isEmpty();
    }
}
