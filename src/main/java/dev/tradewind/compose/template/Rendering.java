package dev.tradewind.compose.template;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.IntNode;
import tools.jackson.databind.node.MissingNode;

import java.math.BigDecimal;

/** One rendering of one template for one message: where it writes, the loops it is in, what it has used. One thread's. */
final class Rendering {
    /** Blocks within blocks across inclusions: three frames of the stack each, so that 256 KiB of stack suffice. */
    static final int MAX_BLOCK_DEPTH = 160;

    private final RenderContext context;
    private final TemplatePart part;
    private final StringBuilder out;
    /** Length of {@link #out} that must not be passed. */
    private final long limit;

    private @Nullable Loop innermost;
    private Position reached = Position.START;
    private int inclusionDepth;
    private int blockDepth;
    private int snippetCalls;

    /** A loop that is running; the element and its index change from pass to pass. */
    private static final class Loop {
        final String name;
        final @Nullable Loop outer;
        JsonNode value = MissingNode.getInstance();
        int index;

        Loop(String name, @Nullable Loop outer) {
            this.name = name;
            this.outer = outer;
        }
    }

    Rendering(RenderContext context, TemplatePart part, StringBuilder out) {
        this.context = context;
        this.part = part;
        this.out = out;
        this.limit = (long) out.length() + context.outputLeft();
    }

    RenderContext context() {
        return context;
    }

    TemplatePart part() {
        return part;
    }

    StringBuilder out() {
        return out;
    }

    /** Remembers the tag being rendered: limits that are passed are reported there. */
    void reached(Position at) {
        reached = at;
    }

    TemplateRenderException failure(Position at, String problem) {
        return new TemplateRenderException(part, at, problem);
    }

    void block(Node.Block block) throws TemplateRenderException {
        if (!context.spend(block.cost())) throw tooMuchWork(reached);
        if (++blockDepth > MAX_BLOCK_DEPTH) {
            throw failure(
                    reached,
                    "blocks are nested more than " + MAX_BLOCK_DEPTH
                            + " deep, those of dynamic content and snippets included; the limit");
        }
        var nodes = block.nodes();
        for (int i = 0; i < nodes.size(); i++) {
            nodes.get(i).render(this);
            if (out.length() > limit) {
                throw failure(
                        reached,
                        "the message is larger than " + context.limits().outputCharacters()
                                + " characters, the limit of what templates may render");
            }
        }
        blockDepth--;
    }

    void loop(String name, JsonNode array, Node.Block body, Position at) throws TemplateRenderException {
        Loop outer = innermost;
        Loop loop = new Loop(name, outer);
        innermost = loop;
        for (int i = 0; i < array.size(); i++) {
            if (!context.countIteration()) {
                throw failure(
                        at,
                        "more than " + context.limits().loopIterations()
                                + " passes through each in one message, the limit");
            }
            loop.value = array.path(i);
            loop.index = i + 1;
            block(body);
        }
        innermost = outer;
    }

    /** Takes back a line break at the end of what was written since {@code start}. */
    void dropLineBreak(int start) {
        int end = out.length();
        if (end <= start || out.charAt(end - 1) != '\n') return;
        end--;
        if (end > start && out.charAt(end - 1) == '\r') end--;
        out.setLength(end);
    }

    void spendCharacters(int characters, Position at) throws TemplateRenderException {
        if (!context.spend(characters >> 6)) throw tooMuchWork(at);
    }

    /** Pays for a calculation with numbers of many digits; a step for four of them. */
    void spendDigits(BigDecimal a, BigDecimal b, Position at) throws TemplateRenderException {
        if (!context.spend((a.precision() + b.precision()) >> 2)) throw tooMuchWork(at);
    }

    private TemplateRenderException tooMuchWork(Position at) {
        return failure(
                at,
                "rendering the message takes more than " + context.limits().steps()
                        + " steps, the limit; loops within loops are the usual reason");
    }

    void countSnippet(Position at) throws TemplateRenderException {
        if (++snippetCalls > context.limits().snippetCalls()) {
            throw failure(
                    at,
                    "more than " + context.limits().snippetCalls() + " render_snippet calls in one part, the limit");
        }
    }

    /** Renders dynamic content or a snippet in place, within the loops that are running. */
    void include(Template.Kind kind, String source, String name, Position at) throws TemplateRenderException {
        if (inclusionDepth >= context.limits().inclusionDepth()) {
            throw failure(
                    at,
                    "dynamic content is included more than " + context.limits().inclusionDepth()
                            + " deep, the limit; does it include itself?");
        }
        inclusionDepth++;
        try {
            block(context.cache().get(kind, source, part).root());
        } catch (TemplateSyntaxException e) {
            throw failure(at, "in " + name + ", line " + e.line() + ", column " + e.column() + ": " + e.problem());
        } catch (TemplateRenderException e) {
            throw failure(at, "in " + name + ", line " + e.line() + ", column " + e.column() + ": " + e.problem());
        }
        inclusionDepth--;
    }

    boolean inLoop() {
        return innermost != null;
    }

    /** The element of the innermost loop of that name. */
    JsonNode loopValue(String name) {
        for (Loop loop = innermost; loop != null; loop = loop.outer) {
            if (loop.name.equals(name)) return loop.value;
        }
        return MissingNode.getInstance();
    }

    JsonNode root(Expression.Root root, String name) {
        return switch (root) {
            case DATA, LOOP_VARS -> context.lookup(name);
            case ADDRESS -> context.address();
            case EMAIL -> context.email();
            case ENV_FROM -> context.envFrom();
            case RETURN_PATH -> context.returnPath();
            case LOOP_VAR -> {
                Loop loop = innermost;
                yield loop == null ? context.lookup(name) : loop.value;
            }
            case LOOP_INDEX -> {
                Loop loop = innermost;
                yield loop == null ? context.lookup(name) : IntNode.valueOf(loop.index);
            }
            case TRANSMISSION -> context.transmissionValue(name);
        };
    }
}
