package dev.tradewind.operate;

import dev.tradewind.settings.Setting;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * Which node this is.
 *
 * @param data     directory of the embedded stores
 * @param hostname the name the node goes by; empty for the machine's
 */
public record NodeSettings(
        @Setting(
                key = "data",
                doc = "Directory of the embedded stores, made if it is missing. One process at a time has it.",
                def = "./data")
        Path data,

        @Setting(
                key = "hostname",
                doc =
                        "The name the node goes by: in the SMTP banner and EHLO, in Message-ID and Received fields. It should resolve to the address mail comes from.",
                defDoc = "the machine's name")
        Optional<String> hostname) {
    /** @throws IllegalArgumentException if the name is no host name */
    public NodeSettings {
        hostname.ifPresent(NodeSettings::check);
    }

    /** The name the node goes by, in lower case. */
    public String nodeName() {
        return hostname.map(name -> name.toLowerCase(Locale.ROOT)).orElseGet(MachineName::get);
    }

    private static void check(String name) {
        boolean good = !name.isEmpty() && name.length() <= 253;
        for (String label : name.split("\\.", -1)) {
            good &= !label.isEmpty() && label.length() <= 63 && !label.startsWith("-") && !label.endsWith("-");
            good &= label.chars().allMatch(c -> c == '-' || (c < 128 && Character.isLetterOrDigit(c)));
        }
        if (!good) {
            throw new IllegalArgumentException(
                    "'" + name
                            + "' is not a host name: labels of letters, digits and hyphens, 1..63 each, 253 in all (RFC 5321 section 4.5.3.1.2)");
        }
    }
}
