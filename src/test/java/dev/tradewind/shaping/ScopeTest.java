package dev.tradewind.shaping;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ScopeTest {
    @Test
    void isWrittenInOneOrder() {
        Scope scope = Scope.of(Dimension.SOURCE, "s1").with(Dimension.SITE, "google.com");
        assertThat(scope).hasToString("site=google.com,source=s1").isEqualTo(Scope.lane("google.com", "s1"));
        assertThat(Scope.parse("source=s1,site=google.com")).isEqualTo(scope).hasSameHashCodeAs(scope);
        assertThat(Scope.parse("all")).isEqualTo(Scope.ALL).hasToString("all");
        assertThat(Scope.of(Dimension.CAMPAIGN, "a,b\\c=d")).hasToString("campaign=a\\,b\\\\c=d");
    }

    @Test
    void narrowsAndCovers() {
        Scope message = Scope.lane("a.example", "s1").with(Dimension.ACCOUNT, "7");
        assertThat(message.only(Set.of(Dimension.SITE))).contains(Scope.of(Dimension.SITE, "a.example"));
        assertThat(message.only(Set.of(Dimension.SITE, Dimension.CAMPAIGN))).isEmpty();
        assertThat(Scope.of(Dimension.SITE, "a.example").covers(message)).isTrue();
        assertThat(Scope.ALL.covers(message)).isTrue();
        assertThat(Scope.of(Dimension.SITE, "b.example").covers(message)).isFalse();
        assertThat(message.covers(Scope.of(Dimension.SITE, "a.example"))).isFalse();
    }

    @Test
    void whatIsNoScopeIsRefused() {
        for (String bad : List.of("", "site", "site=", "sight=a", "site=a,site=b", "site=a,", "site=a\\")) {
            assertThatThrownBy(() -> Scope.parse(bad)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Property
    void readsWhatItWrites(@ForAll @Size(max = 5) Map<Dimension, @NotEmpty String> values) {
        Scope scope = Scope.ALL;
        for (Map.Entry<Dimension, String> one : values.entrySet()) {
            scope = scope.with(one.getKey(), one.getValue());
        }
        assertThat(Scope.parse(scope.toString())).isEqualTo(scope);
    }

    @Property
    void anyTextIsAScopeOrRefused(@ForAll String text) {
        try {
            assertThat(Scope.parse(Scope.parse(text).toString())).isEqualTo(Scope.parse(text));
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }
}
