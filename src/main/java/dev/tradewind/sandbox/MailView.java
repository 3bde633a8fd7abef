package dev.tradewind.sandbox;

import java.util.List;
import java.util.Optional;

/**
 * A message as people look at it, read as far as it can be read.
 *
 * @param fields   header fields in their order, as far as they are shown
 * @param text     first text part for reading
 * @param html     first HTML part
 * @param amp      first AMP part
 * @param parts    everything else that has content: attachments, inline images, further texts
 * @param problems what is wrong with the form of the message, sentences for people
 */
public record MailView(
        List<Field> fields,
        Optional<String> text,
        Optional<String> html,
        Optional<String> amp,
        List<Part> parts,
        List<String> problems) {
    /**
     * A header field.
     *
     * @param name  as written; empty for a line that is no field
     * @param value unfolded and decoded
     */
    public record Field(String name, String value) {}

    /**
     * A part that is no text for reading.
     *
     * @param index     from 0, by which it is fetched
     * @param name      file name, no path in it; made up from the type where there is none
     * @param type      media type, lower-case, {@code type/subtype} of token characters only
     * @param contentId without angle brackets; empty if none
     * @param inline    whether it belongs into the HTML
     * @param content   decoded
     */
    public record Part(int index, String name, String type, String contentId, boolean inline, byte[] content) {}

    public MailView {
        fields = List.copyOf(fields);
        parts = List.copyOf(parts);
        problems = List.copyOf(problems);
    }

    /** The value of the first field of a name; empty text if there is none. */
    public String field(String name) {
        for (Field field : fields) {
            if (field.name().equalsIgnoreCase(name)) {
                return field.value();
            }
        }
        return "";
    }

    /** Whether there is a field of that name. */
    public boolean has(String name) {
        return fields.stream().anyMatch(field -> field.name().equalsIgnoreCase(name));
    }
}
