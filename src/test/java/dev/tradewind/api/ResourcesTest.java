package dev.tradewind.api;

import dev.tradewind.account.Grant;
import dev.tradewind.account.Tenant;
import dev.tradewind.account.TenantScope;
import dev.tradewind.account.TxtRecords;
import dev.tradewind.event.EventFilter;
import dev.tradewind.event.EventPage;
import dev.tradewind.event.EventQuery;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import java.net.http.HttpRequest;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

import static org.assertj.core.api.Assertions.assertThat;

/** Keys, account, sending domains, events; and that all of it is documented. */
class ResourcesTest {
    private static final String KEYS = "/api/v1/api-keys";
    private static final String DOMAINS = "/api/v1/sending-domains";
    private static final String EVENTS = "/api/v1/events/message";

    private ApiFixture api;

    @BeforeEach
    void start() {
        api = new ApiFixture();
    }

    @AfterEach
    void stop() {
        api.close();
    }

    // ---- keys

    @Test
    void keyIsShownOnceUsedAndRevoked() {
        Reply made =
                api.post(KEYS, "{\"label\":\"web\",\"grants\":[\"account/view\"],\"valid_ips\":[\"127.0.0.0/8\"]}");
        assertThat(made.status()).as(made.text()).isEqualTo(200);
        String secret = made.results().path("key").stringValue();
        String id = made.results().path("id").stringValue();
        assertThat(secret)
                .matches("[0-9a-f]{40}")
                .startsWith(made.results().path("short_key").stringValue());
        assertThat(api.get(KEYS + "/" + id).text()).doesNotContain(secret);
        assertThat(api.get(KEYS).text()).contains("\"web\"").doesNotContain(secret);
        assertThat(as(secret, "/api/v1/account").status()).isEqualTo(200);
        assertThat(as(secret, KEYS).status()).isEqualTo(403);
        assertThat(api.delete(KEYS + "/" + id).status()).isEqualTo(204);
        assertThat(as(secret, "/api/v1/account").status()).isEqualTo(401);
        assertThat(api.delete(KEYS + "/" + id).status()).isEqualTo(404);
        assertThat(api.get(KEYS + "/nothing").status()).isEqualTo(404);
    }

    @Test
    void keyGivesNoMoreThanItHas() {
        String weak = api.newKey(Tenant.MAIN, Set.of(Grant.API_KEYS_MANAGE));
        Reply reply = api.send(api.to(KEYS)
                .setHeader("Authorization", weak)
                .POST(HttpRequest.BodyPublishers.ofString("{\"label\":\"x\",\"grants\":[\"transmissions/modify\"]}"))
                .build());
        assertThat(reply.status()).isEqualTo(403);
    }

    @Test
    void badKeysAreRefused() {
        assertThat(api.post(KEYS, "{\"grants\":[\"account/view\"]}").code()).isEqualTo("1400");
        assertThat(api.post(KEYS, "{\"label\":\"x\"}").code()).isEqualTo("1400");
        assertThat(api.post(KEYS, "{\"label\":\"x\",\"grants\":[]}").code()).isEqualTo("1400");
        assertThat(api.post(KEYS, "{\"label\":\"x\",\"grants\":[\"all\"]}").code())
                .isEqualTo("1300");
        assertThat(api.post(KEYS, "{\"label\":7,\"grants\":[\"account/view\"]}").code())
                .isEqualTo("1300");
        assertThat(api.post(KEYS, "{\"label\":\"x\",\"grants\":[\"account/view\"],\"valid_ips\":[\"x\"]}")
                        .code())
                .isEqualTo("1300");
        Reply forSubaccount = api.send(api.to(KEYS)
                .header("X-MSYS-SUBACCOUNT", "7")
                .POST(HttpRequest.BodyPublishers.ofString("{\"label\":\"x\",\"grants\":[\"account/view\"]}"))
                .build());
        assertThat(forSubaccount.code()).isEqualTo("1301");
    }

    // ---- account

    @Test
    void accountOptionsAreChangedOneByOne() {
        assertThat(api.get("/api/v1/account")
                        .results()
                        .path("options")
                        .path("rest_tracking_default")
                        .booleanValue())
                .isTrue();
        Reply put = api.put(
                "/api/v1/account",
                "{\"company_name\":\"Ä\",\"tfa_required\":true,\"options\":{\"return_dsn\":true,\"x\":1}}");
        assertThat(put.status()).isEqualTo(200);
        JsonNode account = api.get("/api/v1/account").results();
        assertThat(account.path("company_name").stringValue()).isEqualTo("Ä");
        assertThat(account.path("options").path("return_dsn").booleanValue()).isTrue();
        assertThat(account.path("options").path("rest_tracking_default").booleanValue())
                .isTrue();
        assertThat(api.put("/api/v1/account", "{\"options\":{\"return_dsn\":\"yes\"}}")
                        .status())
                .isEqualTo(422);
        assertThat(api.put("/api/v1/account", "{\"options\":7}").status()).isEqualTo(422);
        assertThat(api.put("/api/v1/account", "nonsense").status()).isEqualTo(400);
    }

    // ---- sending domains

    @Test
    void domainIsMadeVerifiedAndSentFrom() {
        Reply made = api.post(DOMAINS, "{\"domain\":\"New.Example.ORG\",\"generate_ed25519\":true}");
        assertThat(made.status()).as(made.text()).isEqualTo(200);
        JsonNode dkim = made.results().path("dkim");
        assertThat(dkim.path("selector").stringValue()).startsWith("tw");
        assertThat(made.results().path("dkim_ed25519").path("dns_value").stringValue())
                .contains("k=ed25519");
        String mail = TransmissionsTest.minimal().replace("shop@example.com", "shop@new.example.org");
        assertThat(api.post(TransmissionsTest.PATH, mail).text()).contains("Unverified Sending Domain");

        String verify = DOMAINS + "/new.example.org/verify";
        Reply without = api.post(verify, "{\"dkim_verify\":true,\"spf_verify\":true}");
        assertThat(without.results().path("dkim_status").stringValue()).isEqualTo("invalid");
        assertThat(without.results().path("dns").path("dkim_error").stringValue())
                .contains("no TXT record");

        api.dns.put(
                dkim.path("dns_name").stringValue(),
                new TxtRecords.Answer.Found(
                        List.of("v=spf1 -all", dkim.path("dns_value").stringValue())));
        Reply with = api.post(verify, "{\"dkim_verify\":true}");
        assertThat(with.results().path("dkim_status").stringValue()).isEqualTo("valid");
        assertThat(with.results().path("ownership_verified").booleanValue()).isTrue();
        assertThat(api.post(TransmissionsTest.PATH, mail).status()).isEqualTo(200);

        assertThat(api.get(DOMAINS + "/new.example.org/")
                        .results()
                        .path("status")
                        .path("dkim_status")
                        .stringValue())
                .isEqualTo("valid");
        assertThat(api.get(DOMAINS + "/?dkim_status=valid").results().size()).isEqualTo(2);
        assertThat(api.get(DOMAINS + "?ownership_verified=false").results().size())
                .isZero();
        assertThat(api.delete(DOMAINS + "/new.example.org").status()).isEqualTo(204);
        assertThat(api.delete(DOMAINS + "/new.example.org").status()).isEqualTo(404);
        assertThat(api.post(TransmissionsTest.PATH, mail).code()).isEqualTo("7001");
    }

    @Test
    void givenKeysAreTakenInEveryUsualForm() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(1024);
        KeyPair pair = generator.generateKeyPair();
        Base64.Encoder mime = Base64.getMimeEncoder(64, new byte[] {'\n'});
        String pkcs8 = Base64.getEncoder().encodeToString(pair.getPrivate().getEncoded());
        byte[] der = pair.getPrivate().getEncoded();
        String pkcs1 = mime.encodeToString(java.util.Arrays.copyOfRange(der, 26, der.length));
        String spki = Base64.getEncoder().encodeToString(pair.getPublic().getEncoded());
        int n = 0;
        for (String secret : List.of(
                pkcs8,
                pkcs1,
                "-----BEGIN PRIVATE KEY-----\n" + pkcs8 + "\n-----END PRIVATE KEY-----\n",
                "-----BEGIN RSA PRIVATE KEY-----\n" + pkcs1 + "\n-----END RSA PRIVATE KEY-----")) {
            String domain = "d" + n++ + ".example.net";
            Reply made = api.post(DOMAINS, given(domain, secret, spki));
            assertThat(made.status()).as(made.text()).isEqualTo(200);
            assertThat(made.results().path("dkim").path("public").stringValue()).isEqualTo(spki);
        }
        assertThat(api.post(DOMAINS, given("e.example.net", pkcs8, pkcs8)).code())
                .isEqualTo("1300");
        String ed25519 = Base64.getEncoder()
                .encodeToString(KeyPairGenerator.getInstance("Ed25519")
                        .generateKeyPair()
                        .getPrivate()
                        .getEncoded());
        for (String bad : List.of(ed25519, "-----BEGIN PRIVATE KEY-----\n" + pkcs8, pkcs8.substring(40), spki, "?")) {
            Reply refused = api.post(DOMAINS, given("e.example.net", bad, spki));
            assertThat(refused.code()).as(refused.text()).isEqualTo("1300");
            assertThat(refused.text()).contains("dkim.private");
        }
        KeyPair other = generator.generateKeyPair();
        assertThat(api.post(
                                DOMAINS,
                                given(
                                        "e.example.net",
                                        pkcs8,
                                        Base64.getEncoder()
                                                .encodeToString(
                                                        other.getPublic().getEncoded())))
                        .code())
                .isEqualTo("1301");
        Reply update = api.put(DOMAINS + "/d0.example.net", given("", pkcs8, spki));
        assertThat(update.code()).isEqualTo("1404");
        api.dns.put("s1._domainkey.d0.example.net", new TxtRecords.Answer.Found(List.of("p=" + spki)));
        assertThat(api.put(DOMAINS + "/d0.example.net", given("", pkcs8, spki)).status())
                .isEqualTo(200);
        assertThat(api.put(DOMAINS + "/d0.example.net", "{\"shared_with_subaccounts\":true}")
                        .status())
                .isEqualTo(200);
        assertThat(api.put(DOMAINS + "/d0.example.net", "{\"is_default_bounce_domain\":true}")
                        .status())
                .isEqualTo(400);
        assertThat(api.put(DOMAINS + "/none.example.net", "{}").status()).isEqualTo(404);
    }

    @Test
    void badDomainsAreRefused() {
        assertThat(api.post(DOMAINS, "{}").code()).isEqualTo("1400");
        for (String name : List.of("localhost", "[192.0.2.1]", "a..b", "-a.example")) {
            assertThat(api.post(DOMAINS, "{\"domain\":\"" + name + "\"}").code())
                    .as(name)
                    .isEqualTo("7000");
        }
        assertThat(api.post(DOMAINS, "{\"domain\":\"example.com\"}").status()).isEqualTo(409);
        assertThat(api.post(DOMAINS, "{\"domain\":\"x.example.net\",\"dkim_key_length\":512}")
                        .status())
                .isEqualTo(422);
        assertThat(api.post(DOMAINS, "{\"domain\":\"x.example.net\",\"tracking_domain\":\"t.example\"}")
                        .status())
                .isEqualTo(400);
        assertThat(api.post(DOMAINS + "/example.com/verify", "{\"postmaster_at_verify\":true}")
                        .status())
                .isEqualTo(422);
        assertThat(api.post(DOMAINS + "/none.example/verify", "{\"dkim_verify\":true}")
                        .status())
                .isEqualTo(404);
        assertThat(api.get(DOMAINS + "/no_such").status()).isEqualTo(404);
    }

    // ---- events

    @Test
    void eventsAreSearchedByEveryParameterAndPaged() {
        AtomicReference<EventQuery> asked = new AtomicReference<>();
        api.events = query -> {
            asked.set(query);
            return new EventPage.Found(
                    List.of("{\"type\":\"delivery\",\"event_id\":\"1\",\"timestamp\":\"2026-01-31T09:00:00.000Z\"}"
                            .getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                    17,
                    false,
                    Optional.of("next+1"));
        };
        Reply page = api.get(EVENTS
                + "?from=2026-01-01T00:00&to=2026-02-01T00:00:00%2B01:00&per_page=5&delimiter=%3B&events=delivery;bounce"
                + "&recipients=Ann@Example.net&campaign_ids=a;b&reason=x&transmission_ids=1&timezone=UTC&unknown=1");
        assertThat(page.status()).as(page.text()).isEqualTo(200);
        EventQuery query = asked.get();
        assertThat(query.from()).isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));
        assertThat(query.to()).isEqualTo(Instant.parse("2026-01-31T23:00:00Z"));
        assertThat(query.perPage()).isEqualTo(5);
        assertThat(query.scope()).isEqualTo(TenantScope.whole(1));
        assertThat(query.filters().get(EventFilter.EVENTS)).containsExactlyInAnyOrder("delivery", "bounce");
        assertThat(query.filters().get(EventFilter.RECIPIENTS)).containsExactly("ann@example.net");
        assertThat(query.filters().get(EventFilter.CAMPAIGNS)).containsExactlyInAnyOrder("a", "b");
        assertThat(query.filters().get(EventFilter.REASONS)).containsExactly("x");
        assertThat(query.filters().get(EventFilter.TRANSMISSIONS)).containsExactly("1");
        assertThat(page.json().path("total_count").intValue()).isEqualTo(17);
        assertThat(page.json().path("total_count_exact").booleanValue(true))
                .as("there may be more")
                .isFalse();
        String next = page.json().path("links").path("next").stringValue();
        assertThat(next).startsWith("/api/v1/events/message?cursor=next%2B1");
        api.get(next);
        assertThat(asked.get().cursor()).hasValue("next+1");
        assertThat(asked.get().filters()).isEqualTo(query.filters());
        assertThat(asked.get().from()).isEqualTo(query.from());
    }

    @Test
    void defaultsOfTheSearchAreTheLastDay() {
        AtomicReference<EventQuery> asked = new AtomicReference<>();
        api.events = query -> {
            asked.set(query);
            return EventPage.Found.NOTHING;
        };
        Reply page = api.get(EVENTS + "?cursor=initial");
        assertThat(page.text()).isEqualTo("{\"results\":[],\"total_count\":0,\"total_count_exact\":true,\"links\":{}}");
        assertThat(Duration.between(asked.get().from(), asked.get().to())).isEqualTo(Duration.ofDays(1));
        assertThat(asked.get().perPage()).isEqualTo(1000);
        String own = api.newKey(new Tenant(1, 7), Set.of(Grant.MESSAGE_EVENTS_VIEW));
        as(own, EVENTS);
        assertThat(asked.get().scope()).isEqualTo(TenantScope.only(new Tenant(1, 7)));
    }

    @Test
    void subaccountsAskedForByNumberAreSeenWhateverTheHeaderSays() {
        AtomicReference<EventQuery> asked = new AtomicReference<>();
        api.events = query -> {
            asked.set(query);
            return EventPage.Found.NOTHING;
        };
        api.send(api.to(EVENTS).header("X-MSYS-SUBACCOUNT", "0").GET().build());
        assertThat(asked.get().scope()).isEqualTo(TenantScope.only(Tenant.MAIN));
        api.send(api.to(EVENTS + "?subaccounts=7")
                .header("X-MSYS-SUBACCOUNT", "0")
                .GET()
                .build());
        assertThat(asked.get().scope()).isEqualTo(TenantScope.whole(1));
    }

    @Test
    void badSearchesAreRefused() {
        for (String query : List.of(
                "from=yesterday",
                "per_page=0",
                "per_page=10001",
                "per_page=x",
                "events=nonsense",
                "subaccounts=x",
                "ab_test_versions=1")) {
            assertThat(api.get(EVENTS + "?" + query).status()).as(query).isEqualTo(400);
        }
        assertThat(api.get(EVENTS + "?events=open,click").status()).isEqualTo(200);
        api.events = query -> new EventPage.BadCursor();
        assertThat(api.get(EVENTS + "?cursor=x").status()).isEqualTo(400);
    }

    @Test
    void documentationAndSamplesOfEventsArePublicAndComplete() {
        Reply documentation = as("none", EVENTS + "/documentation");
        assertThat(documentation.status()).isEqualTo(200);
        assertThat(documentation.results().size()).isEqualTo(dev.tradewind.event.EventType.values().length);
        for (JsonNode type : documentation.results()) {
            type.properties()
                    .forEach(field -> assertThat(
                                    field.getValue().path("description").stringValue(""))
                            .as(field.getKey())
                            .isNotEmpty());
        }
        assertThat(as("none", EVENTS + "/samples").results().size())
                .isEqualTo(dev.tradewind.event.EventType.values().length);
        Reply one = as("none", EVENTS + "/samples?events=bounce");
        assertThat(one.results().path(0).path("type").stringValue()).isEqualTo("bounce");
        assertThat(as("none", EVENTS + "/samples?events=x").status()).isEqualTo(400);
    }

    // ---- all of it

    @Test
    void everyRouteIsDocumented() {
        JsonNode paths = api.contract.document.path("paths");
        for (Endpoint endpoint : api.server.endpoints()) {
            JsonNode operation =
                    paths.path(endpoint.path()).path(endpoint.method().toLowerCase(java.util.Locale.ROOT));
            String what = endpoint.method() + " " + endpoint.path();
            assertThat(operation.isObject()).as(what).isTrue();
            assertThat(operation.path("summary").stringValue("")).as(what).isNotEmpty();
            assertThat(operation.path("tags").path(0).stringValue("")).as(what).isNotEmpty();
            for (Endpoint.Response response : endpoint.allResponses()) {
                assertThat(operation.path("responses").has(Integer.toString(response.status())))
                        .as(what)
                        .isTrue();
                assertThat(response.description()).as(what).isNotEmpty();
            }
            java.util.regex.Matcher inPath =
                    java.util.regex.Pattern.compile("\\{(\\w+)}").matcher(endpoint.path());
            while (inPath.find()) {
                String name = inPath.group(1);
                assertThat(endpoint.parameters())
                        .as(what)
                        .anyMatch(p -> p.in() == Endpoint.In.PATH && p.name().equals(name));
            }
        }
        assertThat(paths.size()).isEqualTo((int)
                api.server.endpoints().stream().map(Endpoint::path).distinct().count());
    }

    @Test
    void resourcesOfLaterReleasesAreNotFound() {
        for (String later : List.of(
                "templates", "recipient-lists", "subaccounts", "suppression-list", "webhooks", "tracking-domains")) {
            Reply reply = api.get("/api/v1/" + later);
            assertThat(reply.status()).as(later).isEqualTo(404);
            assertThat(reply.code()).as(later).isEqualTo("1101");
        }
    }

    @Test
    void whatIsRefusedOfATransmissionIsInTheDocument() {
        JsonNode schemas = api.contract.document.path("components").path("schemas");
        JsonNode request = schemas.path("TransmissionRequest").path("properties");
        JsonNode options = schemas.path("TransmissionOptions").path("properties");
        assertThat(request.at("/override/description").stringValue("")).contains("1300");
        assertThat(request.at("/tracking_domain/description").stringValue("")).contains("1200");
        assertThat(options.at("/inline_css/description").stringValue("")).contains("1300");
        assertThat(options.at("/dkim_key/description").stringValue("")).contains("1100");
        assertThat(options.at("/ip_pool/description").stringValue("")).contains("1603");
        assertThat(options.at("/sandbox/description").stringValue("")).contains("2106");
        JsonNode paths = api.contract.document.path("paths");
        for (String path : List.of("/api/v1/transmissions", "/api/v1/transmissions/{id}")) {
            assertThat(paths.path(path).at("/delete/responses/503/description").stringValue(""))
                    .as(path)
                    .contains("ask again", "idempotent");
        }
    }

    @Test
    void everyReferenceInTheDocumentIsThere() {
        java.util.regex.Matcher refs = java.util.regex.Pattern.compile("\"#/components/schemas/(\\w+)\"")
                .matcher(api.get("/api/openapi.json").text());
        int found = 0;
        while (refs.find()) {
            assertThat(api.contract.document.path("components").path("schemas").has(refs.group(1)))
                    .as(refs.group(1))
                    .isTrue();
            found++;
        }
        assertThat(found).isGreaterThan(50);
    }

    private static String given(String domain, String secret, String published) {
        return "{\"domain\":\"" + domain + "\",\"dkim\":{\"private\":\"" + secret.replace("\n", "\\n")
                + "\",\"public\":\"" + published + "\",\"selector\":\"s1\"}}";
    }

    private Reply as(String key, String path) {
        return api.send(api.to(path).setHeader("Authorization", key).build());
    }
}
