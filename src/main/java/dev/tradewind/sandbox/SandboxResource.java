package dev.tradewind.sandbox;

import dev.tradewind.account.Grant;
import dev.tradewind.account.TxtRecords;
import dev.tradewind.api.Answer;
import dev.tradewind.api.Call;
import dev.tradewind.api.Endpoint;
import dev.tradewind.api.Refusal;
import dev.tradewind.mail.MessageOctets;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** {@code /api/v1/sandbox/messages}: the inbox for programs, and for the pages of the console. */
public final class SandboxResource {
    static final String PATH = "/api/v1/sandbox/messages";

    private static final String TAG = "Sandbox";
    private static final int MAX_SEARCH = 200;
    /** Types a browser may show by itself; none of them can run anything. */
    private static final List<String> SHOWN = List.of("image/png", "image/jpeg", "image/gif", "image/webp");

    /** For mail in a frame: an origin of its own, no scripts, no forms, nothing from elsewhere. */
    private static final String FRAME_POLICY =
            "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
                    + "style-src 'unsafe-inline'%2$s; img-src data:%1$s; font-src data:%1$s; form-action 'none'; base-uri 'none'; "
                    + "frame-ancestors 'self'";

    private static final String FILE_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'";

    private static final Map<String, String> FRESH = Map.of("Cache-Control", "Not to be kept: `no-store`.");
    private static final Map<String, String> FRAME = Map.of(
            "Cache-Control", "Not to be kept: `no-store`.",
            "Content-Security-Policy", "What it may do in a browser: nothing but be shown.",
            "Cross-Origin-Resource-Policy", "Only pages of this server may use it.",
            "Referrer-Policy", "Links do not tell where they were followed.");
    private static final Map<String, String> FILE = Map.of(
            "Cache-Control", "Not to be kept: `no-store`.",
            "Content-Disposition", "To be saved, with its file name.",
            "Content-Security-Policy", "What it may do in a browser: nothing.",
            "Cross-Origin-Resource-Policy", "Only pages of this server may use it.");

    private final SandboxInbox inbox;
    private final DkimCheck dkim;

    /**
     * @param own key records of this server's sending domains
     * @param dns for the signatures of others
     */
    public SandboxResource(SandboxInbox inbox, OwnDkimKeys own, TxtRecords dns, InstantSource clock) {
        this.inbox = inbox;
        this.dkim = new DkimCheck(own, dns, clock);
    }

    /** The endpoints, to be added to the API's. */
    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.of("GET", PATH)
                        .grant(Grant.SANDBOX_VIEW)
                        .doc(
                                TAG,
                                "List the sandbox inbox",
                                "Newest first. With `sandbox.enabled` mail to every domain is kept here instead of being sent. Follow "
                                        + "`links.next` until it is missing; poll with `since` for new mail.")
                        .query("per_page", "integer", "1 to 500, 50 by default.")
                        .query("cursor", "string", "Place to go on from, as `links.next` has it.")
                        .query("since", "string", "Only mail newer than the message of this id.")
                        .query("to", "string", "Part of the recipient in envelope or To field, ignoring case.")
                        .query("subject", "string", "Part of the subject, ignoring case.")
                        .query(
                                "q",
                                "string",
                                "Part of sender, recipient, subject, preview text or message id, ignoring case.")
                        .answers(200, "SandboxPage", "A page of messages.", FRESH)
                        .by(this::list),
                Endpoint.of("DELETE", PATH)
                        .grant(Grant.SANDBOX_MANAGE)
                        .doc(TAG, "Empty the sandbox inbox", "Removes all messages.")
                        .answers(200, "SandboxRemoved", "How many there were.")
                        .by(this::removeAll),
                message("GET", "", Grant.SANDBOX_VIEW)
                        .doc(
                                TAG,
                                "A message, read",
                                "Header, texts, attachments, the verdict on each DKIM signature, and what may be wrong with it. Malformed mail "
                                        + "is read as far as possible; `checks` says what could not be.")
                        .answers(200, "SandboxMessage", "The message.", FRESH)
                        .by(this::show),
                message("DELETE", "", Grant.SANDBOX_MANAGE)
                        .doc(TAG, "Remove a message", "Removes one message from the inbox.")
                        .answers(204, "", "It is gone.")
                        .by(this::remove),
                message("GET", "/raw", Grant.SANDBOX_VIEW)
                        .doc(
                                TAG,
                                "A message as sent",
                                "The octets as they would have gone over the wire, signatures in front.")
                        .answers(200, "message/rfc822", "The message.", FILE)
                        .by(this::raw),
                message("GET", "/html", Grant.SANDBOX_VIEW)
                        .doc(
                                TAG,
                                "The HTML of a message",
                                "Made to be shown in a frame: images of the message put in, links opening elsewhere, and a "
                                        + "`Content-Security-Policy` that forbids scripts, forms and remote content.")
                        .query("remote", "boolean", "`true`: allow images, styles and fonts from elsewhere.")
                        .query("part", "string", "`html` (default) or `amp`.")
                        .answers(200, "text/html", "The HTML.", FRAME)
                        .by(this::html),
                message("GET", "/attachments/{index}", Grant.SANDBOX_VIEW)
                        .path("index", "`index` of the attachment.")
                        .doc(
                                TAG,
                                "An attachment",
                                "Decoded, to be saved; PNG, JPEG, GIF and WebP under their own type, all else as `application/octet-stream`.")
                        .answers(200, "application/octet-stream, " + String.join(", ", SHOWN), "The octets.", FILE)
                        .by(this::attachment));
    }

    private static Endpoint.Builder message(String method, String below, Grant grant) {
        return Endpoint.of(method, PATH + "/{id}" + below)
                .grant(grant)
                .path("id", "Id of the message in the inbox.")
                .answers(404, "Errors", "No such message: removed, dropped for newer mail, or never there (1600).");
    }

    // ---- the list

    private Answer list(Call call) throws Refusal {
        SandboxInbox.Wanted wanted = new SandboxInbox.Wanted(
                call.scope(),
                search(call, "to"),
                search(call, "subject"),
                search(call, "q"),
                number(call, "cursor"),
                number(call, "since"),
                call.query().number("per_page", 50, 1, 500));
        SandboxInbox.Listing listing = inbox.list(wanted);
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        ArrayNode results = root.putArray("results");
        listing.messages().forEach(summary -> results.add(summary(summary)));
        root.put("total_count", listing.total());
        ObjectNode links = root.putObject("links");
        if (listing.more()) {
            links.put("next", next(call, listing.messages().getLast().id()));
        }
        return fresh(Answer.json(200, root));
    }

    private static String search(Call call, String name) throws Refusal {
        String words = call.query().first(name).orElse("").strip();
        if (words.length() > MAX_SEARCH) {
            throw Refusal.parameter("'" + name + "' may have " + MAX_SEARCH + " characters");
        }
        return words;
    }

    private static OptionalLong number(Call call, String name) throws Refusal {
        Optional<String> written = call.query().first(name).filter(text -> !text.isEmpty());
        if (written.isEmpty()) {
            return OptionalLong.empty();
        }
        OptionalLong number = idOf(written.get());
        if (number.isEmpty()) {
            throw Refusal.parameter("'" + name + "' must be the id of a message in the inbox");
        }
        return number;
    }

    private static OptionalLong idOf(String written) {
        if (written.isEmpty() || written.length() > 18) {
            return OptionalLong.empty();
        }
        for (int i = 0; i < written.length(); i++) {
            if (written.charAt(i) < '0' || written.charAt(i) > '9') {
                return OptionalLong.empty();
            }
        }
        return OptionalLong.of(Long.parseLong(written));
    }

    private static String next(Call call, long last) {
        StringBuilder uri = new StringBuilder(PATH).append("?cursor=").append(last);
        for (String name : List.of("per_page", "since", "to", "subject", "q")) {
            call.query()
                    .first(name)
                    .ifPresent(value -> uri.append('&')
                            .append(name)
                            .append('=')
                            .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
        }
        return uri.toString();
    }

    private static ObjectNode summary(Summary summary) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("id", Long.toString(summary.id()))
                .put("received", summary.received().toString())
                .put("from", summary.digest().from())
                .put("to", summary.digest().to())
                .put("subject", summary.digest().subject())
                .put("preview", summary.digest().preview())
                .put("size", summary.octets())
                .put("attachments", summary.digest().attachments())
                .put("subaccount_id", summary.tenant().subaccount());
        node.putObject("envelope").put("from", summary.reversePath()).put("to", summary.forwardPath());
        summary.messageId()
                .ifPresent(id -> node.put("message_id", id.toString())
                        .put("transmission_id", Long.toUnsignedString(id.transmission())));
        return node;
    }

    // ---- one message

    private record Found(Summary summary, MessageOctets message) {}

    private Found find(Call call) throws Refusal {
        OptionalLong id = idOf(call.parameter("id"));
        if (id.isPresent()) {
            Optional<Summary> summary = inbox.find(call.scope(), id.getAsLong());
            Optional<byte[]> octets = summary.isPresent() ? inbox.octets(id.getAsLong()) : Optional.empty();
            if (octets.isPresent()) {
                return new Found(summary.get(), MessageOctets.of(octets.get()));
            }
        }
        throw Refusal.notFound("there is no such message in the sandbox inbox; it may have been removed");
    }

    private Answer show(Call call) throws Refusal {
        Found found = find(call);
        MailView mail = MailReader.read(found.message());
        HtmlFrame frame = HtmlFrame.of(mail.html().orElse(""), mail.parts());
        ObjectNode node = summary(found.summary());
        node.put("cc", mail.field("Cc")).put("reply_to", mail.field("Reply-To")).put("date", mail.field("Date"));
        node.put("rfc822_message_id", mail.field("Message-ID"));
        ArrayNode headers = node.putArray("headers");
        mail.fields()
                .forEach(field -> headers.addObject().put("name", field.name()).put("value", field.value()));
        mail.text().ifPresent(text -> node.put("text", text));
        mail.html().ifPresent(html -> node.put("html", html));
        mail.amp().ifPresent(amp -> node.put("amp", amp));
        ArrayNode attachments = node.putArray("parts");
        for (MailView.Part part : mail.parts()) {
            ObjectNode one = attachments.addObject().put("index", part.index()).put("name", part.name());
            one.put("type", part.type()).put("size", part.content().length).put("inline", part.inline());
            if (!part.contentId().isEmpty()) {
                one.put("content_id", part.contentId());
            }
            one.put("href", PATH + "/" + found.summary().id() + "/attachments/" + part.index());
        }
        ArrayNode verdicts = node.putArray("dkim");
        dkim.check(call.scope(), found.message()).forEach(verdict -> verdicts.add(verdict(verdict)));
        ArrayNode checks = node.putArray("checks");
        for (Checks.Check check :
                Checks.of(mail, frame, found.message().size(), found.summary().forwardPath())) {
            checks.addObject()
                    .put("id", check.id())
                    .put("level", check.level().wireName())
                    .put("title", check.title())
                    .put("text", check.text());
        }
        node.put("remote_content", frame.remote());
        return fresh(Answer.results(node));
    }

    private static ObjectNode verdict(DkimCheck.Verdict verdict) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        var result = verdict.result();
        node.put("result", result.outcome().keyword());
        node.put("reason", result.reason());
        result.domain().ifPresent(domain -> node.put("domain", domain.name()));
        result.selector().ifPresent(selector -> node.put("selector", selector));
        result.identity().ifPresent(identity -> node.put("identity", identity));
        result.algorithm().ifPresent(algorithm -> node.put("algorithm", algorithm));
        result.keyBits().ifPresent(bits -> node.put("key_bits", bits));
        node.put("key_source", verdict.ownKey() ? "server" : "dns");
        return node;
    }

    private Answer raw(Call call) throws Refusal {
        Found found = find(call);
        String name = "message-" + found.summary().id() + ".eml";
        return file("message/rfc822", found.message().octets(), "attachment; filename=\"" + name + '"');
    }

    private Answer html(Call call) throws Refusal {
        MailView mail = MailReader.read(find(call).message());
        boolean amp = call.query().first("part").orElse("html").equals("amp");
        boolean remote = call.query().first("remote").orElse("").equals("true");
        Optional<String> html = amp ? mail.amp() : mail.html();
        if (html.isEmpty()) {
            throw Refusal.notFound("the message has no " + (amp ? "AMP" : "HTML") + " part");
        }
        String policy = FRAME_POLICY
                .replace("%1$s", remote ? " https: http:" : "")
                .replace("%2$s", remote ? " https: http:" : "");
        return new Answer(
                200,
                "text/html; charset=utf-8",
                Map.of(
                        "Content-Security-Policy", policy,
                        "Referrer-Policy", "no-referrer",
                        "Cross-Origin-Resource-Policy", "same-origin",
                        "Cache-Control", "no-store"),
                HtmlFrame.of(html.get(), mail.parts()).html().getBytes(StandardCharsets.UTF_8));
    }

    private Answer attachment(Call call) throws Refusal {
        MailView mail = MailReader.read(find(call).message());
        OptionalLong index = idOf(call.parameter("index"));
        if (index.isEmpty() || index.getAsLong() >= mail.parts().size()) {
            throw Refusal.notFound("the message has " + mail.parts().size() + " attachments");
        }
        MailView.Part part = mail.parts().get((int) index.getAsLong());
        String type = SHOWN.contains(part.type()) ? part.type() : "application/octet-stream";
        return file(type, part.content(), disposition(part.name()));
    }

    /** {@code Content-Disposition} with an ASCII name for old readers and the whole name (RFC 6266). */
    static String disposition(String name) {
        StringBuilder plain = new StringBuilder();
        StringBuilder whole = new StringBuilder();
        for (byte octet : name.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (octet & 0xff);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (letter || c == '.' || c == '-' || c == '_') {
                plain.append(c);
                whole.append(c);
            } else {
                plain.append(c == ' ' ? ' ' : '_');
                whole.append('%')
                        .append(Character.toUpperCase(Character.forDigit(c >> 4, 16)))
                        .append(Character.toUpperCase(Character.forDigit(c & 15, 16)));
            }
        }
        return "attachment; filename=\"" + plain + "\"; filename*=UTF-8''" + whole;
    }

    private static Answer file(String type, byte[] octets, String disposition) {
        return new Answer(
                200,
                type,
                Map.of(
                        "Content-Disposition",
                        disposition,
                        "Content-Security-Policy",
                        FILE_POLICY,
                        "Cross-Origin-Resource-Policy",
                        "same-origin",
                        "Cache-Control",
                        "no-store"),
                octets);
    }

    private static Answer fresh(Answer answer) {
        return answer.with("Cache-Control", "no-store");
    }

    // ---- removal

    private Answer remove(Call call) throws Refusal, InterruptedException {
        OptionalLong id = idOf(call.parameter("id"));
        if (id.isEmpty() || !inbox.remove(call.scope(), id.getAsLong())) {
            throw Refusal.notFound("there is no such message in the sandbox inbox");
        }
        return Answer.empty();
    }

    private Answer removeAll(Call call) throws InterruptedException {
        ObjectNode node = JsonNodeFactory.instance.objectNode().put("removed", inbox.removeAll(call.scope()));
        return Answer.results(node);
    }
}
