package dev.tradewind.shaping;

import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A YAML document as texts, lists and sections that know their lines. Every scalar is taken as it is written.
 *
 * <p>Limits: 1 MiB, 50,000 values, aliases counted as often as they are used.
 */
sealed interface Yaml {
    /** Largest file. */
    int MOST_OCTETS = 1 << 20;

    /** Line, from 1. */
    int line();

    /** A scalar; empty if nothing was written. */
    record Text(int line, String value) implements Yaml {}

    /** A sequence. */
    record Items(int line, List<Yaml> items) implements Yaml {}

    /** A mapping. */
    record Section(int line, Map<String, Entry> entries) implements Yaml {}

    /** A value and the line of its key. */
    record Entry(int line, Yaml value) {}

    /** Something is wrong with the text as YAML. */
    final class Refused extends Exception {
        private static final long serialVersionUID = 1;

        private final int line;

        Refused(int line, String message) {
            super(message, null, false, false);
            this.line = line;
        }

        int line() {
            return line;
        }

        String reason() {
            return String.valueOf(getMessage());
        }
    }

    /** The document of a text; an empty section for an empty text. */
    static Yaml parse(String text, String name) throws Refused {
        LoadSettings settings = LoadSettings.builder()
                .setLabel(name)
                .setCodePointLimit(MOST_OCTETS)
                .setAllowNonScalarKeys(true) // refused below, with their place
                .build();
        try {
            List<Node> documents = new ArrayList<>();
            new Compose(settings).composeAllFromString(text).forEach(documents::add);
            if (documents.size() > 1) {
                throw new Refused(line(documents.get(1)), "has a second document (---); one file has one");
            }
            return documents.isEmpty() ? new Section(1, Map.of()) : new Conversion().of(documents.getFirst());
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark()
                    .or(e::getContextMark)
                    .map(mark -> mark.getLine() + 1)
                    .orElse(1);
            throw new Refused(line, "is not YAML: " + e.getProblem());
        } catch (YamlEngineException e) {
            throw new Refused(
                    1,
                    "is not YAML: "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        } catch (StackOverflowError e) {
            throw new Refused(1, "is nested too deeply");
        }
    }

    private static int line(Node node) {
        return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
    }

    /** One document being converted. */
    final class Conversion {
        private static final int MOST_VALUES = 50_000;

        private int values;

        private Conversion() {}

        private Yaml of(Node node) throws Refused {
            if (++values > MOST_VALUES) {
                throw new Refused(line(node), "has more than " + MOST_VALUES + " values");
            }
            return switch (node) {
                case ScalarNode scalar ->
                    new Text(
                            line(scalar),
                            scalar.isPlain() && scalar.getTag().equals(Tag.NULL) ? "" : scalar.getValue());
                case SequenceNode sequence -> {
                    List<Yaml> items = new ArrayList<>();
                    for (Node item : sequence.getValue()) {
                        items.add(of(item));
                    }
                    yield new Items(line(sequence), List.copyOf(items));
                }
                case MappingNode mapping -> section(mapping);
                default -> throw new Refused(line(node), "has something that is no text, list or section");
            };
        }

        private Section section(MappingNode mapping) throws Refused {
            Map<String, Entry> entries = new LinkedHashMap<>();
            for (NodeTuple tuple : mapping.getValue()) {
                if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                    throw new Refused(line(tuple.getKeyNode()), "has a key that is not a text");
                }
                Entry entry = new Entry(line(key), of(tuple.getValueNode()));
                if (entries.put(key.getValue(), entry) != null) {
                    throw new Refused(line(key), "'" + key.getValue() + "' is written twice");
                }
            }
            return new Section(line(mapping), entries);
        }
    }
}
