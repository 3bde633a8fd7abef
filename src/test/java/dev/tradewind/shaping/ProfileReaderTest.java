package dev.tradewind.shaping;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

class ProfileReaderTest {
    private static final Profiles SHIPPED = Profiles.shipped();

    private static Profiles read(String text) {
        return switch (ProfileReader.read(text, "own.yaml", SHIPPED)) {
            case ProfileReader.Reading.Read(Profiles profiles) -> profiles;
            case ProfileReader.Reading.Refused(List<ProfileProblem> problems) -> throw new AssertionError(problems);
        };
    }

    private static List<String> problems(String text) {
        return switch (ProfileReader.read(text, "own.yaml", SHIPPED)) {
            case ProfileReader.Reading.Read(Profiles profiles) -> throw new AssertionError(profiles.names());
            case ProfileReader.Reading.Refused(List<ProfileProblem> problems) ->
                problems.stream().map(ProfileProblem::toString).toList();
        };
    }

    @Test
    void everyKeyIsRead() {
        Profiles profiles = read("""
                version: 1
                profiles:
                  big-host:
                    mx: [MX.big.example]
                    dated: 2026-11
                    cites: [their page, another]
                    connections: 7
                    messages_per_connection: 8
                    recipients_per_transaction: 9
                    rate: 10/m burst 2
                    new_connections: 11/h
                    tls: verified
                    retry: 5m, 10m
                    expire_after: 2d
                    idle: 0s
                    ip_versions: ipv6_only
                    bounds:
                      connections: 1..20
                      rate: 1/h..2/s
                    limits:
                      per-account: {by: [site, account], messages: 100/h}
                      per-address: {by: remote_address, connections: 2, new_connections: 1/s}
                    reactions:
                      busy:
                        on: {code: 4*, status: [4.3.2], phase: MAIL RCPT, text: busy | very busy, and_text: [now, then]}
                        after: 2 in 5m
                        scope: [site, account]
                        do: suspend 5m, stretch x2 for 1h
                        fires_on: RCPT 451 4.3.2 we are busy now
                        silent_on: [451 4.3.2 we are busy now]
                """);
        EffectiveProfile profile = profiles.effective("p", "s", List.of("a.mx.big.example", "mx.big.example"));
        assertThat(profile.profiles()).containsExactly("default", "big-host");
        assertThat(profile.connections()).isEqualTo(7);
        assertThat(profile.messagesPerConnection()).isEqualTo(8);
        assertThat(profile.recipients()).isEqualTo(9);
        assertThat(profile.rate()).hasToString("10/m burst 2");
        assertThat(profile.newConnections()).hasToString("11/h");
        assertThat(profile.tls()).isEqualTo(TlsDemand.VERIFIED);
        assertThat(profile.retry()).containsExactly(Duration.ofMinutes(5), Duration.ofMinutes(10));
        assertThat(profile.expireAfter()).isEqualTo(Duration.ofDays(2));
        assertThat(profile.idle()).isZero();
        assertThat(profile.ipVersions()).isEqualTo(IpVersions.IPV6_ONLY);
        assertThat(profile.connectionBounds()).hasToString("1..20");
        assertThat(profile.rateBounds()).hasToString("1/h..2/s");
        assertThat(profile.limits().stream().map(Object::toString))
                .containsExactly(
                        "messages 100/h by site, account", "connections 2, new_connections 1/s by remote_address");
        assertThat(profile.everyLimit().getLast())
                .hasToString("messages 10/m burst 2, new_connections 11/h by site, source");
        assertThat(profile.reactions()).anySatisfy(reaction -> {
            assertThat(reaction.id()).isEqualTo("big-host/busy");
            assertThat(reaction).hasToString("after 2 in 5m by site, account: suspend 5m, stretch x2 for 1h");
        });
    }

    @Test
    void everythingThatIsWrongIsSaidWithKeyAndLine() {
        assertThat(problems("""
                version: 1
                profiles:
                  google:
                    conections: 5
                    rate: fast
                    tls: maybe
                    retry: []
                    bounds: {connections: 9..2, rate: 1/s}
                    limits:
                      a: {by: [site, campaign], connections: 2}
                      b: {messages: 1/s}
                    reactions:
                      c:
                        on: {text: "|"}
                        do: explode
                      d:
                        on: {code: 4*}
                        scope: [site, account]
                        do: connections 1 for 1h
                        fires_on: 421 hm
                      e:
                        on: {code: 4*}
                        do: throttle
                        fires_on: 550 hm
                        silent_on: 421 hm
                  new-one:
                    connections: 0
                  BAD:
                    connections: 1
                """))
                .satisfiesExactly(
                        a -> assertThat(a)
                                .startsWith("own.yaml:4: profiles.google.conections: is not a key")
                                .contains("did you mean connections?"),
                        a -> assertThat(a).startsWith("own.yaml:5: profiles.google.rate: 'fast' is not a rate"),
                        a -> assertThat(a).startsWith("own.yaml:6: profiles.google.tls: 'maybe' is not one of none,"),
                        a -> assertThat(a).startsWith("own.yaml:7: profiles.google.retry: is an empty list"),
                        a -> assertThat(a).startsWith("own.yaml:8: profiles.google.bounds.connections: 9..2"),
                        a -> assertThat(a)
                                .startsWith("own.yaml:8: profiles.google.bounds.rate: '1/s' is not LOW..HIGH"),
                        a -> assertThat(a).startsWith("own.yaml:10: profiles.google.limits.a: connections can be"),
                        a -> assertThat(a).startsWith("own.yaml:11: profiles.google.limits.b.by: is missing"),
                        a -> assertThat(a).startsWith("own.yaml:14: profiles.google.reactions.c.on.text:"),
                        a -> assertThat(a).contains("reactions.c.on: is missing"),
                        a -> assertThat(a).contains("reactions.c.fires_on: is missing"),
                        a -> assertThat(a).startsWith("own.yaml:15: profiles.google.reactions.c.do: 'explode' is no"),
                        a -> assertThat(a).contains("reactions.d: 'connections 1 for 1h' needs a scope"),
                        a -> assertThat(a)
                                .startsWith("own.yaml:24: profiles.google.reactions.e.fires_on: does not match"),
                        a -> assertThat(a).startsWith("own.yaml:25: profiles.google.reactions.e.silent_on: matches"),
                        a -> assertThat(a).startsWith("own.yaml:27: profiles.new-one.mx: is missing"),
                        a -> assertThat(a).startsWith("own.yaml:27: profiles.new-one.connections: '0' is not a whole"),
                        a -> assertThat(a).startsWith("own.yaml:28: profiles.BAD: is not a name"));
    }

    @Test
    void textThatIsNoYamlIsRefusedWithItsLine() {
        assertThat(problems("version: 1\nprofiles: [\n"))
                .singleElement()
                .asString()
                .contains("is not YAML");
        assertThat(problems("a: 1\n---\nb: 2\n")).singleElement().asString().startsWith("own.yaml:3: has a second");
        assertThat(problems("version: 1\nversion: 1\n"))
                .singleElement()
                .asString()
                .contains("twice");
        assertThat(problems("- a\n")).singleElement().asString().contains("is not a mapping");
        assertThat(problems("version: 2\n")).singleElement().asString().contains("reads version 1");
        assertThat(problems("profiles: {}\n")).singleElement().asString().contains("version: is missing");
        assertThat(problems("version: 1\n? [a]\n: b\n"))
                .singleElement()
                .asString()
                .contains("not a text");
        assertThat(problems("version: 1\nprofiles: {default: {mx: a.example}}\n"))
                .singleElement()
                .asString()
                .contains("holds everywhere");
        assertThat(problems("[".repeat(100_000))).isNotEmpty();
    }

    @Test
    void sampleInOurOwnWordsIsRefused() {
        assertThat(problems("""
                version: 1
                profiles:
                  google:
                    reactions:
                      loop:
                        on: {text: message timeout}
                        do: throttle
                        fires_on: "554 5.4.7 [internal] message timeout"
                """)).anySatisfy(problem -> assertThat(problem).contains("our own words"));
    }

    @Test
    void emptyFileChangesNothing() {
        assertThat(read("").names()).isEqualTo(SHIPPED.names());
        assertThat(read("# nothing\n").names()).isEqualTo(SHIPPED.names());
        assertThat(read("version: 1\n").names()).isEqualTo(SHIPPED.names());
    }

    @Test
    void namedThingsBelowCanBeTakenAway() {
        Profiles profiles = read("""
                version: 1
                profiles:
                  yahoo:
                    reactions:
                      busy: off
                      too-fast: off
                """);
        EffectiveProfile profile = profiles.effective("p", "s", List.of("yahoodns.net"));
        assertThat(profile.reactions().stream().map(Reaction::id))
                .contains("yahoo/listed", "default/reputation")
                .doesNotContain("yahoo/busy", "default/too-fast");
        assertThat(profiles.explain("p", "s", List.of("yahoodns.net")))
                .filteredOn(one -> one.key().equals("reactions.busy"))
                .singleElement()
                .satisfies(one -> assertThat(one.chosen()).hasToString("off (yahoo, own.yaml:5)"));
    }

    @Property(tries = 300)
    void anyTextIsProfilesOrRefused(@ForAll("files") String text) {
        switch (ProfileReader.read(text, "own.yaml", SHIPPED)) {
            case ProfileReader.Reading.Read(Profiles profiles) ->
                assertThat(profiles.effective("p", "s", List.of("google.com"))).isNotNull();
            case ProfileReader.Reading.Refused(List<ProfileProblem> problems) ->
                assertThat(problems)
                        .isNotEmpty()
                        .allSatisfy(problem -> assertThat(problem.message()).isNotBlank());
        }
    }

    /** Lines of good files in any order and depth, and anything at all. */
    @Provide
    Arbitrary<String> files() {
        Arbitrary<String> line = Arbitraries.of(
                "version: 1",
                "profiles:",
                "google:",
                "mx: a.example",
                "mx: []",
                "connections: 5",
                "connections: x",
                "rate: 1/s",
                "bounds:",
                "rate: 1/s..2/s",
                "limits:",
                "a: off",
                "a:",
                "by: [site]",
                "messages: 1/d",
                "reactions:",
                "on: {code: 4*}",
                "on:",
                "text: a | b",
                "do: throttle",
                "do: [move, suspend 1h]",
                "fires_on: 421 a",
                "- b",
                "pools:",
                "sources:",
                "cites: x",
                "dated: 2026-13",
                "x: &a [1]",
                "y: *a",
                "{",
                "? [a]",
                "\"");
        Arbitrary<String> indented =
                Arbitraries.integers().between(0, 5).flatMap(depth -> line.map(text -> "  ".repeat(depth) + text));
        Arbitrary<String> made =
                indented.list().ofMaxSize(14).map(lines -> "version: 1\nprofiles:\n" + String.join("\n", lines));
        return Arbitraries.oneOf(made, Arbitraries.strings());
    }

    @Test
    void profilesOfPoolsAndSourcesAreRead() {
        Profiles profiles = read("""
                version: 1
                profiles:
                  google:
                    pools:
                      news: {connections: 2, rate: 5/s}
                    sources:
                      s1: {connections: 3}
                """);
        assertThat(profiles.effective("news", "s2", List.of("google.com")).connections())
                .isEqualTo(2);
        assertThat(profiles.effective("news", "s1", List.of("google.com")).connections())
                .isEqualTo(3);
        assertThat(profiles.effective("news", "s1", List.of("google.com")).rate())
                .hasToString("5/s");
        assertThat(profiles.effective("other", "s2", List.of("google.com")).connections())
                .isEqualTo(5);
        assertThat(problems("version: 1\nprofiles:\n  google:\n    pools:\n      a: {mx: a.example}\n"))
                .singleElement()
                .asString()
                .startsWith("own.yaml:5: profiles.google.pools.a.mx: is not a key");
    }

    @Test
    void valuesOfTheConfigurationLieBetweenTheShippedDefaultAndProviders() {
        Profile settings = Profile.ofSettings(
                17,
                50,
                List.of(Duration.ofMinutes(1)),
                Duration.ofDays(1),
                Duration.ofSeconds(5),
                IpVersions.IPV4_ONLY);
        Profiles profiles = SHIPPED.withDefaults(settings, "configuration");
        assertThat(profiles.effective("p", "s", List.of("mx.b.example")).connections())
                .isEqualTo(17);
        assertThat(profiles.effective("p", "s", List.of("google.com")).connections())
                .isEqualTo(5);
        assertThat(profiles.effective("p", "s", List.of("google.com")).retry()).containsExactly(Duration.ofMinutes(1));
    }
}
