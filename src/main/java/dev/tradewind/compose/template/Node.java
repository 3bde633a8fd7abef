package dev.tradewind.compose.template;

import tools.jackson.databind.JsonNode;

import java.util.List;
import java.util.Optional;

/** A compiled piece of a template. */
sealed interface Node {
    void render(Rendering rendering) throws TemplateRenderException;

    /**
     * Nodes in order.
     *
     * @param nodes what is rendered
     * @param cost  steps of one pass, those of the blocks within excepted
     */
    record Block(List<Node> nodes, int cost) {
        static final Block EMPTY = new Block(List.of(), 0);

        public Block {
            nodes = List.copyOf(nodes);
        }
    }

    /** Text of the template itself, and braces written by a macro. */
    record Text(String text) implements Node {
        @Override
        public void render(Rendering rendering) {
            rendering.out().append(text);
        }
    }

    /** {@code {{expression}}}. */
    record Output(Expression expression, Escaping escaping, Position at) implements Node {
        @Override
        public void render(Rendering rendering) throws TemplateRenderException {
            rendering.reached(at);
            Values.print(expression.evaluate(rendering), escaping, rendering.out());
        }
    }

    /** One condition of an {@code if} with what it guards. */
    record Branch(Expression condition, Block body, Position at) {}

    /**
     * {@code if … elseif … else … end}.
     *
     * @param joins text follows the {@code end}, which began its line: the line break before it is not rendered
     */
    record If(List<Branch> branches, Block otherwise, boolean joins) implements Node {
        public If {
            branches = List.copyOf(branches);
        }

        @Override
        public void render(Rendering rendering) throws TemplateRenderException {
            int start = rendering.out().length();
            rendering.block(chosen(rendering));
            if (joins) rendering.dropLineBreak(start);
        }

        private Block chosen(Rendering rendering) throws TemplateRenderException {
            for (Branch branch : branches) {
                rendering.reached(branch.at);
                if (Values.isTrue(branch.condition.evaluate(rendering))) return branch.body;
            }
            return otherwise;
        }
    }

    /**
     * {@code each … end}.
     *
     * @param name  what {@code loop_vars} calls the element; empty if the array is not a path
     * @param joins as for {@link If}
     */
    record Each(Expression array, String name, Block body, boolean joins, Position at) implements Node {
        @Override
        public void render(Rendering rendering) throws TemplateRenderException {
            rendering.reached(at);
            JsonNode value = array.evaluate(rendering);
            if (!value.isArray()) {
                if (!Values.isTrue(value) || (value.isObject() && value.isEmpty())) return;
                throw rendering.failure(at, "each needs an array, but this is " + Values.describe(value));
            }
            int start = rendering.out().length();
            rendering.loop(name, value, body, at);
            if (joins) rendering.dropLineBreak(start);
        }
    }

    /** {@code render_dynamic_content(dynamic_html.key)}. */
    record DynamicContent(Expression.Path path, Position at) implements Node {
        @Override
        public void render(Rendering rendering) throws TemplateRenderException {
            rendering.reached(at);
            JsonNode value = path.evaluate(rendering);
            if (Values.isNil(value)) return;
            if (value.isContainer()) {
                throw rendering.failure(
                        at, "dynamic content is a string, but " + path + " is " + Values.describe(value));
            }
            rendering.include(Template.Kind.DYNAMIC_CONTENT, Values.text(value), path.toString(), at);
        }
    }

    /** {@code render_snippet(id)}. */
    record SnippetCall(Expression id, Position at) implements Node {
        @Override
        public void render(Rendering rendering) throws TemplateRenderException {
            rendering.reached(at);
            rendering.countSnippet(at);
            JsonNode value = id.evaluate(rendering);
            if (Values.isNil(value) || value.isContainer()) {
                throw rendering.failure(at, "the id of a snippet is a string, but this is " + Values.describe(value));
            }
            String name = Values.text(value);
            Optional<Snippet> snippet = rendering.context().snippets().find(name);
            if (snippet.isEmpty()) {
                throw rendering.failure(
                        at, "there is no snippet '" + shortened(name) + "'; create it or correct its id");
            }
            Optional<String> source = snippet.get().source(rendering.part());
            if (source.isPresent()) {
                rendering.include(Template.Kind.SNIPPET, source.get(), "snippet '" + shortened(name) + "'", at);
            }
        }

        private static String shortened(String name) {
            return name.length() <= 64 ? name : name.substring(0, 64) + "…";
        }
    }
}
