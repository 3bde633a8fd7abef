package dev.tradewind.mail.mime;

import dev.tradewind.mail.MessageOctets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** The public MIME samples: odd mail of many years. */
@Tag("needs-suites")
class MimeSamplesTest {
    private static final Path SAMPLES = Path.of(Optional.ofNullable(System.getProperty("TRADEWIND_SUITES"))
                    .or(() -> Optional.ofNullable(System.getenv("TRADEWIND_SUITES")))
                    .orElse("../shared/suites"))
            .resolve("mime/samples");

    @Test
    void everySampleIsReadConvertedOrRefused() throws IOException {
        List<Path> files;
        try (Stream<Path> walk = Files.walk(SAMPLES)) {
            files = walk.filter(file -> file.toString().matches(".*\\.(eml|msg|txt)"))
                    .sorted()
                    .toList();
        }
        assertThat(files).hasSizeGreaterThan(50);
        for (Path file : files) {
            byte[] original = Files.readAllBytes(file);
            for (byte[] octets : List.of(original, LineEndings.normalized(original))) {
                MessageOctets message = MessageOctets.of(octets);
                HeaderSection section = HeaderSection.of(message);
                for (HeaderSection.Field field : section.fields()) {
                    assertThat(field.decoded()).as("%s %s", file, field).isNotNull();
                    HeaderAddress.parseList(field.unfolded());
                    ContentType.parse(field.unfolded());
                }
                if (SevenBitConversion.convert(message)
                        instanceof SevenBitConversion.Result.Converted(MessageOctets converted)) {
                    assertThat(EightBit.of(converted).needs8bit())
                            .as("%s", file)
                            .isFalse();
                    assertThat(ReadMail.read(converted.octets()).structure())
                            .as("%s", file)
                            .isEqualTo(ReadMail.read(message.octets()).structure());
                }
            }
        }
    }
}
