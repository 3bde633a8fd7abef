package dev.tradewind.compose.template;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Renders in one line, for tests. */
final class Rendered {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private Rendered() {}

    static ObjectNode json(String text) {
        return (ObjectNode) JSON.readTree(text);
    }

    /** A context to Wilma with the data as the transmission's. */
    static RenderContext.Builder context(String data) {
        return RenderContext.forRecipient("wilma@example.com")
                .name("Wilma")
                .envFrom("bounce@example.org")
                .transmissionSubstitutionData(json(data));
    }

    static String text(String source, String data) throws TemplateSyntaxException, TemplateRenderException {
        return render(TemplatePart.TEXT, source, data);
    }

    static String html(String source, String data) throws TemplateSyntaxException, TemplateRenderException {
        return render(TemplatePart.HTML, source, data);
    }

    static String render(TemplatePart part, String source, String data)
            throws TemplateSyntaxException, TemplateRenderException {
        return render(Template.compile(source, part), context(data).build());
    }

    static String render(Template template, RenderContext context) throws TemplateRenderException {
        StringBuilder out = new StringBuilder();
        template.render(context, out);
        return out.toString();
    }
}
