package dev.tradewind.authenticate;

import dev.tradewind.mail.MessageOctets;
import dev.tradewind.sign.Algorithm;
import dev.tradewind.sign.DkimKey;
import dev.tradewind.sign.SigningFixture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Against OpenDKIM in its test mode, which reads messages from files, and keys from a file in place of the DNS: it verifies what we sign
 * and we verify what it signs. And against the OpenSSL tool for the forms of keys.
 */
@Tag("needs-opendkim")
class OpenDkimTest {
    @TempDir
    private Path directory = Path.of("");

    @Test
    void openDkimVerifiesWhatWeSign() throws IOException, InterruptedException {
        Map<String, Path> files = new LinkedHashMap<>();
        for (DkimKey key : List.of(SigningFixture.RSA, SigningFixture.ED25519)) {
            for (Map.Entry<String, MessageOctets> shape :
                    SigningFixture.shapes().entrySet()) {
                byte[] signed = onTheWire(SigningFixture.signed(shape.getValue(), key));
                Path file = write(files.size() + ".eml", signed);
                files.put(shape.getKey() + ", " + key.algorithm(), file);
            }
        }
        Path both = write(
                "both.eml",
                SigningFixture.signed(SigningFixture.shape("MIME"), SigningFixture.RSA, SigningFixture.ED25519)
                        .octets());
        files.put("both keys", both);
        Path wrong =
                write("wrong.eml", damaged(SigningFixture.signed(SigningFixture.shape("plain"), SigningFixture.RSA)));

        String said = openDkim(verifying(), Stream.concat(files.values().stream(), Stream.of(wrong)));

        Map<String, String> verdicts = new LinkedHashMap<>();
        files.forEach((name, file) -> verdicts.put(name, verdict(said, file)));
        assertThat(verdicts)
                .hasSizeGreaterThan(28)
                .allSatisfy((name, verdict) ->
                        assertThat(verdict).as(name).contains("succeeded").doesNotContain("failed"));
        assertThat(verdict(said, wrong)).contains("failed");
        System.out.println("OpenDKIM verified " + files.size() + " messages signed here");
    }

    @Test
    void weVerifyWhatOpenDkimSigns() throws IOException, InterruptedException {
        int count = 0;
        for (DkimKey key : List.of(SigningFixture.RSA, SigningFixture.ED25519)) {
            for (String forms : List.of("simple/simple", "relaxed/relaxed", "relaxed/simple", "simple/relaxed")) {
                if (key.algorithm() == Algorithm.ED25519_SHA256 && forms.startsWith("simple/")) {
                    continue; // OpenDKIM 2.11.0 does not verify such signatures of its own either: it folds again after
                    // signing
                }
                Map<Path, MessageOctets> files = new LinkedHashMap<>();
                for (MessageOctets message : SigningFixture.shapes().values()) {
                    if (forms.startsWith("simple/") && hasUnusualSpace(message)) {
                        continue;
                    }
                    files.put(write("in" + files.size() + ".eml", onTheWire(message)), message);
                }
                String said = openDkim(signing(key, forms), files.keySet().stream());
                for (Map.Entry<Path, MessageOctets> file : files.entrySet()) {
                    String field = verdict(said, file.getKey());
                    MessageOctets signed = SigningFixture.prepended(
                            field.replace("\r", "").replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII),
                            file.getValue());
                    List<DkimResult> results = DkimVerifier.verify(
                            signed, SigningFixture.dns(SigningFixture.RSA, SigningFixture.ED25519), SigningFixture.NOW);
                    assertThat(results).as(forms + " " + field).hasSize(1).allMatch(DkimResult::isPass);
                    count++;
                }
            }
        }
        System.out.println("messages signed by OpenDKIM and verified here: " + count);
    }

    @Test
    void keysOfOpenSslAreReadAndOursAreReadByIt() throws IOException, InterruptedException {
        for (String options :
                List.of("rsa -pkeyopt rsa_keygen_bits:2048", "rsa -pkeyopt rsa_keygen_bits:1024", "ed25519")) {
            String pkcs8 = openSsl("genpkey -algorithm " + options);
            Path file = write("key.pem", pkcs8.getBytes(StandardCharsets.US_ASCII));
            List<String> texts = new ArrayList<>(List.of(pkcs8));
            if (options.startsWith("rsa")) {
                texts.add(openSsl("pkey -traditional -in " + file));
                assertThat(texts.getLast()).contains("BEGIN RSA PRIVATE KEY");
            }
            for (String text : texts) {
                DkimKey key = DkimKey.ofPem(SigningFixture.DOMAIN, "s", text);
                String publicPem = openSsl("pkey -pubout -in " + file);
                String base64 = publicPem.replaceAll("-----[A-Z ]+-----|\\s", "");
                assertThat(base64)
                        .endsWith(SigningFixture.publicBase64(key)
                                .substring(SigningFixture.publicBase64(key).length() - 20));
                Path ours = write("ours.pem", key.pkcs8Pem().getBytes(StandardCharsets.US_ASCII));
                assertThat(openSsl("pkey -pubout -in " + ours)).isEqualTo(publicPem);
            }
        }
    }

    private Path verifying() throws IOException {
        String dns = Stream.of(SigningFixture.RSA, SigningFixture.ED25519)
                .map(key -> key.dnsName() + " " + SigningFixture.record(key) + "\n")
                .collect(Collectors.joining());
        Path keys = write("dns", dns.getBytes(StandardCharsets.US_ASCII));
        return configuration("Mode v\nTestDNSData file:" + keys + "\n");
    }

    private Path signing(DkimKey key, String canonicalization) throws IOException {
        Path file = write("private.pem", key.pkcs8Pem().getBytes(StandardCharsets.US_ASCII));
        return configuration("Mode s\nDomain example.org\nSelector " + key.selector() + "\nKeyFile " + file
                + "\nRequireSafeKeys no\nOversignHeaders From\nSignatureAlgorithm "
                + key.algorithm().tagValue() + "\nCanonicalization " + canonicalization + "\n");
    }

    private Path configuration(String text) throws IOException {
        return write("opendkim.conf", text.getBytes(StandardCharsets.US_ASCII));
    }

    private Path write(String name, byte[] octets) throws IOException {
        return Files.write(directory.resolve(name), octets);
    }

    /** SMTP ends a last line that has no end (RFC 5321 §4.1.1.4); OpenDKIM's test mode reads nothing else. */
    private static byte[] onTheWire(MessageOctets message) {
        String text = SigningFixture.text(message);
        return (text.endsWith("\r\n") ? text : text + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    /**
     * OpenDKIM's test mode puts one space behind the colon of each field, whatever there was, as milters of old did; so its "simple" is not
     * that of the message then. (It verifies its own signature with the space changed.)
     */
    private static boolean hasUnusualSpace(MessageOctets message) {
        String header = SigningFixture.text(message).split("\r\n\r\n")[0];
        return Stream.of(header.split("\r\n(?![ \t])")).anyMatch(field -> !field.matches("(?s)[^:]+: [^ \t].*"));
    }

    private static byte[] damaged(MessageOctets message) {
        byte[] octets = message.octets().clone();
        octets[octets.length - 3] ^= 1;
        return octets;
    }

    /** What OpenDKIM said about one of the files. */
    private static String verdict(String said, Path file) {
        StringBuilder about = new StringBuilder();
        for (String part : said.split("(?=opendkim: )")) {
            if (part.startsWith("opendkim: " + file + ":")) {
                about.append(
                        part.substring(("opendkim: " + file + ":").length()).stripLeading());
            }
        }
        return about.toString();
    }

    private String openDkim(Path configuration, Stream<Path> files) throws IOException, InterruptedException {
        String list = files.map(Path::toString).collect(Collectors.joining(","));
        return run("opendkim", "-x", configuration.toString(), "-v", "-t", list);
    }

    private String openSsl(String arguments) throws IOException, InterruptedException {
        return run(Stream.concat(Stream.of("openssl"), Stream.of(arguments.split(" ")))
                .toArray(String[]::new));
    }

    private String run(String... command) throws IOException, InterruptedException {
        Path output = directory.resolve("output");
        Process process = new ProcessBuilder(command)
                .redirectOutput(output.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        String said = Files.readString(output, StandardCharsets.ISO_8859_1);
        assertThat(process.exitValue())
                .as(String.join(" ", command) + "\n" + said)
                .isZero();
        return said;
    }
}
