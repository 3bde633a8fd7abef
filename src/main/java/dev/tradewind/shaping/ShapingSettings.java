package dev.tradewind.shaping;

import dev.tradewind.settings.Setting;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where profiles are from.
 *
 * @param profiles {@code shaping.profiles}
 */
public record ShapingSettings(
        @Setting(
                key = "shaping.profiles",
                doc =
                        "A YAML file of provider profiles, laid over the shipped ones (docs/shaping.md). It is read again when it changes; a"
                                + " file with a mistake changes nothing and is reported in the log. In this version lanes do not obey it yet.",
                defDoc = "shipped profiles only")
        Optional<Path> profiles) {}
