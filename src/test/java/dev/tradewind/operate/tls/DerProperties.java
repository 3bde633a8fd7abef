package dev.tradewind.operate.tls;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

import static org.assertj.core.api.Assertions.assertThat;

class DerProperties {
    @Property
    void firstInsideIsWhatWasPutFirst(@ForAll @Size(max = 70_000) byte[] first, @ForAll byte[] second) {
        byte[] inner = Der.element(Der.OCTET_STRING, first);
        assertThat(Der.firstInside(Der.sequence(inner, Der.element(Der.OCTET_STRING, second))))
                .isEqualTo(inner);
    }

    @Property
    void anyOctetsGiveAnElementOrARefusal(@ForAll byte[] octets) {
        try {
            assertThat(Der.firstInside(octets).length).isLessThanOrEqualTo(octets.length);
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageStartingWith("DER");
        }
    }
}
