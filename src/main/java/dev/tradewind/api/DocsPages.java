package dev.tradewind.api;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** {@code /docs}: Swagger UI over {@code /api/openapi.json}, served from here alone; its policy lets the browser load nothing else. */
final class DocsPages {
    private static final String WEBJAR = "/META-INF/resources/webjars/swagger-ui/5.34.1/";

    /** React sets styles by script, which {@code style-src} does not touch; Swagger UI's icons are data URIs. */
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
                    + "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static final Map<String, String> FROM_WEBJAR = Map.of(
            "swagger-ui.css", "text/css; charset=utf-8",
            "swagger-ui-bundle.js", "text/javascript; charset=utf-8",
            "favicon-32x32.png", "image/png");
    private static final Map<String, String> OURS =
            Map.of("docs.css", "text/css; charset=utf-8", "docs.js", "text/javascript; charset=utf-8");

    private DocsPages() {}

    static List<Page> pages() {
        return List.of(
                Page.get("/docs", call -> page("text/html; charset=utf-8", OpenApi.resource("docs.html"))),
                Page.get("/docs/*", DocsPages::asset));
    }

    private static Answer asset(Call call) throws Refusal, IOException {
        String name = call.path().substring("/docs/".length());
        String ours = OURS.get(name);
        if (ours != null) {
            return page(ours, OpenApi.resource(name));
        }
        String type = FROM_WEBJAR.get(name);
        if (type == null) {
            throw Refusal.of(404, 1101, "invalid URI", "there is nothing at " + Json.clip(call.path()));
        }
        try (InputStream in = DocsPages.class.getResourceAsStream(WEBJAR + name)) {
            if (in == null) {
                throw new IllegalStateException("the program lacks " + WEBJAR + name);
            }
            return page(type, in.readAllBytes()).with("Cache-Control", "public, max-age=86400");
        }
    }

    private static Answer page(String type, byte[] body) {
        return new Answer(
                200,
                type,
                Map.of(
                        "Content-Security-Policy",
                        POLICY,
                        "Referrer-Policy",
                        "no-referrer",
                        "Cache-Control",
                        "no-cache"),
                body);
    }

    static String text(String resource) {
        return new String(OpenApi.resource(resource), StandardCharsets.UTF_8);
    }
}
