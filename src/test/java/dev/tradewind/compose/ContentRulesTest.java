package dev.tradewind.compose;

import dev.tradewind.compose.ContentRules.Checked;
import dev.tradewind.mail.Domain;
import dev.tradewind.mail.mime.MailTexts;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import java.util.List;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;

class ContentRulesTest {
    private static final String GOOD = "'from':'a@b.example','subject':'s','text':'t'";

    @Test
    void inlineContentIsTaken() {
        Checked checked = check("""
                {'from':{'email':'a@B.example','name':'Ann'},'reply_to':'Acme, Inc. <r@b.example>','subject':'s','html':'<p>','text':'',
                 'headers':{'X-A':'1','CC':'c@d.example'},'unknown':1,
                 'attachments':[{'name':'a.txt','type':'text/plain; charset=utf-8','data':'YQ=='}],
                 'inline_images':[{'name':'logo','type':'image/png','data':''}]}""");
        assertThat(checked)
                .isEqualTo(new Checked.Good(
                        new Content.Inline(
                                new Content.Author("a@B.example", Optional.of("Ann")),
                                Optional.of("Acme, Inc. <r@b.example>"),
                                "s",
                                Optional.empty(),
                                Optional.of("<p>"),
                                Optional.empty(),
                                List.of(new Content.Field("X-A", "1"), new Content.Field("CC", "c@d.example")),
                                List.of(new Content.Attachment("logo", "image/png", "")),
                                List.of(new Content.Attachment("a.txt", "text/plain; charset=utf-8", "YQ=="))),
                        Optional.of(new Domain("b.example"))));
    }

    @Test
    void theFromDomainIsKnownWhereNoTemplateDecidesIt() {
        assertFromDomain("'Ann <a@b.example>'", Optional.of("b.example"));
        assertFromDomain("'{{name}} <{{user}}@b.example>'", Optional.of("b.example"));
        assertFromDomain("{'email':'{{user}}@b.example'}", Optional.of("b.example"));
        assertFromDomain("'{{from}}'", Optional.empty());
        assertFromDomain("'x@{{domain}}'", Optional.empty());
        assertFromDomain("'Acme, Inc. <a@b.example>'", Optional.of("b.example"));
    }

    @Test
    void wholeMessagesAreTaken() {
        assertThat(check("{'email_rfc822':'From: a@b.example\\n\\nx'}"))
                .isEqualTo(new Checked.Good(
                        new Content.Rfc822("From: a@b.example\n\nx".getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                        Optional.empty()));
    }

    @Test
    void eachProblemHasItsFieldAndCode() {
        assertProblem("null", "content", "1400");
        assertProblem("'x'", "content", "1300");
        assertProblem("{'subject':'s','text':'t'}", "content.from", "1400");
        assertProblem("{'from':{'name':'x'},'subject':'s','text':'t'}", "content.from.email", "1400");
        assertProblem("{'from':'','subject':'s','text':'t'}", "content.from", "1300");
        assertProblem("{'from':'joe','subject':'s','text':'t'}", "content.from", "2008");
        assertProblem("{'from':'@b.example','subject':'s','text':'t'}", "content.from", "2008");
        assertProblem("{'from':{'email':'a b@c.example'},'subject':'s','text':'t'}", "content.from.email", "1300");
        assertProblem("{'from':'a@b.example, c@d.example','subject':'s','text':'t'}", "content.from", "1300");
        assertProblem("{'from':7,'subject':'s','text':'t'}", "content.from", "1300");
        assertProblem("{'from':'a@b.example','text':'t'}", "content.subject", "1400");
        assertProblem("{'from':'a@b.example','subject':'s'}", "content", "1400");
        assertProblem("{'from':'a@b.example','subject':'s','amp_html':'x'}", "content.amp_html", "1301");
        assertProblem("{'from':'a@b.example','subject':['s'],'text':'t'}", "content.subject", "1300");
        assertProblem("{" + GOOD + ",'reply_to':'nobody'}", "content.reply_to", "1300");
        for (String name : List.of("Subject", "FROM", "to", "Reply-To", "content-type", "Content-Transfer-Encoding")) {
            assertProblem("{" + GOOD + ",'headers':{'" + name + "':'x'}}", "content.headers." + name, "3002");
        }
        assertProblem("{" + GOOD + ",'headers':{'a b':'x'}}", "content.headers", "3002");
        assertProblem("{" + GOOD + ",'headers':{'a\\r\\nBcc':'x'}}", "content.headers", "3002");
        assertProblem("{" + GOOD + ",'headers':{'Cc':'x','CC':'y'}}", "content.headers.CC", "3002");
        assertProblem("{" + GOOD + ",'headers':{'X':1}}", "content.headers.X", "1300");
        assertProblem("{" + GOOD + ",'headers':[]}", "content.headers", "1300");
        assertProblem("{" + GOOD + ",'attachments':{}}", "content.attachments", "1300");
        assertProblem("{" + GOOD + ",'attachments':['x']}", "content.attachments[0]", "1300");
        assertProblem("{" + GOOD + ",'attachments':[{'type':'a/b','data':''}]}", "content.attachments[0].name", "1400");
        assertProblem(
                "{" + GOOD + ",'attachments':[{'name':'x','type':'a/b'}]}", "content.attachments[0].data", "1400");
        assertProblem(
                "{" + GOOD + ",'attachments':[{'name':'x','type':'a/b','data':'Y*=='}]}",
                "content.attachments[0].data",
                "1300");
        assertProblem(
                "{" + GOOD + ",'attachments':[{'name':'x','type':'a/b\\r\\nX: y','data':''}]}",
                "content.attachments[0].type",
                "1300");
        assertProblem(
                "{" + GOOD + ",'attachments':[{'name':'" + "é".repeat(128) + "','type':'a/b','data':''}]}",
                "content.attachments[0].name",
                "1300");
        assertProblem(
                "{" + GOOD
                        + ",'inline_images':[{'name':'x','type':'a/b','data':''},{'name':'x','type':'a/b','data':''}]}",
                "content.inline_images[1].name",
                "1300");
        assertProblem("{'email_rfc822':'x','subject':'s'}", "content.email_rfc822", "1301");
        assertProblem("{'email_rfc822':' '}", "content.email_rfc822", "1400");
        assertProblem("{'template_id':'t'}", "content.template_id", "1603");
        assertProblem("{'ab_test_id':'t'}", "content.ab_test_id", "1603");
    }

    @Test
    void twentyMegabytesAreTheLimit() {
        ObjectNode content = (ObjectNode) json("{" + GOOD + "}");
        content.put("html", "x".repeat(ContentRules.MAX_OCTETS - 1));
        assertThat(ContentRules.check(content)).isInstanceOf(Checked.Good.class);
        content.put("html", "x".repeat(ContentRules.MAX_OCTETS));
        assertThat(ContentRules.check(content)).isInstanceOf(Checked.Bad.class);
    }

    @Provide
    Arbitrary<JsonNode> anyContent() {
        Arbitrary<JsonNode> leaf = Arbitraries.oneOf(
                MailTexts.hostile().map(JsonNodeFactory.instance::stringNode),
                Arbitraries.of(json("1"), json("null"), json("true"), json("[]"), json("{}"), json("['x',{}]")));
        Arbitrary<JsonNode> nested = Arbitraries.maps(
                        Arbitraries.oneOf(Arbitraries.of("email", "name", "type", "data"), MailTexts.hostile()), leaf)
                .ofMaxSize(5)
                .map(ContentRulesTest::object);
        Arbitrary<JsonNode> any =
                Arbitraries.oneOf(leaf, nested, nested.list().ofMaxSize(3).map(ContentRulesTest::array));
        return Arbitraries.maps(
                        Arbitraries.of(
                                "from",
                                "reply_to",
                                "subject",
                                "text",
                                "html",
                                "amp_html",
                                "headers",
                                "attachments",
                                "inline_images",
                                "email_rfc822"),
                        any)
                .ofMaxSize(9)
                .map(ContentRulesTest::object);
    }

    @Property(tries = 500)
    void anyJsonIsTakenOrRefusedAndWhatIsTakenCompiles(@ForAll("anyContent") JsonNode content) {
        switch (ContentRules.check(content)) {
            case Checked.Bad(List<ContentProblem> problems) ->
                assertThat(problems).isNotEmpty();
            case Checked.Good(Content good, Optional<Domain> domain) -> {
                assertThat(CompiledContent.compile(good, true).retainedOctets()).isPositive();
                assertThat(domain).isNotNull();
            }
        }
    }

    private static JsonNode object(java.util.Map<String, JsonNode> fields) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        fields.forEach(object::set);
        return object;
    }

    private static JsonNode array(List<JsonNode> items) {
        return JsonNodeFactory.instance.arrayNode().addAll(items);
    }

    private static Checked check(String content) {
        return ContentRules.check(json(content));
    }

    static JsonNode json(String singleQuoted) {
        return JsonMapper.shared().readTree(singleQuoted.replace('\'', '"'));
    }

    private static void assertProblem(String content, String field, String code) {
        assertThat(check(content)).as(content).isInstanceOfSatisfying(Checked.Bad.class, bad -> {
            assertThat(bad.problems().getFirst().field()).isEqualTo(field);
            assertThat(bad.problems().getFirst().code()).isEqualTo(code);
        });
    }

    private static void assertFromDomain(String from, Optional<String> domain) {
        assertThat(check("{'from':" + from + ",'subject':'s','text':'t'}"))
                .as(from)
                .isInstanceOfSatisfying(
                        Checked.Good.class,
                        good -> assertThat(good.fromDomain().map(Domain::name)).isEqualTo(domain));
    }
}
