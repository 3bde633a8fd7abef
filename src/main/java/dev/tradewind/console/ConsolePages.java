package dev.tradewind.console;

import dev.tradewind.account.Grant;
import dev.tradewind.account.Principal;
import dev.tradewind.api.Answer;
import dev.tradewind.api.Call;
import dev.tradewind.api.Page;
import dev.tradewind.api.Refusal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The pages: {@code /} (the sandbox inbox for now), {@code /login}, {@code /signin}, {@code /logout} and their assets below
 * {@code /console}.
 */
public final class ConsolePages {
    /** Scripts and styles from here alone, and no script may turn text into markup. */
    static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
            + "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
            + "require-trusted-types-for 'script'; trusted-types 'none'";

    private static final int MAX_FORM = 4096;
    private static final String HTML = "text/html; charset=utf-8";
    private static final Map<String, String> ASSETS = Map.of(
            "console.css", "text/css; charset=utf-8",
            "inbox.js", "text/javascript; charset=utf-8",
            "dom.js", "text/javascript; charset=utf-8",
            "message.js", "text/javascript; charset=utf-8",
            "icon.svg", "image/svg+xml");

    private final Sessions sessions;
    private final OneTimeLinks links;
    private final String exampleSender;
    private final boolean sandboxEnabled;

    /**
     * @param exampleSender  address that the first mail, shown to beginners, may come from
     * @param sandboxEnabled whether all mail goes to the sandbox inbox
     */
    public ConsolePages(Sessions sessions, OneTimeLinks links, String exampleSender, boolean sandboxEnabled) {
        this.sessions = sessions;
        this.links = links;
        this.exampleSender = exampleSender;
        this.sandboxEnabled = sandboxEnabled;
    }

    /** What the listener serves. */
    public List<Page> pages() {
        return List.of(
                Page.get("/", this::inbox),
                Page.get("/login", this::loginForm),
                new Page("POST", "/login", this::login),
                Page.get("/signin", this::signIn),
                new Page("POST", "/logout", this::logout),
                Page.get("/console/*", ConsolePages::asset),
                Page.get("/favicon.ico", call -> asset("icon.svg")));
    }

    // ---- signing in

    private Answer loginForm(Call call) {
        return principal(call).isPresent() ? redirect("/") : loginPage(200, "");
    }

    private Answer login(Call call) throws Refusal, IOException {
        requireOwnForm(call);
        String key = form(call).getOrDefault("key", "").strip();
        Optional<String> cookie = key.isEmpty() ? Optional.empty() : sessions.beginWithKey(key, call.client());
        return cookie.map(set -> redirect("/").with("Set-Cookie", set))
                .orElseGet(() -> loginPage(401, "That key is not known, or may not be used from this address."));
    }

    private Answer signIn(Call call) {
        if (call.method().equals("HEAD")) {
            return loginPage(200, ""); // only looking: does not use up the link
        }
        Optional<Principal> named = call.query().first("token").flatMap(links::use);
        if (named.isPresent()) {
            return redirect("/").with("Set-Cookie", sessions.beginFor(named.get()));
        }
        return principal(call).isPresent()
                ? redirect("/")
                : loginPage(
                        401,
                        "This link has been used already or is older than 30 minutes. Sign in with an API key, or restart to get a new link.");
    }

    private Answer logout(Call call) throws Refusal {
        requireOwnForm(call);
        return redirect("/login").with("Set-Cookie", sessions.end(call.headers()));
    }

    /** Refuses a form that another site made the browser send. */
    private static void requireOwnForm(Call call) throws Refusal {
        Optional<String> site = call.header("sec-fetch-site"); // not sent to plain http but of the same machine
        Optional<String> origin = call.header("origin");
        boolean foreign = site.isPresent()
                ? !site.get().equals("same-origin") && !site.get().equals("none")
                : origin.isPresent() && !call.header("host").equals(authority(origin.get()));
        if (foreign) {
            throw Refusal.of(403, 1100, "Forbidden.", "this form may be sent from this server's own pages only");
        }
    }

    private static Optional<String> authority(String origin) {
        try {
            return Optional.ofNullable(URI.create(origin).getRawAuthority());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Map<String, String> form(Call call) throws Refusal, IOException {
        InputStream body = call.body();
        byte[] octets = body.readNBytes(MAX_FORM + 1);
        if (octets.length > MAX_FORM) {
            throw Refusal.of(413, 1200, "request body too large", "the form may have " + MAX_FORM + " octets");
        }
        Map<String, String> fields = new HashMap<>();
        try {
            for (String pair : new String(octets, StandardCharsets.UTF_8).split("&", -1)) {
                int equals = pair.indexOf('=');
                if (equals > 0) {
                    fields.putIfAbsent(
                            URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8),
                            URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
                }
            }
        } catch (IllegalArgumentException e) {
            throw Refusal.parameter("the form is not well encoded");
        }
        return fields;
    }

    private Optional<Principal> principal(Call call) {
        return sessions.principal(call.headers(), call.client());
    }

    // ---- pages

    private Answer inbox(Call call) {
        Optional<Principal> who = principal(call);
        if (who.isEmpty()) {
            return redirect("/login");
        }
        Principal principal = who.get();
        if (!principal.may(Grant.SANDBOX_VIEW)) {
            return page(
                            403,
                            fill(
                                    "login.html",
                                    Map.of(
                                            "message",
                                            "You are signed in with \"" + principal.label()
                                                    + "\", which lacks the grant sandbox/view. Sign in with another key.")))
                    .with("Set-Cookie", sessions.end(call.headers()));
        }
        return page(
                200,
                fill(
                        "inbox.html",
                        Map.of(
                                "who", principal.label(),
                                "sender", exampleSender,
                                "sandbox", sandboxEnabled ? "on" : "off",
                                "manage", yes(principal, Grant.SANDBOX_MANAGE),
                                "send", yes(principal, Grant.TRANSMISSIONS_MODIFY),
                                "events", yes(principal, Grant.MESSAGE_EVENTS_VIEW))));
    }

    private static String yes(Principal principal, Grant grant) {
        return principal.may(grant) ? "yes" : "no";
    }

    private static Answer loginPage(int status, String message) {
        return page(status, fill("login.html", Map.of("message", message)));
    }

    private static Answer asset(Call call) throws Refusal {
        String path = call.path();
        return asset(path.substring(Math.min(path.length(), "/console/".length())));
    }

    private static Answer asset(String name) throws Refusal {
        String type = ASSETS.get(name);
        if (type == null) {
            throw Refusal.of(404, 1101, "invalid URI", "the console has no such file");
        }
        return guarded(200, type, resource(name)).with("Cache-Control", "no-cache");
    }

    private static Answer redirect(String path) {
        return guarded(303, "", new byte[0]).with("Location", path).with("Cache-Control", "no-store");
    }

    private static Answer page(int status, String html) {
        return guarded(status, HTML, html.getBytes(StandardCharsets.UTF_8)).with("Cache-Control", "no-store");
    }

    private static Answer guarded(int status, String type, byte[] body) {
        return new Answer(
                status,
                type,
                Map.of(
                        "Content-Security-Policy", POLICY,
                        "Referrer-Policy", "same-origin",
                        "Cross-Origin-Opener-Policy", "same-origin",
                        "Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
                body);
    }

    /** A page with the values of its {@code {{name}}} put in, as text that may stand in an element or a quoted attribute. */
    private static String fill(String page, Map<String, String> values) {
        String template = new String(resource(page), StandardCharsets.UTF_8);
        StringBuilder filled = new StringBuilder();
        int done = 0;
        for (int at = template.indexOf("{{"); at >= 0; at = template.indexOf("{{", done)) {
            int end = template.indexOf("}}", at);
            String value = values.get(template.substring(at + 2, end));
            if (value == null) {
                throw new IllegalStateException(
                        page + " wants a value that is not given: " + template.substring(at, end));
            }
            filled.append(template, done, at).append(escaped(value));
            done = end + 2;
        }
        return filled.append(template, done, template.length()).toString();
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    private static byte[] resource(String name) {
        try (InputStream in = ConsolePages.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the program lacks its resource " + name);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
