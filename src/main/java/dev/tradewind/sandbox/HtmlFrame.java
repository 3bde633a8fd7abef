package dev.tradewind.sandbox;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The HTML of a message made fit for a frame: images of the message itself ({@code cid:}) put in as data, links sent to a tab of their
 * own, scripts, {@code base} and {@code http-equiv} left out; what would be fetched from elsewhere is counted. The frame's policy, not
 * this, keeps the reader safe; this makes the mail look as it should under that policy.
 *
 * <p>Images go in as {@code data:} since the frame has an origin of its own, from which a browser sends no session cookie.
 *
 * @param html    to be shown
 * @param remote  references to content elsewhere: images, style sheets, fonts
 * @param scripts script elements and event handlers, which no mail client runs
 * @param forms   forms, which few mail clients send
 * @param missing {@code cid:} references that the message has no part for
 */
record HtmlFrame(String html, int remote, int scripts, int forms, int missing) {
    /** Characters of images put in; later ones stay out. */
    private static final int MAX_INLINED = 40_000_000;

    /** Stands where something was left out, so that what was before and behind it does not grow together to a tag. */
    private static final String GONE = "<!-- -->";

    private static final List<String> IMAGES =
            List.of("image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml", "image/bmp", "image/avif");
    private static final List<String> FETCHED = List.of("src", "srcset", "background", "poster", "data", "style");

    static HtmlFrame of(String html, List<MailView.Part> parts) {
        Writer writer = new Writer(html, parts);
        HtmlTags.scan(html, writer);
        return new HtmlFrame(writer.out.toString(), writer.remote, writer.scripts, writer.forms, writer.missing);
    }

    private static final class Writer implements HtmlTags.Sink {
        private final Map<String, MailView.Part> byContentId = new HashMap<>();
        private final StringBuilder out;
        private int inlined;
        private int remote;
        private int scripts;
        private int forms;
        private int missing;

        Writer(String html, List<MailView.Part> parts) {
            this.out = new StringBuilder(html.length() + 1024);
            for (MailView.Part part : parts) {
                if (!part.contentId().isEmpty() && IMAGES.contains(part.type())) {
                    byContentId.putIfAbsent(part.contentId(), part);
                }
            }
        }

        @Override
        public void text(CharSequence html, int from, int to, String inside) {
            switch (inside) {
                case "script" -> {}
                case "style" -> {
                    String style = html.subSequence(from, to).toString();
                    remote += remoteIn(style);
                    out.append(withImages(style));
                }
                default -> out.append(html, from, to);
            }
        }

        @Override
        public void markup(CharSequence html, int from, int to) {
            out.append(html, from, to);
        }

        @Override
        public void tag(HtmlTags.Tag tag) {
            switch (tag.name()) {
                case "script" -> {
                    scripts += tag.end() ? 0 : 1;
                    out.append(GONE);
                }
                case "base" -> out.append(GONE);
                case "meta" -> {
                    if (tag.attribute("http-equiv").isEmpty()) {
                        copy(tag);
                    } else {
                        out.append(GONE);
                    }
                }
                case "a", "area" -> link(tag);
                default -> {
                    forms += tag.name().equals("form") && !tag.end() ? 1 : 0;
                    copy(tag);
                }
            }
        }

        private void link(HtmlTags.Tag tag) {
            if (tag.end()) {
                copy(tag);
                return;
            }
            out.append('<').append(tag.name()).append(" target=\"_blank\" rel=\"noopener noreferrer\"");
            for (HtmlTags.Attribute attribute : tag.attributes()) {
                switch (attribute.name()) {
                    case "target", "rel", "ping" -> {}
                    default -> {
                        out.append(' ');
                        attribute(tag, attribute);
                    }
                }
            }
            out.append('>');
        }

        private void copy(HtmlTags.Tag tag) {
            int at = tag.from();
            for (HtmlTags.Attribute attribute : tag.attributes()) {
                out.append(tag.html(), at, attribute.from());
                attribute(tag, attribute);
                at = attribute.to();
                boolean fetched = FETCHED.contains(attribute.name())
                        || (attribute.name().endsWith("href") && tag.name().equals("link"));
                remote += fetched ? remoteIn(attribute.value()) : 0;
            }
            out.append(tag.html(), at, tag.to());
        }

        private void attribute(HtmlTags.Tag tag, HtmlTags.Attribute attribute) {
            if (attribute.name().startsWith("on") && attribute.name().length() > 3) {
                scripts++;
            }
            if (!containsCid(attribute.value())) {
                out.append(tag.html(), attribute.from(), attribute.to());
                return;
            }
            out.append(tag.html(), attribute.from(), attribute.valueFrom())
                    .append(withImages(attribute.value()))
                    .append(tag.html(), attribute.valueTo(), attribute.to());
        }

        private static boolean containsCid(String value) {
            return value.toLowerCase(Locale.ROOT).contains("cid:");
        }

        /** Each {@code cid:…} up to a character that no URL has replaced by the image. */
        private String withImages(String value) {
            String lower = value.toLowerCase(Locale.ROOT);
            int at = lower.indexOf("cid:");
            if (at < 0) {
                return value;
            }
            StringBuilder with = new StringBuilder();
            int done = 0;
            while (at >= 0) {
                int end = at + 4;
                while (end < value.length() && " \t\r\n\"'<>)(,;".indexOf(value.charAt(end)) < 0) {
                    end++;
                }
                String id = value.substring(at + 4, end);
                with.append(value, done, at);
                MailView.Part part = part(id);
                int size = part == null ? 0 : part.content().length / 3 * 4 + 64;
                if (part == null || inlined + size > MAX_INLINED) {
                    missing++;
                    with.append(value, at, end);
                } else {
                    inlined += size;
                    with.append("data:")
                            .append(part.type())
                            .append(";base64,")
                            .append(Base64.getEncoder().encodeToString(part.content()));
                }
                done = end;
                at = lower.indexOf("cid:", end);
            }
            return with.append(value, done, value.length()).toString();
        }

        private MailView.@org.jspecify.annotations.Nullable Part part(String id) {
            MailView.Part part = byContentId.get(id);
            if (part != null || id.indexOf('%') < 0) {
                return part;
            }
            try {
                return byContentId.get(URLDecoder.decode(id.replace("+", "%2B"), StandardCharsets.UTF_8));
            } catch (IllegalArgumentException brokenEscape) {
                return null;
            }
        }

        private static int remoteIn(String value) {
            String lower = value.toLowerCase(Locale.ROOT).strip();
            int count = lower.startsWith("//") ? 1 : 0;
            for (String scheme : List.of("http://", "https://")) {
                for (int at = lower.indexOf(scheme); at >= 0; at = lower.indexOf(scheme, at + 1)) {
                    count++;
                }
            }
            return count;
        }
    }
}
