package dev.tradewind.route;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.zip.CRC32C;

/**
 * Names sites. The site of a set of MX hosts, whatever their preferences, is
 *
 * <ol>
 *   <li>the provider's, if the names of all of them end in suffixes that {@code sites.txt} gives to the same provider: big providers give
 *       each customer other hosts of the same machines;
 *   <li>else the name of the host, if there is one;
 *   <li>else the alphabetically first name, the number of further names and a checksum of all ({@code mx1.example.net+2.1c291ca3}), so
 *       that the same hosts have the same short name and others another.
 * </ol>
 */
final class Sites {
    private static final String TABLE = "sites.txt";

    private final Map<String, String> bySuffix;

    private Sites(Map<String, String> bySuffix) {
        this.bySuffix = bySuffix;
    }

    /** The shipped table. */
    static Sites shipped() {
        try (InputStream in = Sites.class.getResourceAsStream(TABLE)) {
            if (in == null) {
                throw new IllegalStateException(TABLE + " is not in the program");
            }
            Map<String, String> bySuffix = new HashMap<>();
            BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.isBlank() || line.startsWith("#")) {
                    continue;
                }
                int space = line.indexOf(' ');
                bySuffix.put(
                        space < 0 ? line.strip() : line.substring(0, space),
                        line.substring(space + 1).strip());
            }
            return new Sites(Map.copyOf(bySuffix));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The site of one or more hosts, lower-case names without final dot. */
    String of(List<String> hosts) {
        SortedSet<String> names = new TreeSet<>(hosts);
        String first = names.getFirst();
        Optional<String> provider = provider(first);
        if (provider.isPresent()
                && names.stream().allMatch(name -> provider(name).equals(provider))) {
            return provider.get();
        }
        if (names.size() == 1) {
            return first;
        }
        CRC32C sum = new CRC32C();
        for (String name : names) {
            sum.update(name.getBytes(StandardCharsets.UTF_8));
            sum.update('\n');
        }
        return first + '+' + (names.size() - 1) + '.' + HexFormat.of().toHexDigits((int) sum.getValue());
    }

    private Optional<String> provider(String host) {
        for (int from = 0; from >= 0; from = next(host, from)) {
            String site = bySuffix.get(host.substring(from));
            if (site != null) {
                return Optional.of(site);
            }
        }
        return Optional.empty();
    }

    private static int next(String host, int from) {
        int dot = host.indexOf('.', from);
        return dot < 0 ? -1 : dot + 1;
    }
}
