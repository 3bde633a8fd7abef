package dev.tradewind.mail.mime;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

import static org.assertj.core.api.Assertions.assertThat;

class HeaderDateTest {
    private static final DateTimeFormatter JDK = DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss Z", Locale.ROOT);

    @Property
    void datesAreThoseOfTheJdk(@ForAll @LongRange(min = 0, max = 253_402_300_799L) long second) {
        Instant instant = Instant.ofEpochSecond(second, 999_999_999);
        assertThat(HeaderDate.format(instant)).isEqualTo(JDK.format(instant.atOffset(ZoneOffset.UTC)));
    }
}
