package dev.tradewind.compose.template;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** What docs/templates.md shows is what happens. */
class DocumentationTest {
    private record Example(int line, TemplatePart part, String template, String data, String output) {}

    @TestFactory
    List<DynamicTest> examplesRenderAsShown() throws IOException {
        List<Example> examples = examples(Files.readAllLines(Path.of("docs/templates.md")));
        assertThat(examples).hasSizeGreaterThan(15);
        return examples.stream()
                .map(example -> DynamicTest.dynamicTest(
                        "line " + example.line,
                        () -> assertThat(Rendered.render(example.part, example.template, example.data))
                                .isEqualTo(example.output)))
                .toList();
    }

    private static List<Example> examples(List<String> lines) {
        List<Example> examples = new ArrayList<>();
        int i = 0;
        while (i < lines.size()) {
            if (!lines.get(i).startsWith("```template ")) {
                i++;
                continue;
            }
            int line = i + 1;
            TemplatePart part = part(lines.get(i).substring("```template ".length()));
            List<String> blocks = new ArrayList<>();
            for (String fence : List.of("```template", "```json", "```output")) {
                assertThat(lines.get(i)).as("line %d", i + 1).startsWith(fence);
                int end = i + 1;
                while (!lines.get(end).equals("```")) end++;
                blocks.add(String.join("\n", lines.subList(i + 1, end)));
                i = end + 1;
            }
            boolean oneLine = part == TemplatePart.HEADER;
            examples.add(new Example(
                    line,
                    part,
                    blocks.get(0) + (oneLine ? "" : "\n"),
                    blocks.get(1),
                    blocks.get(2) + (oneLine ? "" : "\n")));
        }
        return examples;
    }

    private static TemplatePart part(String label) {
        for (TemplatePart part : TemplatePart.values()) {
            if (part.label().equals(label)) return part;
        }
        throw new IllegalArgumentException("no part " + label);
    }
}
