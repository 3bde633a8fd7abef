package dev.tradewind.soak;

import dev.tradewind.fixture.TradewindProcess;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Malformed requests: good ones whose JSON is changed as a tree and then as octets, queries, and what is hardly HTTP. */
final class HostileBodies {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String TRANSMISSION = """
            {"options":{"start_time":"2020-01-01T00:00:00Z","transactional":true,"open_tracking":false},
             "metadata":{"a":[1,{"b":null}]},"substitution_data":{"x":"y","list":[1,2]},
             "return_path":"r@example.com","campaign_id":"c","description":"d",
             "recipients":[{"address":{"email":"a@b.example","name":"n"},"tags":["t"],
               "substitution_data":{"x":1.5e3},"metadata":{"k":"v"}},{"address":"c@d.example"},
               {"address":{"email":"e@f.example","header_to":"a@b.example"}}],
             "content":{"from":{"email":"news@mx.tradewind.test","name":"ü"},"subject":"s {{x}}","reply_to":"r@example.com",
               "html":"<p>{{if x}}{{x}}{{else}}{{loop_var}}{{end}} {{each list}}{{loop_var}}{{end}}</p>","text":"t {{x}}",
               "headers":{"X-A":"b"},"attachments":[{"name":"n","type":"a/b","data":"QUJD"}],
               "inline_images":[{"name":"i","type":"image/png","data":"QUJD"}]}}""";
    private static final String RFC822 = """
            {"recipients":[{"address":"a@b.example"}],
             "content":{"email_rfc822":"From: <news@mx.tradewind.test>\\r\\nSubject: x\\r\\n\\r\\nbody {{x}}\\r\\n"}}""";
    private static final String[] OTHERS = {
        "{\"label\":\"l\",\"grants\":[\"smtp/inject\"],\"valid_ips\":[\"127.0.0.1/32\"]}",
        "{\"domain\":\"x.example\",\"tracking_domain\":\"t.example\",\"dkim\":{\"private\":\"x\",\"public\":\"y\",\"selector\":\"s\"}}",
        "{\"dkim_verify\":true,\"cname_verify\":true}",
        "{\"options\":{\"smtp_tracking_default\":true}}",
        "7",
        "null",
        "[]",
        "\"x\"",
        ""
    };
    private static final String[] TARGETS = {
        "/api/v1/transmissions/123456",
        "/api/v1/transmissions?num_rcpt_errors=3",
        "/api/v1/transmissions/",
        "/api/v1/sending-domains/x.example/verify",
        "/api/v1/sending-domains/x.example",
        "/api/v1/account",
        "/api/v1/events/message",
        "/api/v1/nothing",
        "/health/live"
    };
    private static final String[] NUMBERS = {
        "1e999", "-1e999", "99999999999999999999999999", "-0", "0.1e-400", "1e2147483648", "NaN", "0x10", "01", "1."
    };
    private static final String[] TEXTS = {
        "",
        "\0",
        "\ud800",
        "{{",
        "}}",
        "{{ {{x}} }}",
        "{{if}}",
        "{{each x}}",
        "{{x.y.z[0]}}",
        "{{{x}}}",
        "a@",
        "@b",
        "a@b@c",
        "\"\"@b.example",
        "a\r\nBcc: x@y.example",
        "=?utf-8?q?x?=",
        "../..",
        "2020-13-45T99:99:99Z",
        "﷽",
        "\u202e",
        "<script>",
        "a@xn--.example",
        "a@" + "b".repeat(300),
        "%00",
        "data:;base64,",
        "QUJ",
        "=",
        "ﬀ@ﬀ.example"
    };
    private static final String[] LINES = {
        "GET / HTTP/1.1",
        "POST /api/v1/transmissions HTTP/1.1",
        "GET /api/v1/account HTTP/1.1",
        "PATCH /api/v1/account HTTP/1.1",
        "GET /%2e%2e/ HTTP/1.1",
        "GET /a?b=%zz HTTP/1.1",
        "GET http://other.example/api/v1/account HTTP/1.1",
        "GET /\u00ff HTTP/1.1",
        "GET /a b HTTP/1.1",
        "get / HTTP/1.1",
        "X / HTTP/1.1",
        " / HTTP/1.1",
        "GET * HTTP/1.1",
        "OPTIONS * HTTP/1.1",
        "CONNECT a:1 HTTP/1.1",
        "TRACE / HTTP/1.1",
        "GET / HTTP/1.0",
        "GET / HTTP/2.0",
        "GET / JUNK",
        "GET /",
        "",
        "GET //api/v1/account HTTP/1.1",
        "PRI * HTTP/2.0"
    };
    private static final String[] FIELDS = {
        "Host: a",
        "Host: a",
        "Host: b",
        "Authorization: " + TradewindProcess.KEY,
        "Authorization: " + TradewindProcess.KEY,
        "Authorization: x",
        "Content-Length: 2",
        "Content-Length: 3",
        "Content-Length: -2",
        "Content-Length: 99999999999999999999",
        "Content-Length: 2, 2",
        "Transfer-Encoding: chunked",
        "Transfer-Encoding: gzip, chunked",
        "Transfer-Encoding: x",
        "Content-Type: application/json",
        "Content-Type: text/plain",
        "Content-Encoding: br",
        "Content-Encoding: gzip",
        "Expect: 100-continue",
        "Expect: x",
        "X-MSYS-SUBACCOUNT: x",
        "X-MSYS-SUBACCOUNT: 99999999999",
        "Connection: close",
        "Connection: upgrade",
        "Upgrade: h2c",
        "HTTP2-Settings: x",
        ": x",
        "a b: c",
        " folded",
        "X: \0",
        "X: \u00e9",
        "junk",
        "Idempotency-Key: ",
        "Idempotency-Key: a b",
        "Accept: x/y",
        "Accept-Encoding: x",
        "Range: bytes=0-"
    };
    private static final String[] TAILS = {
        "",
        "",
        "{}",
        "{}GET / HTTP/1.1\r\n\r\n",
        "2\r\n{}\r\n0\r\n\r\n",
        "ffffffffff\r\n",
        "0\r\n",
        "-1\r\n\r\n",
        "2;x=y\r\n{}\r\n0\r\na: b\r\n\r\n",
        "2\n{}\n0\n\n",
        "\u001f\u008b\b\0\0"
    };

    private HostileBodies() {}

    /** Path, sometimes with a query, to send a body to; most often transmissions. */
    static String target(Random random) {
        int which = random.nextInt(40);
        if (which == 0) {
            return "/api/v1/api-keys";
        }
        if (which == 1) {
            return "/api/v1/sending-domains";
        }
        return which < 12 ? one(TARGETS, random) : RestClient.TRANSMISSIONS;
    }

    /** A body. */
    static byte[] body(Random random) {
        String base = switch (random.nextInt(10)) {
            case 0 -> RFC822;
            case 1 -> one(OTHERS, random);
            default -> TRANSMISSION;
        };
        byte[] octets = base.getBytes(StandardCharsets.UTF_8);
        if (random.nextInt(4) > 0 && base.startsWith("{")) {
            octets = changedTree(base, random).getBytes(StandardCharsets.UTF_8);
        }
        return random.nextInt(3) == 0 ? changedOctets(octets, random) : octets;
    }

    /** One to three places of the tree become something else. What a tree cannot hold is put in for a marker afterwards. */
    private static String changedTree(String base, Random random) {
        JsonNode root = JSON.readTree(base);
        List<String> marks = new ArrayList<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            List<JsonNode> holders = new ArrayList<>();
            collect(root, holders);
            change(holders.get(random.nextInt(holders.size())), random, marks);
        }
        String text = JSON.writeValueAsString(root);
        for (int i = 0; i < marks.size(); i++) {
            text = text.replace("\"@@" + i + "@@\"", marks.get(i));
        }
        return text;
    }

    private static void collect(JsonNode node, List<JsonNode> holders) {
        if (node.isContainer()) {
            holders.add(node);
            node.forEach(child -> collect(child, holders));
        }
    }

    private static void change(JsonNode holder, Random random, List<String> marks) {
        JsonNode value = value(random, marks);
        if (holder instanceof ObjectNode object && object.size() > 0) {
            List<String> names = new ArrayList<>(object.propertyNames());
            String name = names.get(random.nextInt(names.size()));
            switch (random.nextInt(5)) {
                case 0 -> object.remove(name);
                case 1 -> object.set(one(TEXTS, random), value);
                case 2 -> {
                    marks.add(JSON.writeValueAsString(object.get(name)) + ",\"" + name + "\":null");
                    object.put(name, "@@" + (marks.size() - 1) + "@@");
                }
                default -> object.set(name, value);
            }
        } else if (holder instanceof ArrayNode array) {
            if (array.isEmpty() || random.nextInt(3) == 0) {
                array.add(value);
            } else {
                array.set(random.nextInt(array.size()), value);
            }
        }
    }

    private static JsonNode value(Random random, List<String> marks) {
        JsonNodeFactory make = JsonNodeFactory.instance;
        return switch (random.nextInt(12)) {
            case 0 -> make.nullNode();
            case 1 -> make.booleanNode(random.nextBoolean());
            case 2 -> make.numberNode(random.nextLong());
            case 3 -> make.arrayNode();
            case 4 -> make.objectNode();
            case 5 -> make.stringNode("x".repeat(random.nextInt(random.nextInt(20) == 0 ? 200_000 : 500)));
            case 6 -> {
                marks.add(one(NUMBERS, random));
                yield make.stringNode("@@" + (marks.size() - 1) + "@@");
            }
            case 7 -> {
                int depth = random.nextInt(random.nextInt(10) == 0 ? 20_000 : 100);
                boolean objects = random.nextBoolean();
                String open = objects ? "{\"a\":" : "[";
                marks.add(open.repeat(depth) + "1" + (objects ? "}" : "]").repeat(depth));
                yield make.stringNode("@@" + (marks.size() - 1) + "@@");
            }
            default -> make.stringNode(one(TEXTS, random));
        };
    }

    private static byte[] changedOctets(byte[] octets, Random random) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int at = octets.length == 0 ? 0 : random.nextInt(octets.length);
        switch (random.nextInt(6)) {
            case 0 -> out.write(octets, 0, at);
            case 1 -> {
                byte[] changed = octets.clone();
                for (int i = 0; i < 1 + random.nextInt(4) && changed.length > 0; i++) {
                    changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
                }
                out.writeBytes(changed);
            }
            case 2 -> {
                byte[][] bad = {
                    {(byte) 0xc0, (byte) 0x80},
                    {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
                    {(byte) 0xff},
                    {(byte) 0xf5, 1},
                    {0}
                };
                out.write(octets, 0, at);
                out.writeBytes(bad[random.nextInt(bad.length)]);
                out.write(octets, at, octets.length - at);
            }
            case 3 -> {
                out.write(octets, 0, at);
                int skipped = Math.min(octets.length - at, random.nextInt(12));
                out.write(octets, at + skipped, octets.length - at - skipped);
            }
            case 4 -> {
                out.writeBytes(octets);
                out.writeBytes(octets);
            }
            default -> {
                byte[] noise = new byte[random.nextInt(200)];
                random.nextBytes(noise);
                out.writeBytes(random.nextBoolean() ? noise : Arrays.copyOf(octets, octets.length + noise.length));
            }
        }
        return out.toByteArray();
    }

    /** A search for events, or something else to GET. */
    static String query(Random random) {
        String[] names = {
            "from", "to", "cursor", "per_page", "events", "delimiter", "messages", "subaccounts", "recipients", "x"
        };
        String[] paths = {
            "/api/v1/events/message",
            "/api/v1/events/message",
            "/api/v1/transmissions",
            "/api/v1/events/message/samples",
            "/api/v1/transmissions/1",
            "/api/v1/sending-domains/x.example",
            "/api/v1/account"
        };
        StringBuilder target = new StringBuilder(one(paths, random));
        for (int i = random.nextInt(4); i > 0; i--) {
            target.append(target.indexOf("?") < 0 ? '?' : '&')
                    .append(one(names, random))
                    .append('=');
            String chars = "abz09-_.,%+TZ:;@/?~=";
            for (int n = random.nextInt(random.nextInt(30) == 0 ? 3000 : 25); n > 0; n--) {
                target.append(chars.charAt(random.nextInt(chars.length())));
            }
        }
        return target.toString();
    }

    /** A request on the level of HTTP. */
    static byte[] http(Random random) {
        StringBuilder request = new StringBuilder(one(LINES, random)).append(random.nextInt(10) == 0 ? "\n" : "\r\n");
        for (int i = random.nextInt(7); i > 0; i--) {
            request.append(one(FIELDS, random)).append(random.nextInt(20) == 0 ? "\n" : "\r\n");
        }
        if (random.nextInt(50) == 0) {
            request.append("X: ").append("y".repeat(random.nextInt(100_000))).append("\r\n");
        }
        request.append(random.nextInt(10) == 0 ? "" : "\r\n").append(one(TAILS, random));
        byte[] octets = request.toString().getBytes(StandardCharsets.ISO_8859_1);
        return random.nextInt(5) == 0 ? changedOctets(octets, random) : octets;
    }

    private static String one(String[] all, Random random) {
        return all[random.nextInt(all.length)];
    }
}
