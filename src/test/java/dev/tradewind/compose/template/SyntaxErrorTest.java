package dev.tradewind.compose.template;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class SyntaxErrorTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {{}}                             | 1 | 1  | an empty tag
            x {{name                         | 1 | 3  | the tag is not closed: missing }}
            \\n\\n  {{{name}}                | 3 | 10 | the tag was opened with {{{, so it closes with }}}
            {{name}                          | 1 | 7  | a single }
            {{'abc}}                         | 1 | 3  | the string is not closed: missing '
            {{'a\\x'}}                       | 1 | 5  | unknown escape in a string
            é😀{{ a b }}                     | 1 | 8  | expected an operator or the closing braces, found 'b'
            {{if a}}x                        | 1 | 1  | this if has no {{end}}
            \\n {{each a}}{{if b}}{{end}}    | 2 | 2  | this each has no {{end}}
            {{end}}                          | 1 | 1  | end without an if or each
            {{else}}                         | 1 | 1  | else without an if
            {{each a}}{{else}}{{end}}        | 1 | 11 | else without an if
            {{elseif a}}                     | 1 | 1  | elseif without an if
            {{if a}}{{else}}{{else}}{{end}}  | 1 | 17 | else after the else
            {{if a}}{{else}}{{elseif b}}     | 1 | 17 | elseif after the else
            {{if a}}{{else if b}}{{end}}     | 1 | 9  | {{elseif …}}
            {{if}}                           | 1 | 5  | expected a value, found the closing braces
            {{if a then b}}                  | 1 | 13 | found 'b'
            {{{if a}}}                       | 1 | 1  | 'if' is written in two braces
            {{#if a}}                        | 1 | 4  | without #
            {{#each a}}                      | 1 | 4  | without #
            {{/if}}                          | 1 | 3  | a block closes with {{end}}
            {{a = 1}}                        | 1 | 5  | equality is ==
            {{! comment}}                    | 1 | 3  | write not
            {{a ~= b}}                       | 1 | 5  | unequal is !=
            `{{a || b}}`                     | 1 | 5  | write 'or'
            {{a &gt; b}}                     | 1 | 5  | not &lt; &gt; &quot;
            {{ {a} }}                        | 1 | 4  | opening_double_curly()
            {{a.end}}                        | 1 | 5  | written ['end']
            {{a.1}}                          | 1 | 5  | expected a name after '.'
            {{a[1}}                          | 1 | 6  | expected ']', found the closing braces
            {{(a}}                           | 1 | 5  | expected ')', found the closing braces
            {{1a}}                           | 1 | 3  | a name does not begin with a digit
            {{for}}                          | 1 | 3  | 'for' is a reserved word
            {{a and}}                        | 1 | 8  | expected a value
            {{or a}}                         | 1 | 3  | expected a value before 'or'
            {{héllo}}                        | 1 | 4  | unexpected 'é'
            {{a @ b}}                        | 1 | 5  | unexpected '@'
            {{lower(a)}}                     | 1 | 3  | there is no macro 'lower'
            {{empty a}}                      | 1 | 9  | found 'a'
            {{empty()}}                      | 1 | 9  | expected a value, found ')'
            {{a or render_snippet('x')}}     | 1 | 8  | render_snippet() is a tag of its own
            {{render_snippet('x') or a}}     | 1 | 23 | is a tag of its own; found 'or'
            {{opening_double_curly() .. a}}  | 1 | 26 | is a tag of its own; found '..'
            {{opening_double_curly(1)}}      | 1 | 24 | expected ')', found '1'
            {{render_dynamic_content(a)}}    | 1 | 26 | takes a member of dynamic_html
            {{render_dynamic_content(dynamic_html)}} | 1 | 26 | takes a member of dynamic_html
            {{render_dynamic_content('x')}}  | 1 | 26 | takes a member of dynamic_html
            """)
    void faultsAreReportedWhereTheyAre(String source, int line, int column, String problem) {
        assertThatExceptionOfType(TemplateSyntaxException.class)
                .isThrownBy(() -> Template.compile(source.replace("\\n", "\n"), TemplatePart.HTML))
                .satisfies(e -> {
                    assertThat(e.problem()).contains(problem);
                    assertThat(e.line()).isEqualTo(line);
                    assertThat(e.column()).isEqualTo(column);
                    assertThat(e.getMessage())
                            .isEqualTo("html, line " + line + ", column " + column + ": " + e.problem());
                });
    }

    @ParameterizedTest
    @EnumSource(TemplatePart.class)
    void errorsNameThePart(TemplatePart part) {
        assertThatExceptionOfType(TemplateSyntaxException.class)
                .isThrownBy(() -> Template.compile("{{", part))
                .satisfies(e -> assertThat(e.part()).isEqualTo(part))
                .withMessageStartingWith(part.label() + ", line 1, column 1: ");
    }

    @Test
    void headersHaveNoSnippets() {
        assertThatExceptionOfType(TemplateSyntaxException.class)
                .isThrownBy(() -> Template.compile("{{render_snippet('s')}}", TemplatePart.HEADER))
                .withMessageContaining("a header field cannot use render_snippet()");
    }
}
