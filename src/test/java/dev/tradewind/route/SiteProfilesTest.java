package dev.tradewind.route;

import dev.tradewind.shaping.Profiles;
import org.junit.jupiter.api.Test;

import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** The table of sites and the profiles name the same providers. */
class SiteProfilesTest {
    @Test
    void nameOfASiteHasTheProfileOfItsHosts() {
        Profiles profiles = Profiles.shipped();
        Sites sites = Sites.shipped();
        for (String name : profiles.names()) {
            for (String suffix : profiles.suffixes(name)) {
                List<String> hosts = List.of("mx1." + suffix, "mx2." + suffix);
                assertThat(profiles.at(hosts)).as(suffix).contains(name);
                assertThat(profiles.at(List.of(sites.of(hosts)))).as(suffix).contains(name);
            }
        }
    }
}
