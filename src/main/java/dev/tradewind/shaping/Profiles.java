package dev.tradewind.shaping;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * All profiles: the shipped ones and the operator's over them. Immutable.
 *
 * <p>A profile holds at a site if the names of all its MX hosts end (in whole labels) in suffixes that the profile names; {@value #DEFAULT}
 * holds everywhere. What holds for a lane is laid together from the bottom up, each layer over those before:
 *
 * <ol>
 *   <li>the default, then the profiles that hold at the site, the one with the shorter suffix first;
 *   <li>of each of these what it says of all lanes, then of the pool, then of the source;
 *   <li>of each of these the shipped file's, then the operator's.
 * </ol>
 */
public final class Profiles {
    /** Name of the profile that holds everywhere. */
    public static final String DEFAULT = "default";

    /** What the shipped file is called. */
    public static final String SHIPPED_FILE = "shipped profiles.yaml";

    /** No profile at all: what the shipped file is laid over. */
    static final Profiles NONE = new Profiles(List.of(), Map.of());

    private static final String RESOURCE = "profiles.yaml";

    private final List<Layer> layers;
    private final Map<String, Set<String>> suffixes;

    /** Suffix to the profiles that name it. */
    private final Map<String, Set<String>> bySuffix = new LinkedHashMap<>();

    private Profiles(List<Layer> layers, Map<String, Set<String>> suffixes) {
        this.layers = List.copyOf(layers);
        this.suffixes = new TreeMap<>(suffixes);
        suffixes.forEach((name, all) -> all.forEach(suffix ->
                bySuffix.computeIfAbsent(suffix, _ -> new LinkedHashSet<>()).add(name)));
    }

    /** The shipped profiles. */
    public static Profiles shipped() {
        try (InputStream in = Profiles.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(RESOURCE + " is not in the program");
            }
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return switch (ProfileReader.read(text, SHIPPED_FILE, NONE)) {
                case ProfileReader.Reading.Read(Profiles profiles) -> profiles;
                case ProfileReader.Reading.Refused(List<ProfileProblem> problems) ->
                    throw new IllegalStateException(String.join(
                            "\n", problems.stream().map(Object::toString).toList()));
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** These, with the layers of a further file over them, and its suffixes instead of those of the same names. */
    Profiles with(List<Layer> more, Map<String, Set<String>> itsSuffixes) {
        List<Layer> all = new ArrayList<>(layers);
        all.addAll(more);
        Map<String, Set<String>> merged = new LinkedHashMap<>(suffixes);
        merged.putAll(itsSuffixes);
        return new Profiles(all, merged);
    }

    /**
     * These, with values of the configuration over the default that was read so far: what is read later, and every provider's profile, is over
     * them.
     *
     * @param values what lanes begin with, from settings of their own
     * @param file   what explanations call their place
     */
    public Profiles withDefaults(Profile values, String file) {
        Map<String, Place> places = new LinkedHashMap<>();
        ProfileKey.keys().forEach(key -> places.put(key, new Place(file, 1)));
        return with(List.of(new Layer(DEFAULT, Optional.empty(), Optional.empty(), values, places)), Map.of());
    }

    /** Names of all profiles but the default, sorted. */
    public Set<String> names() {
        return Set.copyOf(suffixes.keySet());
    }

    /** MX name suffixes of a profile; none if there is no such profile. */
    public Set<String> suffixes(String name) {
        return Set.copyOf(suffixes.getOrDefault(name, Set.of()));
    }

    /** Every reaction of every layer. */
    public List<Reaction> reactions() {
        return layers.stream()
                .flatMap(layer -> layer.values().reactions().values().stream())
                .flatMap(Optional::stream)
                .toList();
    }

    /**
     * Names of the profiles that hold at a site, the least specific first, without the default.
     *
     * @param mx names of its MX hosts, or its own name: that of a provider's site is a suffix of the names of its hosts
     */
    public List<String> at(Collection<String> mx) {
        Map<String, Integer> shortest = new LinkedHashMap<>();
        boolean first = true;
        for (String host : mx) {
            Map<String, Integer> here = matches(plain(host));
            if (first) {
                shortest.putAll(here);
                first = false;
            } else {
                shortest.keySet().retainAll(here.keySet());
                shortest.replaceAll((name, length) -> Math.min(length, here.getOrDefault(name, length)));
            }
        }
        return shortest.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
                .map(Map.Entry::getKey)
                .toList();
    }

    // A site that is a set of hosts is called after the first: mx1.b.example+2.1c291ca3.
    private static String plain(String host) {
        int plus = host.indexOf('+');
        return plus < 0 ? host : host.substring(0, plus);
    }

    private Map<String, Integer> matches(String host) {
        Map<String, Integer> found = new LinkedHashMap<>();
        for (int from = 0; from >= 0; from = next(host, from)) {
            String suffix = host.substring(from);
            for (String name : bySuffix.getOrDefault(suffix, Set.of())) {
                found.merge(name, suffix.length(), Math::max);
            }
        }
        return found;
    }

    private static int next(String host, int from) {
        int dot = host.indexOf('.', from);
        return dot < 0 ? -1 : dot + 1;
    }

    /**
     * What holds for the lanes of a pool and source at a site.
     *
     * @param mx names of its MX hosts, or its own name
     */
    public EffectiveProfile effective(String pool, String source, Collection<String> mx) {
        List<String> names = new ArrayList<>(List.of(DEFAULT));
        names.addAll(at(mx));
        Profile whole = Profile.EMPTY;
        for (Layer layer : layers(names, pool, source)) {
            whole = layer.values().over(whole);
        }
        return EffectiveProfile.of(names, whole);
    }

    /** Where each value of {@link #effective} comes from, and what it lies over. */
    public List<Explained> explain(String pool, String source, Collection<String> mx) {
        List<String> names = new ArrayList<>(List.of(DEFAULT));
        names.addAll(at(mx));
        Map<String, List<Explained.Said>> said = new LinkedHashMap<>();
        ProfileKey.keys().forEach(key -> said.put(key, new ArrayList<>()));
        for (Layer layer : layers(names, pool, source)) {
            values(layer).forEach((key, value) -> {
                Place place = layer.places().getOrDefault(key, new Place("?", 0));
                said.computeIfAbsent(key, _ -> new ArrayList<>())
                        .addFirst(new Explained.Said(value, layer.label(), place));
            });
        }
        List<Explained> all = new ArrayList<>();
        said.forEach((key, values) -> {
            if (!values.isEmpty()) {
                all.add(new Explained(key, values.getFirst(), values.subList(1, values.size())));
            }
        });
        return all;
    }

    private static Map<String, String> values(Layer layer) {
        Map<String, String> values = new LinkedHashMap<>();
        for (ProfileKey key : ProfileKey.values()) {
            key.valueOf(layer.values()).ifPresent(value -> values.put(key.key(), value));
        }
        layer.values()
                .limits()
                .forEach((name, limit) ->
                        values.put("limits." + name, limit.map(Object::toString).orElse("off")));
        layer.values()
                .reactions()
                .forEach((name, reaction) -> values.put(
                        "reactions." + name, reaction.map(Object::toString).orElse("off")));
        return values;
    }

    /** The layers for a lane from the bottom up. */
    private List<Layer> layers(List<String> names, String pool, String source) {
        return layers.stream()
                .filter(layer -> names.contains(layer.name()) && layer.isFor(pool, source))
                .sorted(Comparator.<Layer>comparingInt(layer -> names.indexOf(layer.name()))
                        .thenComparingInt(Layer::rank)) // stable: of the same rank the file that was read later is over
                .toList();
    }
}
