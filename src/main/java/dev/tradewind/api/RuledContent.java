package dev.tradewind.api;

import dev.tradewind.compose.ContentCodec;
import dev.tradewind.compose.ContentProblem;
import dev.tradewind.compose.ContentRules;
import dev.tradewind.mail.Domain;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Content by the rules of composing, in the form that generation reads.
 *
 * @param octets     what the spool keeps
 * @param fromDomain domain of From, unless it is only known for each recipient (a substitution in it)
 */
record RuledContent(byte[] octets, Optional<Domain> fromDomain) {
    /**
     * Judges and encodes {@code content}.
     *
     * @throws Refusal what is wrong with it
     */
    static RuledContent encode(ObjectNode content) throws Refusal {
        return switch (ContentRules.check(content)) {
            case ContentRules.Checked.Good good ->
                new RuledContent(ContentCodec.encode(good.content()), good.fromDomain());
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
