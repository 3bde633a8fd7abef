package dev.tradewind.api;

import dev.tradewind.accept.Intake;
import dev.tradewind.accept.SenderPolicy;
import dev.tradewind.accept.TransmissionControl;
import dev.tradewind.account.Accounts;
import dev.tradewind.account.Grant;
import dev.tradewind.account.Principal;
import dev.tradewind.account.Tenant;
import dev.tradewind.mail.Domain;
import dev.tradewind.mail.Mailbox;
import dev.tradewind.mail.MessageDsn;
import dev.tradewind.mail.ReversePath;
import dev.tradewind.spool.ContentId;
import dev.tradewind.spool.Spool;
import dev.tradewind.spool.StoreUnavailable;
import dev.tradewind.spool.Transmission;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** {@code /api/v1/transmissions} (API facts §2.1): mail is handed over, looked at while it waits, and called off. */
final class TransmissionsResource {
    private static final String PATH = "/api/v1/transmissions";
    private static final String TAG = "Transmissions";

    /** Items of {@code rcpt_to_errors} unless the client asks for fewer. */
    private static final int MOST_ERRORS = 1000;

    /** A scheduled transmission cannot be deleted later than this before its start. */
    private static final Duration DELETE_WINDOW = Duration.ofMinutes(11);

    /** A cancellation whose write failed may have reached the disk all the same, and stand after a crash. */
    private static final String CANCEL_LATER =
            "Not known to be durable (1500): ask again. Unlike elsewhere, the cancellation may stand nevertheless, after a crash of the server at the latest; asking again is idempotent.";

    /**
     * What it needs.
     *
     * @param defaultReturnPath reverse-path of mail that names none
     * @param poolExists        whether a pool of this name (lower-case) exists
     * @param sandboxEnabled    whether there is a sandbox inbox
     */
    record Needs(
            Intake intake,
            Spool spool,
            TransmissionControl control,
            SenderPolicy senders,
            Accounts accounts,
            Mailbox defaultReturnPath,
            Predicate<String> poolExists,
            boolean sandboxEnabled,
            ContentBudget budget) {}

    private final Needs needs;
    private final Idempotency idempotency;

    TransmissionsResource(Needs needs) {
        this.needs = needs;
        this.idempotency = new Idempotency(needs.spool(), needs.intake().clock());
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.of("POST", PATH)
                        .grant(Grant.TRANSMISSIONS_MODIFY)
                        .doc(
                                TAG,
                                "Send or schedule mail",
                                new String(
                                        OpenApi.resource("transmissions.md"), java.nio.charset.StandardCharsets.UTF_8))
                        .query(
                                "num_rcpt_errors",
                                "integer",
                                "Most items of `rcpt_to_errors`; at most and by default 1000.")
                        .header(
                                "Idempotency-Key",
                                "string",
                                "1 to 255 visible ASCII characters. Within 24 h the same request under the same key is not sent again but answered as the first time.")
                        .body("TransmissionRequest", true)
                        .answers(
                                200,
                                "TransmissionAccepted",
                                "Durably accepted. With `errors` (code 2000) if some recipients are bad: only the others get mail.",
                                "Idempotent-Replay",
                                "`true` if this is the first answer again.")
                        .answers(
                                400,
                                "Errors",
                                "Unreadable JSON (1300), not UTF-8 (1305), bad parameter or header (1200), no valid recipient (5002), sending domain not configured or not verified (7001), sender without local part (2008), unknown DKIM key (1100).")
                        .answers(409, "Errors", "A request with the same Idempotency-Key is being served (1602).")
                        .answers(
                                422,
                                "Errors",
                                "Field missing (1400), wrong type, length or format (1300), fields that exclude each other (1301), metadata (2007) or substitution data (2002) too large, template, list, A/B test or pool that does not exist (1603), sandbox not enabled (2106), bad header (3002) or message (3020), Idempotency-Key used for another request (1301).")
                        .answers(
                                503,
                                "Errors",
                                "Nothing can be made durable now (1500), or too many large transmissions at a time (1502).",
                                "Retry-After",
                                "Seconds to wait.")
                        .by(this::post),
                Endpoint.of("GET", PATH)
                        .grant(Grant.TRANSMISSIONS_VIEW)
                        .doc(
                                TAG,
                                "List what waits",
                                "Transmissions that are scheduled or being generated, newest first.")
                        .query("campaign_id", "string", "Of this campaign only.")
                        .query(
                                "template_id",
                                "string",
                                "Of this template only: none yet, since there are no stored templates.")
                        .answers(200, "TransmissionList", "The transmissions.")
                        .by(this::list),
                Endpoint.of("DELETE", PATH)
                        .grant(Grant.TRANSMISSIONS_MODIFY)
                        .doc(
                                TAG,
                                "Cancel a campaign",
                                "Cancels what is scheduled for a campaign, all or nothing; also what is still being uploaded. Each cancelled message gets a `bounce` event `554 5.7.1 [internal] Campaign cancelled` soon after.")
                        .query("campaign_id", "string", "Which campaign; required.")
                        .answers(204, "", "Cancelled.")
                        .answers(503, "Errors", CANCEL_LATER, "Retry-After", "Seconds to wait.")
                        .answers(400, "Errors", "`campaign_id` is missing (1401) or malformed (1200).")
                        .by(this::cancelCampaign),
                Endpoint.of("GET", PATH + "/{id}")
                        .grant(Grant.TRANSMISSIONS_VIEW)
                        .doc(TAG, "Look at one", "One transmission and how far it is.")
                        .path("id", "Number of the transmission.")
                        .answers(200, "TransmissionOne", "The transmission.")
                        .answers(404, "Errors", "No such transmission (1600).")
                        .by(this::get),
                Endpoint.of("DELETE", PATH + "/{id}")
                        .grant(Grant.TRANSMISSIONS_MODIFY)
                        .doc(TAG, "Cancel one", "Cancels a scheduled transmission, up to 660 s before its start.")
                        .path("id", "Number of the transmission.")
                        .answers(204, "", "Cancelled.")
                        .answers(404, "Errors", "No such transmission (1600).")
                        .answers(503, "Errors", CANCEL_LATER, "Retry-After", "Seconds to wait.")
                        .answers(
                                409,
                                "Errors",
                                "It starts within 660 s (2003), or generation has begun or is over, or it is cancelled already (2006): `state` of the transmission tells which.")
                        .by(this::cancel));
    }

    // ---- sending

    private Answer post(Call call) throws Refusal, IOException, StoreUnavailable {
        int mostErrors = call.query().number("num_rcpt_errors", MOST_ERRORS, 0, Integer.MAX_VALUE);
        needs.intake().requireOpen();
        Accounts.Account account = needs.accounts().account(call.tenant().account());
        if (account.status() != Accounts.Status.ACTIVE) {
            throw Refusal.of(
                    403,
                    1100,
                    "Forbidden.",
                    "the account is " + account.status().wireName());
        }
        Optional<Idempotency.Claim> claim = idempotency.claim(call, "POST " + PATH);
        if (claim.isEmpty()) {
            return accept(call, account, Math.min(mostErrors, MOST_ERRORS), Optional.empty());
        }
        try (Idempotency.Claim taken = claim.get()) {
            Optional<Answer> first = taken.firstAnswer();
            return first.isPresent() ? first.get() : accept(call, account, Math.min(mostErrors, MOST_ERRORS), claim);
        }
    }

    private Answer accept(Call call, Accounts.Account account, int mostErrors, Optional<Idempotency.Claim> claim)
            throws Refusal, IOException, StoreUnavailable {
        Tenant tenant = call.tenant();
        Instant now = needs.intake().clock().instant();
        TransmissionReader.Rules rules = new TransmissionReader.Rules(
                now, mostErrors, needs.poolExists(), needs.sandboxEnabled(), domain -> senderObjection(tenant, domain));
        try (Spool.Staging staging = needs.intake().open();
                ContentBudget.Share share =
                        needs.budget().share(Math.min(call.body().octetsLeft(), 40_000_000))) {
            TransmissionReader.Submission read = new TransmissionReader(call.body(), staging, share, rules).read();
            RuledContent content = RuledContent.encode(read.content());
            share.contentIs(content.octets().length);
            if (content.fromDomain().isPresent()) {
                Optional<Problem> objection =
                        senderObjection(tenant, content.fromDomain().get());
                if (objection.isPresent()) {
                    throw Refusal.of(400, List.of(objection.get()));
                }
            }
            if (staging.size() == 0) {
                List<Problem> problems = new ArrayList<>();
                problems.add(
                        Problem.of("no valid recipients", 5002, "a transmission needs at least one valid recipient"));
                problems.addAll(read.errors());
                throw Refusal.of(400, problems);
            }
            Transmission transmission =
                    transmission(call, account, read, content.octets(), staging.transmissionId(), staging.size(), now);
            Answer answer = accepted(transmission, read.errors());
            needs.intake().commit(staging, transmission, content.octets(), claim.map(c -> c.toStore(answer)));
            return answer;
        }
    }

    private Transmission transmission(
            Call call,
            Accounts.Account account,
            TransmissionReader.Submission read,
            byte[] content,
            long id,
            int recipients,
            Instant now) {
        Principal caller = call.principal();
        return new Transmission(
                id,
                call.tenant(),
                Transmission.Method.REST,
                now,
                read.options().startTime(),
                ContentId.of(call.tenant().account(), content),
                content.length,
                recipients,
                read.rejected(),
                ReversePath.of(read.returnPath().orElse(needs.defaultReturnPath())),
                read.campaignId(),
                read.description(),
                read.metadata(),
                read.substitutionData(),
                read.options().merged(account.options()),
                MessageDsn.NONE,
                false,
                call.client().getHostAddress(),
                caller.keyId());
    }

    private Optional<Problem> senderObjection(Tenant tenant, Domain domain) {
        return needs.senders()
                .objection(tenant, domain)
                .map(reason -> Problem.of(
                        reason,
                        7001,
                        "add and verify the domain at /api/v1/sending-domains, or send from one that is"));
    }

    private static Answer accepted(Transmission transmission, List<Problem> errors) {
        ObjectNode root = Json.object();
        if (transmission.rejected() > 0) {
            root.putArray("errors")
                    .add(Problem.of("transmission created, but with validation errors", 2000)
                            .toJson());
        }
        ObjectNode results = root.putObject("results");
        if (transmission.rejected() > 0 && !errors.isEmpty()) {
            ArrayNode items = results.putArray("rcpt_to_errors");
            errors.forEach(problem -> items.add(problem.toJson()));
        }
        results.put("total_rejected_recipients", transmission.rejected())
                .put("total_accepted_recipients", transmission.recipients())
                .put("id", transmission.wireId());
        return Answer.json(200, root);
    }

    // ---- what waits

    private Answer list(Call call) {
        ArrayNode results = Json.array();
        if (call.query().first("template_id").filter(t -> !t.isEmpty()).isEmpty()) {
            Optional<String> campaign = call.query().first("campaign_id").filter(c -> !c.isEmpty());
            for (TransmissionControl.Progress progress : needs.control().list(call.scope(), campaign)) {
                Transmission transmission = progress.transmission();
                ObjectNode item = results.addObject()
                        .put("id", transmission.wireId())
                        .put("state", progress.state().wireName())
                        .put("campaign_id", transmission.campaignId())
                        .put("description", transmission.description());
                item.putObject("content").put("template_id", "inline");
            }
        }
        return Answer.results(results);
    }

    private Answer get(Call call) throws Refusal {
        TransmissionControl.Progress progress = find(call);
        ObjectNode results = Json.object();
        results.set("transmission", describe(progress));
        return Answer.results(results);
    }

    private Answer cancel(Call call) throws Refusal, StoreUnavailable {
        TransmissionControl.Progress progress = find(call);
        Instant now = needs.intake().clock().instant();
        Optional<Instant> start = progress.transmission().startTime();
        if (progress.state() == TransmissionControl.State.SUBMITTED
                && start.isPresent()
                && now.isBefore(start.get())
                && now.plus(DELETE_WINDOW).isAfter(start.get())) {
            throw Refusal.of(
                    409,
                    2003,
                    "Transmission is too close to generation time to be deleted",
                    "it starts at " + start.get() + "; it can be deleted up to 660 seconds before");
        }
        return switch (needs.control()
                .cancel(call.scope(), progress.transmission().id())) {
            case DONE -> Answer.empty();
            case TOO_LATE ->
                throw Refusal.of(
                        409, 2006, "Transmission is in the wrong state", "it is generating, generated or cancelled");
            case UNKNOWN -> throw unknown(call);
        };
    }

    private Answer cancelCampaign(Call call) throws Refusal, StoreUnavailable {
        String campaign = call.query().first("campaign_id").orElse("");
        if (campaign.isEmpty()) {
            throw Refusal.of(400, 1401, "required parameter missing", "name the campaign: ?campaign_id=…");
        }
        if (JsonIn.utf8Length(campaign) > 64) {
            throw Refusal.parameter("campaign_id has at most 64 bytes");
        }
        needs.control().cancelCampaign(call.tenant(), campaign);
        return Answer.empty();
    }

    private TransmissionControl.Progress find(Call call) throws Refusal {
        long id;
        try {
            id = Long.parseLong(call.parameter("id"));
        } catch (NumberFormatException e) {
            throw unknown(call);
        }
        return needs.control().find(call.scope(), id).orElseThrow(() -> unknown(call));
    }

    private static Refusal unknown(Call call) {
        return Refusal.notFound("transmission " + Json.clip(call.parameter("id")) + " does not exist");
    }

    private static ObjectNode describe(TransmissionControl.Progress progress) {
        Transmission transmission = progress.transmission();
        ObjectNode node = Json.object()
                .put("id", transmission.wireId())
                .put("state", progress.state().wireName())
                .put("campaign_id", transmission.campaignId())
                .put("description", transmission.description())
                .put("return_path", transmission.returnPath().address())
                .put("rcpt_list_chunk_size", 100)
                .put("rcpt_list_total_chunks", (transmission.recipients() + 99) / 100)
                .put("num_rcpts", transmission.recipients())
                .put("num_invalid_rcpts", transmission.rejected())
                .put("num_generated", progress.generated())
                .put("num_failed_gen", progress.failed());
        node.putObject("content").put("template_id", "inline").put("use_draft_template", false);
        progress.generationStart().ifPresent(at -> node.put("generation_start_time", at.toString()));
        progress.generationEnd().ifPresent(at -> node.put("generation_end_time", at.toString()));
        node.set("substitution_data", jsonOf(transmission.substitutionData()));
        node.set("metadata", jsonOf(transmission.metadata()));
        ObjectNode options = node.putObject("options");
        transmission.startTime().ifPresent(at -> options.put("start_time", at.toString()));
        options.put("open_tracking", transmission.options().openTracking())
                .put("initial_open", transmission.options().initialOpen())
                .put("click_tracking", transmission.options().clickTracking())
                .put("transactional", transmission.options().transactional())
                .put("skip_suppression", transmission.options().skipSuppression())
                .put("sandbox", transmission.options().sandbox())
                .put("perform_substitutions", transmission.options().performSubstitutions());
        transmission.options().ipPool().ifPresent(pool -> options.put("ip_pool", pool));
        return node;
    }

    private static tools.jackson.databind.JsonNode jsonOf(byte[] object) {
        return object.length == 0 ? Json.object() : Json.ours(object);
    }
}
