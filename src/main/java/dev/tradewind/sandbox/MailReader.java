package dev.tradewind.sandbox;

import dev.tradewind.mail.MessageOctets;
import dev.tradewind.mail.mime.ContentType;
import dev.tradewind.mail.mime.EncodedWords;
import dev.tradewind.mail.mime.HeaderSection;
import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.stream.EntityState;
import org.apache.james.mime4j.stream.Field;
import org.apache.james.mime4j.stream.MimeConfig;
import org.apache.james.mime4j.stream.MimeTokenStream;
import org.apache.james.mime4j.stream.RecursionMode;
import org.apache.james.mime4j.util.MimeUtil;
import org.jspecify.annotations.Nullable;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Reads whatever may come as a message and never fails: what cannot be read is named in {@link MailView#problems}. Bounded: {@value
 * #MAX_FIELDS} header fields, {@value #MAX_PARTS} parts, {@value #MAX_DEPTH} levels of multiparts, {@value #MAX_TEXT} characters of each
 * text; a message inside the message is an attachment and not looked into.
 */
final class MailReader {
    static final int MAX_FIELDS = 500;
    static final int MAX_PARTS = 200;
    static final int MAX_DEPTH = 25;
    static final int MAX_TEXT = 2_000_000;

    private static final int MAX_FIELD = 20_000;
    private static final int MAX_SHOWN = 300;
    private static final int MAX_NAME = 200;
    private static final int MAX_PREVIEW = 180;
    /** How much of a message the list looks at; what stands behind it is attachments. */
    private static final int DIGEST_OCTETS = 128 * 1024;

    private static final String TOKEN_SIGNS = "!#$%&'*+-.^_`|~/";

    private final List<MailView.Part> parts = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private @Nullable String text;
    private @Nullable String html;
    private @Nullable String amp;

    private MailReader() {}

    /** Reads a message. */
    static MailView read(MessageOctets message) {
        MailReader reader = new MailReader();
        List<MailView.Field> fields = reader.fields(HeaderSection.of(message));
        reader.body(message.octets());
        return new MailView(
                fields,
                Optional.ofNullable(reader.text),
                Optional.ofNullable(reader.html),
                Optional.ofNullable(reader.amp),
                reader.parts,
                reader.problems);
    }

    /** The first look, of the beginning of the message. */
    static Summary.Digest digest(MessageOctets message, String forwardPath) {
        byte[] octets = message.octets();
        byte[] beginning = octets.length <= DIGEST_OCTETS ? octets : Arrays.copyOf(octets, DIGEST_OCTETS);
        MailView view = read(new MessageOctets(beginning, Math.min(message.bodyOffset(), beginning.length)));
        String preview = view.text()
                .filter(text -> !text.isBlank())
                .map(text -> blanksJoined(text, MAX_PREVIEW))
                .orElseGet(() -> view.html()
                        .map(html -> HtmlText.beginning(html, MAX_PREVIEW))
                        .orElse(""));
        String to = view.field("To");
        return new Summary.Digest(
                clip(view.field("From"), MAX_SHOWN),
                clip(to.isEmpty() ? forwardPath : to, MAX_SHOWN),
                clip(view.field("Subject"), MAX_SHOWN),
                preview,
                (int) view.parts().stream().filter(part -> !part.inline()).count());
    }

    // ---- header

    private List<MailView.Field> fields(HeaderSection header) {
        int shown = Math.min(header.size(), MAX_FIELDS);
        if (shown < header.size()) {
            problems.add("The header has " + header.size() + " fields; the first " + shown + " are shown.");
        }
        List<MailView.Field> fields = new ArrayList<>(shown);
        for (int i = 0; i < shown; i++) {
            HeaderSection.Field field = header.field(i);
            String value = field.decoded();
            if (value.indexOf('\ufffd') >= 0) {
                problems.add("The field " + clip(field.name(), 60) + " has characters that its charset does not have;"
                        + " they are shown as \ufffd.");
            }
            if (field.name().isEmpty()) {
                problems.add("The header has a line that is no field: \"" + clip(value, 60) + "\".");
            }
            fields.add(new MailView.Field(clip(field.name(), MAX_SHOWN), clip(value, MAX_FIELD)));
        }
        return fields;
    }

    // ---- structure

    private void body(byte[] message) {
        MimeTokenStream stream = new MimeTokenStream(MimeConfig.custom()
                .setMaxLineLen(-1)
                .setMaxHeaderLen(-1)
                .setMaxHeaderCount(-1)
                .build());
        stream.setRecursionMode(RecursionMode.M_NO_RECURSE);
        try {
            stream.parse(new ByteArrayInputStream(message));
            walk(stream);
        } catch (IOException | MimeException | RuntimeException e) { // mime4j throws either for what it does not expect
            problems.add("The structure of the message cannot be read to its end: "
                    + clip(EncodedWords.decode(String.valueOf(e.getMessage())), 200));
        }
    }

    private void walk(MimeTokenStream stream) throws IOException, MimeException {
        int depth = 0;
        int seen = 0;
        String type = "";
        String disposition = "";
        String contentId = "";
        for (EntityState state = stream.getState(); state != EntityState.T_END_OF_STREAM; state = stream.next()) {
            switch (state) {
                case T_START_HEADER -> {
                    type = "";
                    disposition = "";
                    contentId = "";
                }
                case T_FIELD -> {
                    Field field = stream.getField();
                    switch (field.getNameLowerCase()) {
                        case "content-type" -> type = type.isEmpty() ? value(field) : type;
                        case "content-disposition" -> disposition = disposition.isEmpty() ? value(field) : disposition;
                        case "content-id" -> contentId = contentId.isEmpty() ? bare(value(field)) : contentId;
                        default -> {}
                    }
                }
                case T_START_MULTIPART -> {
                    if (++depth > MAX_DEPTH) {
                        problems.add("More than " + MAX_DEPTH
                                + " multiparts are nested in each other; what lies deeper is not shown.");
                        return;
                    }
                }
                case T_END_MULTIPART -> depth--;
                case T_BODY -> {
                    if (++seen > MAX_PARTS) {
                        problems.add("The message has more than " + MAX_PARTS + " parts; the first are shown.");
                        return;
                    }
                    part(
                            typeOf(stream.getBodyDescriptor().getMimeType()),
                            ContentType.parse(type),
                            ContentType.parse(disposition),
                            contentId,
                            stream.getDecodedInputStream().readAllBytes());
                }
                default -> {}
            }
        }
    }

    private static String value(Field field) {
        byte[] raw = field.getRaw().toByteArray();
        String written = EncodedWords.textOf(raw, 0, raw.length);
        return MimeUtil.unfold(written.substring(Math.max(0, written.indexOf(':')) + 1))
                .strip();
    }

    private static String bare(String contentId) {
        String id = contentId.strip();
        return id.startsWith("<") && id.endsWith(">") && id.length() > 2 ? id.substring(1, id.length() - 1) : id;
    }

    private void part(String type, ContentType parameters, ContentType disposition, String contentId, byte[] content) {
        String name = fileName(disposition.parameter("filename"), parameters.parameter("name"));
        boolean attached = disposition.value().equals("attachment");
        if (!attached && name.isEmpty()) {
            switch (type) {
                case "text/plain" -> {
                    if (text == null) {
                        text = decode("text", parameters.parameter("charset"), content);
                        return;
                    }
                }
                case "text/html" -> {
                    if (html == null) {
                        html = decode("HTML", parameters.parameter("charset"), content);
                        return;
                    }
                }
                case "text/x-amp-html" -> {
                    if (amp == null) {
                        amp = decode("AMP", parameters.parameter("charset"), content);
                        return;
                    }
                }
                default -> {}
            }
        }
        int index = parts.size();
        boolean inline = !attached && !contentId.isEmpty() && type.startsWith("image/");
        String shown = name.isEmpty() ? madeUpName(type, index) : name;
        parts.add(new MailView.Part(index, shown, type, clip(contentId, MAX_SHOWN), inline, content));
    }

    /** The type, if it is one that may stand in a header of ours; anything else is octets. */
    private static String typeOf(@Nullable String type) {
        if (type == null || type.isEmpty() || type.length() > 100 || type.indexOf('/') < 1) {
            return "application/octet-stream";
        }
        for (int i = 0; i < type.length(); i++) {
            char c = type.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || TOKEN_SIGNS.indexOf(c) >= 0;
            if (!letter) {
                return "application/octet-stream";
            }
        }
        return type;
    }

    private static String fileName(String fromDisposition, String fromType) {
        String written = fromDisposition.isEmpty() ? fromType : fromDisposition;
        String decoded = EncodedWords.decode(written).strip();
        int path = Math.max(decoded.lastIndexOf('/'), decoded.lastIndexOf('\\'));
        return clip(decoded.substring(path + 1), MAX_NAME);
    }

    private static String madeUpName(String type, int index) {
        String extension = switch (type) {
            case "text/plain" -> ".txt";
            case "text/html" -> ".html";
            case "text/calendar" -> ".ics";
            case "message/rfc822" -> ".eml";
            case "image/png" -> ".png";
            case "image/jpeg" -> ".jpg";
            case "image/gif" -> ".gif";
            case "application/pdf" -> ".pdf";
            default -> "";
        };
        return "part-" + (index + 1) + extension;
    }

    // ---- text

    private String decode(String what, String charsetName, byte[] content) {
        String read = toText(what, charsetName, content);
        if (read.length() > MAX_TEXT) {
            problems.add("The " + what + " part has " + read.length() + " characters; the first " + MAX_TEXT
                    + " are shown.");
            return clip(read, MAX_TEXT);
        }
        return read;
    }

    private String toText(String what, String charsetName, byte[] content) {
        Charset charset = StandardCharsets.US_ASCII;
        if (!charsetName.isEmpty()) {
            try {
                charset = Charset.forName(charsetName);
            } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
                problems.add("The " + what + " part names a charset that does not exist, \"" + clip(charsetName, 40)
                        + "\"; it is shown as UTF-8 or windows-1252.");
                return EncodedWords.textOf(content, 0, content.length);
            }
        }
        try {
            return charset.newDecoder().decode(ByteBuffer.wrap(content)).toString();
        } catch (CharacterCodingException e) {
            if (charset.equals(StandardCharsets.US_ASCII)) {
                problems.add("The " + what + " part has octets above 127 but "
                        + (charsetName.isEmpty() ? "names no charset" : "says it is US-ASCII")
                        + "; it is shown as UTF-8 or windows-1252.");
                return EncodedWords.textOf(content, 0, content.length);
            }
            problems.add("The " + what + " part says it is " + charset.name()
                    + " but has octets that are not; they are shown as \ufffd.");
            return new String(content, charset);
        }
    }

    /** The beginning of a text with white space joined to single blanks. */
    static String blanksJoined(String text, int most) {
        StringBuilder joined = new StringBuilder(most);
        boolean blank = false;
        for (int i = 0; i < text.length() && joined.length() < most; i++) {
            char c = text.charAt(i);
            if (c <= ' ' || c == '\u00a0' || isInvisible(c)) {
                blank = true;
            } else {
                if (blank && !joined.isEmpty()) {
                    joined.append(' ');
                }
                blank = false;
                joined.append(c);
            }
        }
        return clip(joined.toString(), most);
    }

    /** Fillers that senders put behind a preview text. */
    private static boolean isInvisible(char c) {
        return c == '\u00ad' || c == '\u034f' || c == '\u200b' || c == '\u200c' || c == '\ufeff' || c == '\u2007';
    }

    /** At most so many characters, no half of a surrogate pair at the end. */
    static String clip(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most;
        return text.substring(0, end);
    }
}
