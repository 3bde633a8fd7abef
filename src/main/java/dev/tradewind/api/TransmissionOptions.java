package dev.tradewind.api;

import dev.tradewind.account.Accounts;
import dev.tradewind.spool.SendOptions;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * {@code options} of a transmission (API facts §2.1). Of what is not built yet, {@code inline_css}, extra DKIM keys, unknown pools and a
 * sandbox that is off are refused; tracking and {@code skip_suppression} are recorded and change nothing.
 *
 * @param startTime when generation may begin
 */
record TransmissionOptions(
        Optional<Instant> startTime,
        Optional<Boolean> openTracking,
        Optional<Boolean> initialOpen,
        Optional<Boolean> clickTracking,
        Optional<Boolean> transactional,
        boolean sandbox,
        boolean skipSuppression,
        boolean performSubstitutions,
        Optional<String> ipPool) {
    /** How far ahead a transmission may be scheduled. */
    static final Duration AHEAD = Duration.ofDays(3);

    /** No options given. */
    static final TransmissionOptions NONE = new TransmissionOptions(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            false,
            false,
            true,
            Optional.empty());

    /**
     * Reads the object at whose start the parser stands.
     *
     * @param now            time of acceptance
     * @param poolExists     whether a pool of this name (lower-case) exists
     * @param sandboxEnabled whether there is a sandbox inbox
     */
    static TransmissionOptions read(
            JsonParser parser, Instant now, Predicate<String> poolExists, boolean sandboxEnabled) throws Refusal {
        JsonIn.requireObject(parser);
        Optional<Instant> startTime = Optional.empty();
        Optional<Boolean> open = Optional.empty();
        Optional<Boolean> initial = Optional.empty();
        Optional<Boolean> click = Optional.empty();
        Optional<Boolean> transactional = Optional.empty();
        boolean sandbox = false;
        boolean skipSuppression = false;
        boolean substitutions = true;
        Optional<String> pool = Optional.empty();
        for (String field = parser.nextName(); field != null; field = parser.nextName()) {
            JsonToken token = parser.nextToken();
            if (token == JsonToken.VALUE_NULL) {
                continue;
            }
            switch (field) {
                case "start_time" -> startTime = startTime(parser, now);
                case "open_tracking" -> open = Optional.of(JsonIn.bool(parser));
                case "initial_open" -> initial = Optional.of(JsonIn.bool(parser));
                case "click_tracking" -> click = Optional.of(JsonIn.bool(parser));
                case "transactional" -> transactional = Optional.of(JsonIn.bool(parser));
                case "sandbox" -> sandbox = JsonIn.bool(parser);
                case "skip_suppression" -> skipSuppression = JsonIn.bool(parser);
                case "perform_substitutions" -> substitutions = JsonIn.bool(parser);
                case "ip_pool" -> {
                    String name = JsonIn.string(parser, 64).toLowerCase(Locale.ROOT);
                    if (!name.isEmpty()) {
                        pool = Optional.of(name);
                    }
                }
                case "inline_css" -> {
                    if (JsonIn.bool(parser)) {
                        throw Refusal.format("options.inline_css is not available yet: send HTML with inline styles");
                    }
                }
                case "dkim_key" -> {
                    String id = JsonIn.string(parser, 64);
                    if (!id.equals("default")) {
                        throw Refusal.of(
                                400,
                                1100,
                                "invalid dkim key",
                                "the sending domain has no verified key '" + Json.clip(id) + "'");
                    }
                }
                default -> parser.skipChildren();
            }
        }
        if (pool.isPresent() && !poolExists.test(pool.get())) {
            throw Refusal.of(
                    422, 1603, "subresource not found", "ip pool '" + Json.clip(pool.get()) + "' does not exist");
        }
        if (sandbox && !sandboxEnabled) {
            throw Refusal.of(
                    422,
                    2106,
                    "sandbox not available",
                    "options.sandbox needs the setting sandbox.enabled of this server");
        }
        return new TransmissionOptions(
                startTime, open, initial, click, transactional, sandbox, skipSuppression, substitutions, pool);
    }

    /** What the engine obeys: transmission before account. */
    SendOptions merged(Accounts.AccountOptions account) {
        boolean opens = openTracking.orElse(account.restTrackingDefault());
        return new SendOptions(
                transactional.orElse(account.transactionalDefault()),
                opens,
                opens && initialOpen.orElse(account.initialOpenPixelTracking()),
                account.clickTracking() && clickTracking.orElse(account.restTrackingDefault()),
                performSubstitutions,
                skipSuppression,
                sandbox,
                ipPool,
                Optional.empty());
    }

    private static Optional<Instant> startTime(JsonParser parser, Instant now) throws Refusal {
        String written = JsonIn.string(parser, 64);
        if (written.equals("now")) {
            return Optional.empty();
        }
        Instant start;
        try {
            start = OffsetDateTime.parse(written).toInstant();
        } catch (DateTimeException e) {
            throw Refusal.format(
                    JsonIn.here(parser) + " must be a time such as 2026-01-31T09:00:00-05:00 (ISO 8601 with offset)");
        }
        if (start.isAfter(now.plus(AHEAD))) {
            throw Refusal.format(JsonIn.here(parser) + " is more than 3 days ahead");
        }
        return start.isAfter(now) ? Optional.of(start) : Optional.empty();
    }
}
