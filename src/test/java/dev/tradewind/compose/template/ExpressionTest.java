package dev.tradewind.compose.template;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static dev.tradewind.compose.template.Rendered.html;
import static dev.tradewind.compose.template.Rendered.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ExpressionTest {
    private static final String DATA = """
            {"t": true, "f": false, "n": null, "zero": 0, "blank": "", "one": 1, "five": 5.00, "price": 39.99,
             "big": 123456789012345678901234567890, "huge": 1e300, "tiny": 1e-50, "neg": -0.0, "fraction": 0.30000000000000004,
             "name": "Jane", "numeric": " 12.50 ", "list": ["a", "b", {"k": [7]}], "none": [], "object": {"a": {"b": 1}},
             "max": 9223372036854775807, "min": -9223372036854775808, "key": "a", "emoji": "😀é"}""";

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            name                       | Jane
            t                          | true
            f                          | false
            n                          | ``
            nil                        | ``
            null                       | ``
            one                        | 1
            five                       | 5
            5.00                       | 5
            price                      | 39.99
            big                        | 123456789012345678901234567890
            huge                       | 1E+300
            tiny                       | 1E-50
            neg                        | 0
            fraction                   | 0.30000000000000004
            list                       | ["a","b",{"k":[7]}]
            object                     | {"a":{"b":1}}
            object.a.b                 | 1
            object['a']["b"]           | 1
            object[key].b              | 1
            object[1]                  | ``
            object[big]                | ``
            object[huge * huge]        | ``
            object[list]               | ``
            list[1]                    | a
            list[3].k[1]               | 7
            list[0]                    | ``
            list[-1]                   | ``
            list[4]                    | ``
            list[1.5]                  | ``
            list['1']                  | ``
            list[2.0]                  | b
            list[99999999999]          | ``
            name.x.y[1]                | ``
            name[1]                    | ``
            n.x                        | ``
            'a\\'b' .. "c\\"\\n"       | `a'bc"\n`
            '}}'                       | }}
            #list                      | 3
            #object                    | 1
            #none                      | 0
            #missing                   | 0
            #emoji                     | 2
            empty(none)                | true
            empty(missing)             | true
            empty(n)                   | true
            empty(list)                | false
            empty(blank)               | true
            empty(zero)                | false
            not empty(list)            | true
            not missing                | true
            not zero                   | false
            not blank                  | false
            not not t                  | true
            missing or 'x'             | x
            f or 'x'                   | x
            zero or 'x'                | 0
            blank or 'x'               | ``
            n or f                     | false
            n or missing or one        | 1
            t and one                  | 1
            f and one                  | false
            n and one                  | ``
            n or one and 'x'           | x
            t or f and f               | true
            not f == t                 | true
            one == 1.0                 | true
            one == '1'                 | false
            one != '1'                 | true
            name == 'Jane'             | true
            missing == nil             | true
            n == missing               | true
            f == nil                   | false
            t == true                  | true
            list == list               | true
            list == none               | false
            one < 2                    | true
            2 <= 2                     | true
            3 > 2                      | true
            2 >= 3                     | false
            'a' < 'b'                  | true
            'B' < 'a'                  | true
            '9' < '10'                 | false
            '9' < 10                   | true
            9 < numeric                | true
            missing < 1                | false
            1 < missing                | false
            nil >= nil                 | false
            big > max                  | true
            huge > big                 | true
            1 < 2 == true              | true
            1 + 2 * 3                  | 7
            (1 + 2) * 3                | 9
            10 - 2 - 3                 | 5
            12 / 2 / 3                 | 2
            7 / 2                      | 3.5
            2 / 3                      | 0.66666666666667
            0.1 + 0.2                  | 0.3
            price * 2                  | 79.98
            numeric + 1                | 13.5
            -one                       | -1
            - - one                    | 1
            3 - -one                   | 4
            -min                       | 9223372036854775808
            max + 1                    | 9223372036854775808
            min - 1                    | -9223372036854775809
            max * 2                    | 18446744073709551614
            min * -1                   | 9223372036854775808
            -1 * min                   | 9223372036854775808
            huge + 1                   | 1E+300
            1 / 2 .. 'x'               | 0.5x
            missing .. name .. one     | Jane1
            1 .. 2 == '12'             | true
            100000000000000000000      | 100000000000000000000
            """)
    void expressionsEvaluate(String expression, String expected) throws Exception {
        assertThat(text("{{" + expression + "}}", DATA)).isEqualTo(expected.replace("\\n", "\n"));
        assertThat(text("{{{   " + expression + "\t}}}", DATA)).isEqualTo(expected.replace("\\n", "\n"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            name + 1        | 8  | + needs two numbers, but one operand is a string
            missing - 5     | 11 | give it a default: (x or 0)
            -t              | 3  | - needs two numbers, but one operand is a boolean
            one / 0         | 7  | division by zero
            one < list      | 7  | < compares two numbers or two strings, not a number with an array
            name >= 3       | 8  | not a string with a number
            t > f           | 5  | not a boolean with a boolean
            #t              | 3  | # gives the length of an array, but this is a boolean
            """)
    void wrongTypesAreErrorsWithAPosition(String expression, int column, String problem) {
        assertThatExceptionOfType(TemplateRenderException.class)
                .isThrownBy(() -> text("\n{{" + expression + "}}", DATA))
                .satisfies(e -> {
                    assertThat(e.problem()).contains(problem);
                    assertThat(e.line()).isEqualTo(2);
                    assertThat(e.column()).isEqualTo(column);
                    assertThat(e.part()).isEqualTo(TemplatePart.TEXT);
                    assertThat(e.getMessage()).startsWith("text, line 2, column " + column + ": ");
                });
    }

    @Test
    void failingLeavesTheOutputAsItWas() throws Exception {
        Template template = Template.compile("text {{1 / 0}}", TemplatePart.TEXT);
        StringBuilder out = new StringBuilder("before");
        assertThatExceptionOfType(TemplateRenderException.class)
                .isThrownBy(() -> template.render(Rendered.context("{}").build(), out));
        assertThat(out).hasToString("before");
    }

    @Test
    void numbersOfExtremeExponentsTakeNoTime() throws Exception {
        String data = "{\"a\": \"1\", \"b\": 1e200}";
        assertThat(text("{{b * b}} {{b * b > b}} {{1 / (b * b)}} {{b * b + 1 == b * b}}", data))
                .isEqualTo("1E+400 true 1E-400 true");
    }

    @Test
    void infinitiesOfTheDataPrintAndCompareButDoNotCompute() throws Exception {
        var data = Rendered.json("{}").put("inf", Double.POSITIVE_INFINITY).put("nan", Double.NaN);
        RenderContext context = RenderContext.forRecipient("a@example.com")
                .recipientSubstitutionData(data)
                .build();
        Template template = Template.compile("{{inf}} {{nan}} {{inf > 5}} {{inf == inf}}", TemplatePart.TEXT);
        assertThat(Rendered.render(template, context)).isEqualTo("inf nan true true");
        Template sum = Template.compile("{{inf + 1}}", TemplatePart.TEXT);
        assertThatExceptionOfType(TemplateRenderException.class).isThrownBy(() -> Rendered.render(sum, context));
    }

    @Test
    void whiteSpaceInsideTagsIsFree() throws Exception {
        assertThat(text("{{\r\n\tname\u00A0or\n'x' }}", DATA)).isEqualTo("Jane");
    }

    @Test
    void bracesThatAreNoTagsAreText() throws Exception {
        String css = "@media{a{b:c}} { {x} } {";
        assertThat(html(css, DATA)).isEqualTo(css);
        assertThat(html("{{name}}}", DATA)).isEqualTo("Jane}");
        assertThat(html("{ {{name}} }", DATA)).isEqualTo("{ Jane }");
    }

    @Test
    void recipientDataComesBeforeMetadataBeforeTransmissionDataBeforeItsMetadata() throws Exception {
        RenderContext.Builder builder = RenderContext.forRecipient("a@example.com");
        Template city = Template.compile("{{city}}", TemplatePart.TEXT);
        assertThat(Rendered.render(city, builder.build())).isEmpty();
        builder.transmissionMetadata(Rendered.json("{\"city\": \"San Francisco\"}"));
        assertThat(Rendered.render(city, builder.build())).isEqualTo("San Francisco");
        builder.transmissionSubstitutionData(Rendered.json("{\"city\": \"Seattle\"}"));
        assertThat(Rendered.render(city, builder.build())).isEqualTo("Seattle");
        builder.recipientMetadata(Rendered.json("{\"city\": \"Baltimore\"}"));
        assertThat(Rendered.render(city, builder.build())).isEqualTo("Baltimore");
        builder.recipientSubstitutionData(Rendered.json("{\"city\": \"New York\"}"));
        assertThat(Rendered.render(city, builder.build())).isEqualTo("New York");
        builder.recipientSubstitutionData(Rendered.json("{\"city\": null}"));
        assertThat(Rendered.render(city, builder.build())).as("null hides").isEmpty();
    }

    @Test
    void suppliedVariablesWinOverTheData() throws Exception {
        String data = "{\"email\": \"x\", \"email_id\": \"x\", \"env_from\": \"x\", \"return_path\": \"x\","
                + " \"address\": {\"email\": \"x\", \"name\": \"x\", \"city\": \"Bonn\"}}";
        String source =
                "{{email}} {{email_id}} {{env_from}} {{return_path}} {{address.name}} {{address.email}} {{address.city}}";
        assertThat(text(source, data))
                .isEqualTo("wilma@example.com wilma@example.com bounce@example.org  Wilma wilma@example.com Bonn");
        RenderContext nameless = RenderContext.forRecipient("a@example.com")
                .returnPath("r@example.org")
                .transmissionSubstitutionData(Rendered.json("{\"address\": \"not an object\"}"))
                .build();
        assertThat(Rendered.render(
                        Template.compile("{{address}}{{address.name}}{{return_path}}", TemplatePart.TEXT), nameless))
                .isEqualTo("{\"email\":\"a@example.com\"}r@example.org");
    }

    @Test
    void addressDoesNotChangeTheSharedData() throws Exception {
        var data = Rendered.json("{\"address\": {\"city\": \"Bonn\"}}");
        RenderContext context = RenderContext.forRecipient("a@example.com")
                .transmissionSubstitutionData(data)
                .build();
        Rendered.render(Template.compile("{{address.email}}", TemplatePart.TEXT), context);
        assertThat(data).isEqualTo(Rendered.json("{\"address\": {\"city\": \"Bonn\"}}"));
    }
}
