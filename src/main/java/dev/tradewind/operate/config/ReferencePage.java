package dev.tradewind.operate.config;

import dev.tradewind.settings.Setting;

import java.util.ArrayList;
import java.util.List;

/** The configuration reference in Markdown, made from the settings records, so that it is never behind them. */
public final class ReferencePage {
    private static final String HEAD = """
            # Configuration

            Generated from the settings records by `./dev docs`; do not edit.

            Settings are read once at start. They come from a YAML file (`serve --config FILE`), from environment variables and from
            `-c key=value` on the command line, each over the one before, key by key. `tradewind check --config FILE` prints every
            problem with its key and line. An unknown key stops the start.

            - **File**: keys may be nested or written with dots; `api: {listen: 127.0.0.1:8080}` and `api.listen: 127.0.0.1:8080` are the same.
            - **Environment**: `TRADEWIND_` and the key in capitals, a double underscore for a dot: `TRADEWIND_API__LISTEN`, `TRADEWIND_API__ADMIN_KEY`.
              This is the place for secrets; a command line can be seen by every user of the machine.
            - **Lists**: a YAML list, or one text with commas.
            - **Durations**: a whole number and `ms`, `s`, `m`, `h` or `d`. **Sizes**: a whole number and `B`, `KB`, `KiB`, `MB`, `MiB`, `GB`, `GiB`.
            - **Networks**: `192.0.2.0/24`, `2001:db8::/32` or one address. **`HOST:PORT`**: an IPv6 address stands in brackets, no host is
              every address, port 0 takes a free port, which is logged and printed.
            - **Paths** are relative to the directory in which the program is started.

            | key | meaning | type | default | range |
            | --- | --- | --- | --- | --- |
            """;

    private ReferencePage() {}

    /** The page. */
    public static String of(Schema schema, SpecialKeys special) {
        List<String> rows = new ArrayList<>();
        for (Schema.Key key : schema.keys()) {
            rows.add(row(key));
        }
        for (Schema.Children children : schema.children()) {
            rows.add("| `" + children.path() + ".NAME` | "
                    + cell(children.setting().doc()) + " | named sections | " + orNone(children.setting()) + " | |");
        }
        rows.sort(String::compareTo);
        StringBuilder page = new StringBuilder(HEAD);
        rows.forEach(row -> page.append(row).append('\n'));
        appendLater(page, special);
        return page.toString();
    }

    private static void appendLater(StringBuilder page, SpecialKeys special) {
        if (!special.unavailableKeys().isEmpty()) {
            page.append("\n## Keys of later versions\n\n")
                    .append("Refused, because what they ask for would not happen: `")
                    .append(String.join("`, `", special.unavailableKeys()))
                    .append("` and all below them.\n");
        }
        if (!special.ignoredKeys().isEmpty()) {
            page.append("\nIgnored with a warning, because they only move or tune what this version does not do: `")
                    .append(String.join("`, `", special.ignoredKeys()))
                    .append("`.\n");
        }
    }

    private static String row(Schema.Key key) {
        Setting setting = key.setting();
        String type = Values.typeName(key.type());
        return "| `" + key.path() + "` | " + cell(setting.doc()) + " | "
                + (key.arity() == Schema.Arity.LIST ? "list of " + type : type) + " | "
                + (key.required() ? "required" : orNone(setting)) + " | " + range(key) + " |";
    }

    private static String orNone(Setting setting) {
        if (!setting.defDoc().isEmpty()) {
            return cell(setting.defDoc());
        }
        return setting.def().isEmpty() ? "none" : "`" + cell(setting.def()) + "`";
    }

    private static String range(Schema.Key key) {
        String unit = key.type() == String.class ? " characters" : "";
        String min = key.setting().min();
        String max = key.setting().max();
        if (min.isEmpty() && max.isEmpty()) {
            return "";
        } else if (max.isEmpty()) {
            return "from " + min + unit;
        }
        return (min.isEmpty() ? "up to " : min + " to ") + max + unit;
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replace('\n', ' ');
    }
}
