package dev.tradewind.api;

import dev.tradewind.compose.ContentCodec;
import dev.tradewind.compose.ContentProblem;
import dev.tradewind.compose.ContentRules;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Content by the rules of composing, in the form that generation reads. */
final class RuledContent {
    private RuledContent() {}

    static ContentEncoder.Encoded encode(ObjectNode content) throws Refusal {
        return switch (ContentRules.check(content)) {
            case ContentRules.Checked.Good good ->
                new ContentEncoder.Encoded(ContentCodec.encode(good.content()), good.fromDomain());
            case ContentRules.Checked.Bad bad -> {
                List<Problem> problems = new ArrayList<>();
                for (ContentProblem problem : bad.problems()) {
                    if (problem.status() == bad.problems().getFirst().status()) {
                        problems.add(new Problem(
                                problem.message(),
                                Optional.of(problem.code()),
                                Optional.of(Json.clip(problem.description()))));
                    }
                }
                throw Refusal.of(bad.problems().getFirst().status(), problems);
            }
        };
    }
}
