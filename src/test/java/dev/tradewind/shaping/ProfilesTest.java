package dev.tradewind.shaping;

import dev.tradewind.classify.Cause;
import dev.tradewind.classify.Classifier;
import dev.tradewind.classify.NormalReply;
import dev.tradewind.classify.Phase;
import dev.tradewind.classify.ReplySample;
import dev.tradewind.mail.EnhancedStatus;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

class ProfilesTest {
    private final Profiles profiles = Profiles.shipped();

    @Test
    void everyProviderThatWeKnowFiguresOfHasAProfile() {
        assertThat(profiles.names())
                .containsExactlyInAnyOrder(
                        "google",
                        "yahoo",
                        "microsoft-consumer",
                        "microsoft-365",
                        "microsoft-365-dane",
                        "apple",
                        "comcast",
                        "gmx",
                        "mail-com",
                        "orange",
                        "mimecast",
                        "barracuda",
                        "yahoo-japan",
                        "qq",
                        "netease",
                        "kpn",
                        "netvigator",
                        "att");
        assertThat(profiles.names()).containsAll(Classifier.shipped().providers());
    }

    /** A sample fires its reaction where the profile holds, and not one of a less specific profile instead. */
    @TestFactory
    Stream<DynamicTest> samples() {
        return profiles.reactions().stream().flatMap(reaction -> {
            List<String> site =
                    profiles.suffixes(reaction.profile()).stream().limit(1).toList();
            EffectiveProfile profile = profiles.effective("default", "s1", site);
            Stream<DynamicTest> fires = reaction.firesOn().stream()
                    .map(sample -> DynamicTest.dynamicTest(
                            reaction.id() + " fires on " + sample,
                            () -> assertThat(fired(profile, sample)).contains(reaction.id())));
            Stream<DynamicTest> silent = reaction.silentOn().stream()
                    .map(sample -> DynamicTest.dynamicTest(
                            reaction.id() + " is silent on " + sample,
                            () -> assertThat(fired(profile, sample)).doesNotContain(reaction.id())));
            return Stream.concat(fires, silent);
        });
    }

    private static List<String> fired(EffectiveProfile profile, ReplySample sample) {
        return profile.about(sample.reply()).stream().map(Reaction::id).toList();
    }

    @Test
    void everyReactionHasRepliesOfBothKinds() {
        assertThat(profiles.reactions()).hasSizeGreaterThan(40).allSatisfy(reaction -> {
            assertThat(reaction.firesOn()).as(reaction.id()).isNotEmpty();
            assertThat(reaction.silentOn()).as(reaction.id()).isNotEmpty();
        });
    }

    @Test
    void noReactionCanHearOurOwnWords() {
        for (Reaction reaction : profiles.reactions()) {
            for (ReplySample sample : reaction.firesOn()) {
                Cause ours = new Cause.Internal(Phase.ROUTE, new EnhancedStatus(4, 7, 0), sample.line());
                assertThat(NormalReply.of(ours)).isEmpty();
                assertThat(NormalReply.ofLine(ours.inOneLine())).isEmpty();
                assertThat(NormalReply.ofLine(new Cause.Unreachable(Phase.CONNECT, sample.line()).inOneLine()))
                        .isEmpty();
            }
        }
    }

    @Test
    void profileHoldsWhereAllHostsAreTheProviders() {
        assertThat(profiles.at(List.of("gmail-smtp-in.l.google.com", "alt1.aspmx.l.google.com")))
                .containsExactly("google");
        assertThat(profiles.at(List.of("aspmx.l.google.com", "backup.b.example")))
                .isEmpty();
        assertThat(profiles.at(List.of("notgoogle.com"))).isEmpty();
        assertThat(profiles.at(List.of("b-example.mail.protection.outlook.com")))
                .containsExactly("microsoft-365");
        assertThat(profiles.at(List.of("hotmail-com.olc.protection.outlook.com")))
                .containsExactly("microsoft-consumer");
        assertThat(profiles.at(List.of("us-smtp-inbound-1.mimecast.com+1.1c291ca3")))
                .containsExactly("mimecast");
        assertThat(profiles.at(List.of())).isEmpty();
    }

    @Test
    void moreSpecificWinsValueByValue() {
        Profiles layered = over(profiles, """
                version: 1
                profiles:
                  default: {connections: 3, idle: 7s, pools: {news: {connections: 4}}}
                  google: {messages_per_connection: 33, pools: {news: {idle: 8s}}, sources: {s1: {idle: 9s}}}
                  one-site: {mx: aspmx.l.google.com, rate: 1/s}
                """);
        List<String> site = List.of("aspmx.l.google.com");
        EffectiveProfile plain = layered.effective("default", "s9", site);
        assertThat(plain.profiles()).containsExactly("default", "google", "one-site");
        assertThat(plain.connections())
                .as("the shipped provider over the operator's default")
                .isEqualTo(5);
        assertThat(plain.messagesPerConnection())
                .as("the operator over the shipped")
                .isEqualTo(33);
        assertThat(plain.rate()).as("the longer suffix over the shorter").hasToString("1/s");
        assertThat(plain.idle()).hasSeconds(7);
        assertThat(layered.effective("news", "s9", site).idle()).hasSeconds(8);
        assertThat(layered.effective("news", "s1", site).idle()).hasSeconds(9);
        assertThat(layered.effective("news", "s1", List.of("mx.b.example")).connections())
                .isEqualTo(4);
        assertThat(layered.explain("news", "s1", site))
                .filteredOn(one -> one.key().equals("idle"))
                .singleElement()
                .asString()
                .isEqualTo("idle: 9s (google source s1, own.yaml:4), over 8s (google pool news, own.yaml:4), over 7s"
                        + " (default, own.yaml:3), over 1m (default, shipped profiles.yaml:"
                        + lineOf("idle: 60s") + ")");
        assertThat(plain.speaker().providers()).containsExactlyInAnyOrder("google", "one-site");
    }

    private static long lineOf(String text) {
        try {
            return Files.readAllLines(Path.of("src/main/resources/dev/tradewind/shaping/profiles.yaml")).stream()
                            .takeWhile(line -> !line.contains(text))
                            .count()
                    + 1;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Profiles over(Profiles below, String text) {
        return switch (ProfileReader.read(text, "own.yaml", below)) {
            case ProfileReader.Reading.Read(Profiles read) -> read;
            case ProfileReader.Reading.Refused(List<ProfileProblem> problems) -> throw new AssertionError(problems);
        };
    }

    @Test
    void everyValueIsExplained() {
        for (String name : profiles.names()) {
            List<String> site = List.copyOf(profiles.suffixes(name));
            assertThat(profiles.explain("default", "s1", site).stream().map(Explained::key))
                    .as(name)
                    .containsAll(ProfileKey.keys());
        }
    }

    @Test
    void docsNameEveryKeyAndProvider() throws IOException {
        String docs = Files.readString(Path.of("docs/shaping.md"));
        for (String key : ProfileKey.keys()) {
            assertThat(docs).contains("`" + key + "`");
        }
        for (String name : profiles.names()) {
            assertThat(docs).contains("`" + name + "`");
        }
        for (Dimension one : Dimension.values()) {
            assertThat(docs).contains("`" + one.word() + "`");
        }
    }
}
