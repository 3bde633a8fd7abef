package dev.tradewind.compose;

import dev.tradewind.mail.MessageOctets;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What the messages of a transmission say, as it was submitted: what the store keeps, in the form of {@link ContentCodec}. Values made by
 * {@link ContentRules} or by SMTP submission keep the rules; this type does not check them again.
 */
public sealed interface Content {
    /**
     * Parts from which a message is built (API facts 2.1, kind A). Texts are templates.
     *
     * @param from         author
     * @param replyTo      Reply-To
     * @param subject      Subject
     * @param text         text/plain
     * @param html         text/html; this or {@code text} is there
     * @param ampHtml      text/x-amp-html
     * @param headers      further header fields in their order
     * @param inlineImages images that the HTML shows
     * @param attachments  attachments
     */
    record Inline(
            Author from,
            Optional<String> replyTo,
            String subject,
            Optional<String> text,
            Optional<String> html,
            Optional<String> ampHtml,
            List<Field> headers,
            List<Attachment> inlineImages,
            List<Attachment> attachments)
            implements Content {
        /** Copies the lists. */
        public Inline {
            headers = List.copyOf(headers);
            inlineImages = List.copyOf(inlineImages);
            attachments = List.copyOf(attachments);
        }

        /** Kind and sizes only. */
        @Override
        public String toString() {
            return "inline content, " + attachments.size() + " attachments, " + inlineImages.size() + " images";
        }
    }

    /**
     * A whole message as template (API facts 2.1, kind D).
     *
     * @param octets the message in UTF-8, line ends as submitted; never written to again
     */
    record Rfc822(byte[] octets) implements Content {
        @Override
        public boolean equals(Object other) {
            return other instanceof Rfc822 that && Arrays.equals(octets, that.octets);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(octets);
        }

        @Override
        public String toString() {
            return "email_rfc822 of " + octets.length + " octets";
        }
    }

    /**
     * A message submitted by SMTP: no template, sent as it is.
     *
     * @param message the message
     */
    record Uploaded(MessageOctets message) implements Content {
        @Override
        public boolean equals(Object other) {
            return other instanceof Uploaded that
                    && message.bodyOffset() == that.message.bodyOffset()
                    && Arrays.equals(message.octets(), that.message.octets());
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(message.octets());
        }
    }

    /**
     * The author of inline content.
     *
     * @param address a template for an address; without {@code name} also for {@code Name <address>}
     * @param name    a template for the display name, where the API got an object
     */
    record Author(String address, Optional<String> name) {}

    /** A header field: name and a template for the value. */
    record Field(String name, String value) {}

    /**
     * An attachment or inline image.
     *
     * @param name   file name, or Content-ID of an image
     * @param type   media type, used as it is
     * @param base64 the data, valid base64
     */
    record Attachment(String name, String type, String base64) {
        /** Name and size only. */
        @Override
        public String toString() {
            return "attachment '" + name + "' of " + base64.length() + " characters";
        }
    }
}
