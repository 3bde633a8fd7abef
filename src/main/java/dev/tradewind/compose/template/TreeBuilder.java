package dev.tradewind.compose.template;

import dev.tradewind.compose.template.Pieces.Piece;
import dev.tradewind.compose.template.Pieces.Printed;
import dev.tradewind.compose.template.Pieces.Statement;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Matches the statements of a template and builds its tree; chooses the escaping of each value by where it stands. */
final class TreeBuilder {
    /** A block being collected. */
    private static final class Open {
        final List<Node> nodes = new ArrayList<>();
        int cost = 1;

        Node.Block close() {
            return nodes.isEmpty() ? Node.Block.EMPTY : new Node.Block(nodes, cost);
        }
    }

    /** An {@code if} or {@code each} whose {@code end} has not come. */
    private static final class Opened {
        final Statement statement;
        final UrlState urlBefore;
        UrlState urlAfter = UrlState.OUTSIDE;
        final List<Node.Branch> branches = new ArrayList<>();
        /** The condition of the branch being collected; empty in the {@code else} and in an {@code each}. */
        Expression condition;

        Position conditionAt;
        boolean inElse;

        Opened(Statement statement, Expression condition, UrlState urlBefore) {
            this.statement = statement;
            this.condition = condition;
            this.conditionAt = statement.at();
            this.urlBefore = urlBefore;
        }
    }

    private final String source;
    private final TemplatePart part;
    private final Deque<Opened> opened = new ArrayDeque<>();
    /** The blocks being collected, the template's own at the bottom. */
    private final Deque<Open> blocks = new ArrayDeque<>();

    private UrlState url = UrlState.OUTSIDE;

    private TreeBuilder(String source, TemplatePart part) {
        this.source = source;
        this.part = part;
    }

    static Node.Block build(String source, TemplatePart part, List<Piece> pieces) throws TemplateSyntaxException {
        TreeBuilder builder = new TreeBuilder(source, part);
        builder.blocks.push(new Open());
        for (Piece piece : pieces) builder.add(piece);
        if (!builder.opened.isEmpty()) {
            Statement unclosed = builder.opened.getFirst().statement;
            throw builder.error(
                    unclosed, "this " + (unclosed instanceof Statement.If ? "if" : "each") + " has no {{end}}; add it");
        }
        return builder.blocks.pop().close();
    }

    private void add(Piece piece) throws TemplateSyntaxException {
        switch (piece) {
            case Pieces.Text text -> {
                if (text.shownEnd > text.shownStart) {
                    add(new Node.Text(source.substring(text.shownStart, text.shownEnd)), 1);
                }
                url = url.after(source, text.start, text.end);
            }
            case Printed.Braces(String braces) -> add(new Node.Text(braces), 1);
            case Printed.Value(Expression expression, boolean raw, int terms, Position at) ->
                add(new Node.Output(expression, raw ? Escaping.NONE : escaping(), at), terms + 1);
            case Printed.Inclusion(Node node, int terms) -> add(node, terms + 1);
            case Statement.If statement -> open(statement, statement.condition(), statement.terms());
            case Statement.Each statement -> open(statement, statement.array(), statement.terms());
            case Statement.ElseIf statement -> elseIf(statement);
            case Statement.Else statement -> otherwise(statement);
            case Statement.End statement -> end(statement);
        }
    }

    private Escaping escaping() {
        if (url != UrlState.OUTSIDE) return Escaping.URL;
        return part.isMarkup() ? Escaping.HTML : Escaping.NONE;
    }

    private void add(Node node, int cost) {
        Open block = blocks.getFirst();
        block.nodes.add(node);
        block.cost += cost;
    }

    private void open(Statement statement, Expression expression, int terms) throws TemplateSyntaxException {
        if (opened.size() == Template.MAX_BLOCK_DEPTH) {
            throw error(statement, "blocks are nested more than " + Template.MAX_BLOCK_DEPTH + " deep, the limit");
        }
        blocks.getFirst().cost += terms + 1;
        opened.push(new Opened(statement, expression, url));
        blocks.push(new Open());
    }

    private void elseIf(Statement.ElseIf statement) throws TemplateSyntaxException {
        Opened current = openedIf(statement, "elseif");
        closeBranch(current);
        current.condition = statement.condition();
        current.conditionAt = statement.at();
        // All conditions are paid for where the if stands: the block that holds it is now the first.
        blocks.getFirst().cost += statement.terms() + 1;
        blocks.push(new Open());
    }

    private void otherwise(Statement.Else statement) throws TemplateSyntaxException {
        Opened current = openedIf(statement, "else");
        closeBranch(current);
        current.inElse = true;
        blocks.push(new Open());
    }

    private Opened openedIf(Statement statement, String keyword) throws TemplateSyntaxException {
        Opened current = opened.peek();
        if (current == null || !(current.statement instanceof Statement.If)) {
            throw error(statement, keyword + " without an if before it");
        }
        if (current.inElse) throw error(statement, keyword + " after the else of the same if");
        return current;
    }

    private void closeBranch(Opened current) {
        current.branches.add(new Node.Branch(current.condition, blocks.pop().close(), current.conditionAt));
        current.urlAfter = current.urlAfter.or(url);
        url = current.urlBefore;
    }

    private void end(Statement.End statement) throws TemplateSyntaxException {
        Opened current = opened.poll();
        if (current == null) throw error(statement, "end without an if or each before it; remove it");
        if (current.statement instanceof Statement.Each each) {
            Node.Block body = blocks.pop().close();
            String name = each.array() instanceof Expression.Path path ? path.lastName() : "";
            add(new Node.Each(each.array(), name, body, statement.joins(), each.at()), 0);
            url = url.or(current.urlBefore);
            return;
        }
        Node.Block otherwise = Node.Block.EMPTY;
        if (current.inElse) {
            otherwise = blocks.pop().close();
            url = url.or(current.urlAfter);
        } else {
            closeBranch(current);
            url = url.or(current.urlAfter);
        }
        add(new Node.If(current.branches, otherwise, statement.joins()), 0);
    }

    private TemplateSyntaxException error(Statement statement, String problem) {
        return new TemplateSyntaxException(part, statement.at(), problem);
    }
}
