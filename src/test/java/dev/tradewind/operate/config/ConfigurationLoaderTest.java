package dev.tradewind.operate.config;

import dev.tradewind.settings.ByteSize;
import dev.tradewind.settings.Cidr;
import dev.tradewind.settings.ListenAddress;
import dev.tradewind.settings.Secret;
import dev.tradewind.settings.Setting;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class ConfigurationLoaderTest {
    enum Colour {
        RED,
        DARK_BLUE
    }

    record Child(
            @Setting(key = "things.NAME.address", doc = "Address.")
            Optional<String> address,

            @Setting(key = "things.NAME.weight", doc = "Weight.", def = "1", min = "0", max = "100")
            int weight) {}

    record Inner(
            @Setting(key = "inner.deep.flag", doc = "Flag.", def = "false")
            boolean flag) {}

    record Everything(
            @Setting(key = "number", doc = "Number.", def = "7", min = "1", max = "10")
            int number,

            @Setting(key = "big", doc = "Big.", def = "5000000000")
            long big,

            @Setting(key = "text.name", doc = "Name.", def = "x", max = "5")
            String name,

            @Setting(key = "wait", doc = "Wait.", def = "30s", min = "1s", max = "1d")
            Duration pause,

            @Setting(key = "size", doc = "Size.", def = "64KiB", max = "1MiB")
            ByteSize size,

            @Setting(key = "api.listen", doc = "Listen.", def = "127.0.0.1:8080")
            ListenAddress listen,

            @Setting(key = "api.key", doc = "Key.") Optional<Secret> key,

            @Setting(key = "networks", doc = "Networks.", def = "127.0.0.0/8, ::1")
            List<Cidr> networks,

            @Setting(key = "delivery.retry_after", doc = "Waits.", def = "20m, 1h", min = "1s")
            List<Duration> retry,

            @Setting(key = "file", doc = "File.") Optional<Path> file,

            @Setting(key = "colour", doc = "Colour.", def = "red")
            Colour colour,

            Inner inner,
            @Setting(key = "things", doc = "Things.") Map<String, Child> things) {}

    record Strict(@Setting(key = "must", doc = "Must.") String must) {}

    record Together(
            @Setting(key = "pair.a", doc = "A.") Optional<String> a,
            @Setting(key = "pair.b", doc = "B.") Optional<String> b) {
        Together {
            if (a.isPresent() != b.isPresent()) {
                throw new IllegalArgumentException("pair.b goes with pair.a");
            }
        }
    }

    @TempDir
    Path directory;

    private ConfigurationLoader loader;

    @BeforeEach
    void makeLoader() {
        SpecialKeys special = SpecialKeys.none()
                .retired("delivery.retries", "delivery.retry_after")
                .unavailable("egress", "sources")
                .ignored("api.later.port", "later things");
        loader = new ConfigurationLoader(Schema.of(List.of(Everything.class)), special);
    }

    private Path file(String text) throws IOException {
        return Files.writeString(directory.resolve("t.yaml"), text);
    }

    private Everything load(String text) throws Exception {
        return loader.withFile(file(text)).load().get(Everything.class);
    }

    private List<String> problems(String text) throws IOException {
        ConfigurationLoader withFile = loader.withFile(file(text));
        RefusedConfiguration refused = catchThrowableOfType(RefusedConfiguration.class, withFile::load);
        assertThat(refused).as("refused").isNotNull();
        return refused.problems().stream()
                .map(problem -> problem.toString().replace(directory + "/", ""))
                .toList();
    }

    @Test
    void defaultsHoldWhereNothingIsWritten() throws Exception {
        Everything all = load("# nothing\n");
        assertThat(all.number()).isEqualTo(7);
        assertThat(all.big()).isEqualTo(5_000_000_000L);
        assertThat(all.pause()).isEqualTo(Duration.ofSeconds(30));
        assertThat(all.networks()).containsExactly(Cidr.parse("127.0.0.0/8"), Cidr.parse("::1"));
        assertThat(all.retry()).containsExactly(Duration.ofMinutes(20), Duration.ofHours(1));
        assertThat(all.key()).isEmpty();
        assertThat(all.things()).isEmpty();
        assertThat(all.inner().flag()).isFalse();
    }

    @Test
    void everyTypeIsReadNestedOrDotted() throws Exception {
        Everything all = load("""
                number: 3
                text: {name: '7'}
                wait: 5m
                size: 1MiB
                api.listen: "[::1]:0"
                api:
                  key: s3cret
                networks: [10.0.0.0/8]
                delivery.retry_after: 1s, 2s
                file: /a/b
                colour: dark_blue
                inner:
                  deep.flag: true
                things:
                  mail.example.com: {address: 192.0.2.1, weight: 5}
                  b: {address: 192.0.2.2}
                """);
        assertThat(all.name()).isEqualTo("7");
        assertThat(all.pause()).isEqualTo(Duration.ofMinutes(5));
        assertThat(all.listen()).isEqualTo(new ListenAddress("::1", 0));
        assertThat(all.key()).contains(new Secret("s3cret"));
        assertThat(all.networks()).containsExactly(Cidr.parse("10.0.0.0/8"));
        assertThat(all.retry()).containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(2));
        assertThat(all.colour()).isEqualTo(Colour.DARK_BLUE);
        assertThat(all.inner().flag()).isTrue();
        assertThat(all.things())
                .containsEntry("mail.example.com", new Child(Optional.of("192.0.2.1"), 5))
                .containsEntry("b", new Child(Optional.of("192.0.2.2"), 1));
    }

    @Test
    void everyProblemIsReportedWithKeyLineAndColumn() throws Exception {
        assertThat(problems("""
                        number: 11
                        api:
                          lisen: 127.0.0.1:1
                          listen: nowhere
                        wait: 5 minutes
                        delivery:
                          retries: 3
                          retry_after: [1s, soon]
                        egress:
                          sources: {a: {}}
                        colour: green
                        size: 2MiB
                        things.a.weight: 101
                        number: 2
                        """))
                .containsExactly(
                        "t.yaml:1:9: number: '11' is more than 10",
                        "t.yaml:3:3: api.lisen: is no key; did you mean api.listen?",
                        "t.yaml:4:11: api.listen: 'nowhere' is not HOST:PORT (an IPv6 address stands in brackets)",
                        "t.yaml:5:7: wait: '5 minutes' is not a duration: write a whole number and ms, s, m, h or d,"
                                + " such as 500ms or 4h",
                        "t.yaml:7:3: delivery.retries: has been renamed: write delivery.retry_after",
                        "t.yaml:8:21: delivery.retry_after: 'soon' is not a duration: write a whole number and ms, s, m,"
                                + " h or d, such as 500ms or 4h",
                        "t.yaml:9:1: egress: is not available in this version (sources): remove it",
                        "t.yaml:11:9: colour: 'green' is none of red, dark_blue",
                        "t.yaml:12:7: size: '2MiB' is more than 1MiB",
                        "t.yaml:13:18: things.a.weight: '101' is more than 100",
                        "t.yaml:14:1: number: is written twice");
    }

    @Test
    void shapesThatDoNotFitAreProblems() throws Exception {
        assertThat(problems(
                        "number: [1, 2]\napi: 5\nwait:\nsize: {a: b}\nnetworks: [{}]\nthings: {a: 1}\n? [x]\n: y\n"))
                .containsExactly(
                        "t.yaml:1:9: number: is one value, not a list",
                        "t.yaml:2:1: api: is a section, not a value: write the keys below it",
                        "t.yaml:3:6: wait: has no value: write one, or remove the line for the default",
                        "t.yaml:4:7: size: is a value, not a section",
                        "t.yaml:5:12: networks: has an item that is not a text or number",
                        "t.yaml:6:10: things.a: is a section, not a value: write the keys below it",
                        "t.yaml:7:3: has a key that is not a text");
        assertThat(problems("- a\n")).containsExactly("t.yaml:1:1: is not a mapping of keys to values");
        assertThat(problems("number: 1\n---\nnumber: 2\n"))
                .containsExactly("t.yaml:3:1: has a second document (---); one file has one");
        assertThat(problems("number: \"1\nwait: 3s\n"))
                .singleElement()
                .asString()
                .contains("is not YAML");
        assertThat(problems("a: &a {b: *a}\n")).isNotEmpty();
    }

    @Test
    void sectionWithoutKeysIsAllowed() throws Exception {
        assertThat(load("api:\n  # listen: 127.0.0.1:1\nthings:\n").number()).isEqualTo(7);
    }

    @Test
    void missingFileIsAProblem() {
        assertThatThrownBy(() -> loader.withFile(directory.resolve("no.yaml")).load())
                .isInstanceOf(RefusedConfiguration.class)
                .hasMessageContaining("there is no such file");
    }

    @Test
    void laterPlacesWin() throws Exception {
        ConfigurationLoader all = loader.withDefault("number", "2")
                .withDefault("of.another.program", "1")
                .withFile(file("number: 3\nbig: 1\nnetworks: [192.0.2.0/24]\n"));
        assertThat(loader.withDefault("number", "2")
                        .load()
                        .get(Everything.class)
                        .number())
                .isEqualTo(2);
        assertThat(all.load().get(Everything.class).number()).isEqualTo(3);
        ConfigurationLoader environment = all.withEnvironment(Map.of(
                "TRADEWIND_NUMBER", "4",
                "TRADEWIND_BIG", "2",
                "TRADEWIND_NETWORKS", "10.0.0.0/8, 192.168.0.0/16",
                "TRADEWIND_DELIVERY__RETRY_AFTER", "9s",
                "TRADEWIND_SUITES", "elsewhere",
                "TRADEWIND_PORT_8080_TCP", "tcp://10.0.0.1:8080",
                "PATH", "/bin"));
        Everything fromEnvironment = environment.load().get(Everything.class);
        assertThat(fromEnvironment.number()).isEqualTo(4);
        assertThat(fromEnvironment.networks()).hasSize(2);
        assertThat(fromEnvironment.retry()).containsExactly(Duration.ofSeconds(9));
        Everything last = environment
                .withOverrides(List.of("number=5", "number=6", "things.a.weight=3"))
                .load()
                .get(Everything.class);
        assertThat(last.number()).isEqualTo(6);
        assertThat(last.big()).isEqualTo(2);
        assertThat(last.things()).containsEntry("a", new Child(Optional.empty(), 3));
    }

    @Test
    void unknownVariablesAndOverridesAreProblems() {
        assertThatThrownBy(() -> loader.withEnvironment(Map.of("TRADEWIND_API__LISTN", "x"))
                        .withOverrides(List.of("nonsense", "colour=blue"))
                        .load())
                .hasMessageContaining(
                        "environment TRADEWIND_API__LISTN: api.listn: is no key; did you mean api.listen?")
                .hasMessageContaining("command line -c: 'nonsense' is not key=value")
                .hasMessageContaining("command line -c: colour: 'blue' is none of red, dark_blue");
    }

    @Test
    void secretsAreNotRepeated() {
        assertThatThrownBy(() -> loader.withOverrides(List.of("api.key=open sesame", "text.name=muchtoolong"))
                        .load())
                .hasMessageContaining("api.key: a secret has")
                .hasMessageContaining("text.name: a length of 11 is more than 5")
                .hasMessageNotContaining("sesame")
                .hasMessageNotContaining("muchtoolong");
    }

    @Test
    void whatHasNoEffectIsAWarning() throws Exception {
        Configuration loaded = loader.withFile(file("api.later.port: 5\n")).load();
        assertThat(loaded.warnings())
                .singleElement()
                .asString()
                .endsWith("t.yaml:1:1: api.later.port: has no effect: later things is not available in this version");
    }

    @Test
    void requiredKeyAndRefusedCombinationNameTheKey() {
        ConfigurationLoader strict = new ConfigurationLoader(
                        Schema.of(List.of(Strict.class, Together.class)), SpecialKeys.none())
                .withOverrides(List.of("pair.a=1"));
        assertThatThrownBy(strict::load)
                .hasMessageContaining("default: must: is missing and has no default: write it")
                .hasMessageContaining("pair.b: goes with pair.a");
    }

    @Test
    void recordsThatContradictThemselvesAreOurBugs() {
        record BadDefault(
                @Setting(key = "a", doc = "A.", def = "5", max = "4")
                int a) {}
        record Undocumented(@Setting(key = "a", doc = "") Optional<String> a) {}
        record Unannotated(int a) {}
        assertThatThrownBy(() -> Schema.of(List.of(BadDefault.class))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> Schema.of(List.of(Undocumented.class))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> Schema.of(List.of(Unannotated.class))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> Schema.of(List.of(Strict.class, Strict.class)))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void referencePageHasEveryKey() {
        String page = ReferencePage.of(Schema.of(List.of(Everything.class)), SpecialKeys.none());
        assertThat(page)
                .contains("| `number` | Number. | whole number | `7` | 1 to 10 |")
                .contains("| `delivery.retry_after` | Waits. | list of duration | `20m, 1h` | from 1s |")
                .contains("| `things.NAME.weight` | Weight. | whole number | `1` | 0 to 100 |")
                .contains("| `inner.deep.flag` |");
    }
}
