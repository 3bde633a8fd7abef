package dev.tradewind.operate.config;

import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads a configuration file into a {@link Gathering}. Keys may be nested or written with dots ({@code api.listen: …}). Every scalar is
 * taken as it is written; its key gives it a type.
 *
 * <p>Limits: 1 MiB, 10,000 values, aliases counted as often as they are used.
 */
final class YamlFile {
    private static final int MOST_OCTETS = 1 << 20;
    private static final int MOST_VALUES = 10_000;

    private final Gathering gathering;
    private final String name;
    private final Set<KeyPath> seen = new HashSet<>();
    private int values;

    private YamlFile(Gathering gathering, String name) {
        this.gathering = gathering;
        this.name = name;
    }

    static void read(Path file, Gathering into) {
        YamlFile yaml = new YamlFile(into, file.toString());
        Origin whole = new Origin.InFile(file.toString(), 1, 1);
        try {
            if (Files.size(file) > MOST_OCTETS) {
                into.problem(whole, KeyPath.ROOT, "is larger than 1 MiB");
                return;
            }
            yaml.readText(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
                    .toString());
        } catch (NoSuchFileException e) {
            into.problem(whole, KeyPath.ROOT, "there is no such file");
        } catch (CharacterCodingException e) {
            into.problem(whole, KeyPath.ROOT, "is not UTF-8");
        } catch (IOException e) {
            into.problem(whole, KeyPath.ROOT, "cannot be read: " + e);
        }
    }

    static void read(String text, String name, Gathering into) {
        new YamlFile(into, name).readText(text);
    }

    private void readText(String text) {
        LoadSettings settings = LoadSettings.builder()
                .setLabel(name)
                .setCodePointLimit(MOST_OCTETS)
                .setAllowNonScalarKeys(true) // refused below, with their place
                .build();
        try {
            List<Node> documents = new ArrayList<>();
            new Compose(settings).composeAllFromString(text).forEach(documents::add);
            if (documents.size() > 1) {
                gathering.problem(at(documents.get(1)), KeyPath.ROOT, "has a second document (---); one file has one");
            } else if (!documents.isEmpty()) {
                walkDocument(documents.getFirst());
            }
        } catch (MarkedYamlEngineException e) {
            Origin origin = at(e.getProblemMark().or(e::getContextMark));
            String context = e.getContext() == null ? "" : e.getContext() + ", ";
            gathering.problem(origin, KeyPath.ROOT, "is not YAML: " + context + e.getProblem());
        } catch (YamlEngineException e) {
            gathering.problem(
                    at(Optional.empty()), KeyPath.ROOT, "is not YAML: " + firstLine(String.valueOf(e.getMessage())));
        } catch (StackOverflowError e) {
            gathering.problem(at(Optional.empty()), KeyPath.ROOT, "is nested too deeply");
        }
    }

    private void walkDocument(Node root) {
        switch (root) {
            case MappingNode mapping -> walk(mapping, KeyPath.ROOT);
            case ScalarNode scalar when isEmpty(scalar) -> values = 0; // only comments
            default -> gathering.problem(at(root), KeyPath.ROOT, "is not a mapping of keys to values");
        }
    }

    private void walk(MappingNode section, KeyPath prefix) {
        for (NodeTuple entry : section.getValue()) {
            if (tooMany(section)) {
                return;
            }
            if (!(entry.getKeyNode() instanceof ScalarNode key)) {
                gathering.problem(at(entry.getKeyNode()), prefix, "has a key that is not a text");
                continue;
            }
            KeyPath path = prefix;
            if (gathering.schema.hasChildren(prefix)) {
                path = path.plus(key.getValue());
            } else {
                for (String part : key.getValue().split("\\.", -1)) {
                    path = path.plus(part);
                }
            }
            entry(at(key), path, entry.getValueNode());
        }
    }

    private void entry(Origin origin, KeyPath path, Node value) {
        boolean known = gathering.schema.find(path).isPresent();
        if (!known && value instanceof MappingNode section && gathering.goesOnBelow(path)) {
            walk(section, path);
        } else if (!known && value instanceof ScalarNode scalar && isEmpty(scalar) && gathering.goesOnBelow(path)) {
            return; // a section whose keys are all commented out
        } else if (!known) {
            gathering.notAKey(origin, path);
        } else if (seen.add(path)) {
            value(path, value);
        } else {
            gathering.problem(origin, path, "is written twice");
        }
    }

    private void value(KeyPath path, Node value) {
        switch (value) {
            case ScalarNode scalar
            when isEmpty(scalar) ->
                gathering.problem(at(value), path, "has no value: write one, or remove the line for the default");
            case ScalarNode scalar -> gathering.put(path, new Written.Text(scalar.getValue(), at(scalar)));
            case SequenceNode sequence -> items(path, sequence);
            default -> gathering.problem(at(value), path, "is a value, not a section");
        }
    }

    private void items(KeyPath path, SequenceNode sequence) {
        List<Written.Text> items = new ArrayList<>();
        for (Node item : sequence.getValue()) {
            if (tooMany(sequence)) {
                return;
            }
            if (item instanceof ScalarNode scalar && !isEmpty(scalar)) {
                items.add(new Written.Text(scalar.getValue(), at(scalar)));
            } else {
                gathering.problem(at(item), path, "has an item that is not a text or number");
            }
        }
        gathering.put(path, new Written.Items(items, at(sequence)));
    }

    private boolean tooMany(Node node) {
        if (++values == MOST_VALUES) {
            gathering.problem(at(node), KeyPath.ROOT, "has more than " + MOST_VALUES + " values");
        }
        return values >= MOST_VALUES;
    }

    private static boolean isEmpty(ScalarNode scalar) {
        return scalar.isPlain() && scalar.getTag().equals(Tag.NULL);
    }

    private Origin at(Node node) {
        return at(node.getStartMark());
    }

    private Origin at(Optional<Mark> mark) {
        return mark.map(found -> new Origin.InFile(name, found.getLine() + 1, found.getColumn() + 1))
                .orElseGet(() -> new Origin.InFile(name, 1, 1));
    }

    private static String firstLine(String message) {
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }
}
