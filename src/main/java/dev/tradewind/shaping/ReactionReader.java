package dev.tradewind.shaping;

import dev.tradewind.classify.ReplyPattern;
import dev.tradewind.classify.ReplySample;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Reads one reaction, and holds it to its samples. */
final class ReactionReader {
    private static final List<Dimension> LANE = List.of(Dimension.SITE, Dimension.SOURCE);

    private final String profile;
    private final Fields fields;
    private final Fields.Notes notes;
    private boolean good = true;

    ReactionReader(String profile, Fields fields, Fields.Notes notes) {
        this.profile = profile;
        this.fields = fields;
        this.notes = notes;
    }

    /** The reaction; empty if something is wrong, which has been noted. */
    Optional<Reaction> read() {
        ReplyPattern on = pattern();
        Trigger after = fields.value("after", Trigger::parse).orElse(Trigger.ONCE);
        List<Dimension> scope = fields.list("scope", Dimension::parse).orElse(LANE);
        List<Action> actions = actions();
        List<ReplySample> fires = samples("fires_on");
        List<ReplySample> silent = samples("silent_on");
        if (on.isEmpty()) {
            wrong("on", "is missing: code, status, phase or text that the reply must have");
        }
        if (fires.isEmpty()) {
            wrong("fires_on", "is missing: at least one reply that the reaction is about");
        }
        for (ReplySample sample : fires) {
            if (!on.isEmpty() && !on.matches(sample.reply())) {
                wrong("fires_on", "does not match '" + sample + "'");
            }
        }
        for (ReplySample sample : silent) {
            if (!on.isEmpty() && on.matches(sample.reply())) {
                wrong("silent_on", "matches '" + sample + "'");
            }
        }
        if (!good) {
            return Optional.empty();
        }
        try {
            String name = fields.path().substring(fields.path().lastIndexOf('.') + 1);
            Set<Dimension> about = new LinkedHashSet<>(scope);
            return Optional.of(new Reaction(profile, name, on, after, about, actions, fires, silent));
        } catch (IllegalArgumentException e) {
            notes.wrong(fields.line(), fields.path(), String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private void wrong(String key, String message) {
        good = false;
        fields.wrong(key, message);
    }

    private ReplyPattern pattern() {
        ReplyPattern.Builder builder = new ReplyPattern.Builder();
        Optional<Fields> on = fields.section("on");
        on.ifPresent(inner -> {
            each(inner, "code", inner.texts("code"), true, builder::code);
            each(inner, "status", inner.texts("status"), true, builder::status);
            each(inner, "phase", inner.texts("phase"), true, builder::phase);
            each(inner, "text", inner.texts("text"), false, builder::text);
            each(inner, "and_text", inner.texts("and_text"), false, builder::text);
            inner.refuseOthers();
        });
        return builder.build();
    }

    // Codes and the like may stand in one text with white space or commas between.
    private void each(Fields inner, String key, List<String> texts, boolean split, Consumer<String> add) {
        if (!split && texts.size() > 1) {
            // A list of phrases: any of them.
            one(inner, key, String.join(" | ", texts), add);
            return;
        }
        for (String text : texts) {
            for (String word : split ? text.strip().split("[\\s,]+") : new String[] {text}) {
                one(inner, key, word, add);
            }
        }
    }

    private void one(Fields inner, String key, String text, Consumer<String> add) {
        try {
            add.accept(text);
        } catch (IllegalArgumentException e) {
            good = false;
            inner.wrong(key, String.valueOf(e.getMessage()));
        }
    }

    private List<Action> actions() {
        List<String> written = fields.texts("do");
        List<Action> actions = new ArrayList<>();
        for (String text : written) {
            for (String one : text.split(",", -1)) {
                try {
                    actions.add(Action.parse(one));
                } catch (IllegalArgumentException e) {
                    wrong("do", String.valueOf(e.getMessage()));
                }
            }
        }
        if (written.isEmpty()) {
            wrong("do", "is missing: one or more actions");
        }
        return actions;
    }

    private List<ReplySample> samples(String key) {
        List<ReplySample> samples = new ArrayList<>();
        for (String text : fields.texts(key)) {
            try {
                samples.add(ReplySample.parse(text));
            } catch (IllegalArgumentException e) {
                wrong(key, String.valueOf(e.getMessage()));
            }
        }
        return samples;
    }
}
