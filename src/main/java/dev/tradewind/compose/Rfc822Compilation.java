package dev.tradewind.compose;

import dev.tradewind.compose.CompiledContent.CannotCompile;
import dev.tradewind.compose.CompiledContent.Compilation;
import dev.tradewind.compose.CompiledContent.Form;
import dev.tradewind.compose.CompiledContent.Piece;
import dev.tradewind.compose.template.TemplatePart;
import dev.tradewind.mail.MessageOctets;
import dev.tradewind.mail.mime.ContentType;
import dev.tradewind.mail.mime.EightBit;
import dev.tradewind.mail.mime.HeaderSection;
import dev.tradewind.mail.mime.HeaderWriter;
import dev.tradewind.mail.mime.LineEndings;
import dev.tradewind.mail.mime.MimePart;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Compiles an {@code email_rfc822} (API facts 2.1, kind D) into pieces. Templates are the top header fields and the first text/plain,
 * text/html and text/x-amp-html that is no attachment; all else is copied. Line ends become CRLF. A field or a text with nothing to
 * substitute is copied too, unless it must be encoded to be 7-bit.
 *
 * <p>Fields are not made up, as the API says, with three exceptions that RFC 5322 §3.6 and RFC 2045 §4 require and without which mail is
 * refused: Date and Message-ID at the end of the header section where they are missing, MIME-Version where there is MIME without it. Bcc,
 * Return-Path and X-MSYS-API are left out.
 */
final class Rfc822Compilation {
    private static final byte[] CRLF = {'\r', '\n'};
    private static final byte[] NOTHING = {};

    private final byte[] octets;
    private final Compilation compilation;
    private final List<Piece> pieces = new ArrayList<>();
    private int copied;

    Rfc822Compilation(byte[] submitted, Compilation compilation) {
        this.octets = LineEndings.normalized(withoutEmptyLines(submitted));
        this.compilation = compilation;
    }

    /** A leaf to substitute in, and the boundaries around it. */
    private record Leaf(MimePart part, TemplatePart kind, List<String> boundaries) {}

    private static byte[] withoutEmptyLines(byte[] submitted) {
        int from = 0;
        while (from < submitted.length && (submitted[from] == '\r' || submitted[from] == '\n')) {
            from++;
        }
        return from == 0 ? submitted : Arrays.copyOfRange(submitted, from, submitted.length);
    }

    Form form() throws CannotCompile {
        MimePart top = MimePart.of(MessageOctets.of(octets));
        List<HeaderSection.Field> authors = top.header().all("From");
        if (!authors.isEmpty()) {
            var _ = compilation.author(authors.getFirst().unfolded());
        }
        if (top.type().isOf("multipart") && top.parts().isEmpty()) {
            throw broken("a multipart whose boundary does not occur");
        }
        List<Leaf> leaves = new ArrayList<>();
        find(top, List.of(), EnumSet.noneOf(TemplatePart.class), leaves);
        leaves.removeIf(leaf -> !isChanged(leaf));
        boolean whole = !leaves.isEmpty() && leaves.getFirst().part() == top;

        topFields(top.header(), whole);
        if (!top.header().has("MIME-Version")
                && (whole || top.header().has("Content-Type") || top.header().has("Content-Transfer-Encoding"))) {
            pieces.add(new Piece.Octets(
                    new HeaderWriter().text("MIME-Version", "1.0").octets()));
        }
        if (!top.header().has("Date")) {
            pieces.add(new Piece.Date());
        }
        if (!top.header().has("Message-ID")) {
            pieces.add(new Piece.MessageId());
        }
        if (whole) {
            type(top);
            text(leaves.getFirst());
        } else {
            pieces.add(new Piece.Octets(CRLF));
            copied = top.bodyOffset();
            for (MimePart part : top.parts()) {
                part(part, leaves);
            }
            copy(octets.length);
        }
        compilation.count(octets.length);
        return new Form.Pieces(List.copyOf(pieces), octets.length);
    }

    /** Copies a part and what is in it, but for a text that is rendered and for fields that are not 7-bit. */
    private void part(MimePart part, List<Leaf> leaves) throws CannotCompile {
        HeaderSection header = part.header();
        for (Leaf leaf : leaves) {
            if (leaf.part() == part) {
                copy(header.startOffset());
                for (HeaderSection.Field field : header.fields()) {
                    if (!isTypeOrEncoding(field)) {
                        pieces.add(new Piece.Octets(partField(field)));
                    }
                }
                type(part);
                text(leaf);
                copied = part.endOffset();
                return;
            }
        }
        if (!isPlain(Arrays.copyOfRange(octets, header.startOffset(), header.endOffset()))) {
            copy(header.startOffset());
            for (HeaderSection.Field field : header.fields()) {
                pieces.add(new Piece.Octets(partField(field)));
            }
            copied = header.endOffset();
        }
        for (MimePart child : part.parts()) {
            part(child, leaves);
        }
    }

    /** A field of a part, with its line end; encoded if it must be. What is no field is left out. */
    private static byte[] partField(HeaderSection.Field field) {
        byte[] whole = field.octets();
        if (isPlain(whole) && whole[whole.length - 1] == '\n') {
            return whole;
        }
        String name = field.name();
        if (!HeaderWriter.isFieldName(name)) {
            return NOTHING;
        }
        return isParameterized(name)
                ? parameters(name, field)
                : new HeaderWriter().field(name, field.decoded()).octets();
    }

    private static boolean isParameterized(String name) {
        return name.equalsIgnoreCase("Content-Type") || name.equalsIgnoreCase("Content-Disposition");
    }

    /** The first of each kind, in the order of the message. What is signed or encrypted is left alone. */
    private static void find(MimePart part, List<String> boundaries, Set<TemplatePart> seen, List<Leaf> found)
            throws CannotCompile {
        if (part.parts().isEmpty()) {
            TemplatePart kind = kindOf(part);
            if (kind != null && !part.isAttachment() && seen.add(kind)) {
                found.add(new Leaf(part, kind, boundaries));
            }
            return;
        }
        String type = part.type().value();
        if (type.equals("multipart/signed") || type.equals("multipart/encrypted")) {
            return;
        }
        List<String> inside = new ArrayList<>(boundaries);
        inside.add(part.type().parameter("boundary").stripTrailing());
        for (MimePart child : part.parts()) {
            boolean amp = child.type().value().equals("text/x-amp-html");
            if (amp && !(type.equals("multipart/alternative") && hasTextBeside(part, child))) {
                throw new CannotCompile(
                        "a text/x-amp-html part must stand in a multipart/alternative beside text/html or text/plain",
                        TemplatePart.AMP_HTML.label(),
                        1);
            }
            find(child, List.copyOf(inside), seen, found);
        }
    }

    @Nullable
    private static TemplatePart kindOf(MimePart part) {
        return switch (part.type().value()) {
            case "text/plain" -> TemplatePart.TEXT;
            case "text/html" -> TemplatePart.HTML;
            case "text/x-amp-html" -> TemplatePart.AMP_HTML;
            default -> null;
        };
    }

    private static boolean hasTextBeside(MimePart alternative, MimePart amp) {
        for (MimePart part : alternative.parts()) {
            if (part != amp
                    && (part.type().isOf("multipart")
                            || part.type().value().equals("text/html")
                            || part.type().value().equals("text/plain"))) {
                return true;
            }
        }
        return false;
    }

    /** Whether the leaf becomes another text, or must be encoded. */
    private boolean isChanged(Leaf leaf) {
        MimePart part = leaf.part();
        String text = part.text();
        return text.contains("{{")
                || text.contains("data-msys-")
                || !EightBit.of(new MessageOctets(Arrays.copyOfRange(octets, part.bodyOffset(), part.endOffset()), 0))
                        .isSevenBit();
    }

    private void topFields(HeaderSection header, boolean whole) throws CannotCompile {
        int line = 1;
        for (HeaderSection.Field field : header.fields()) {
            String name = field.name();
            byte[] lines = field.octets();
            if (name.isEmpty() || !HeaderWriter.isFieldName(name)) {
                throw new CannotCompile(
                        "line " + line + " of the header section is no header field; 'Name: value' is one",
                        "email_rfc822",
                        line);
            }
            if (!CompiledContent.isLeftOut(name) && !(whole && isTypeOrEncoding(field))) {
                pieces.add(topField(field, name, lines));
            }
            for (byte b : lines) {
                line += b == '\n' ? 1 : 0;
            }
        }
        if (!header.has("From")) {
            throw broken("no From field");
        }
    }

    private Piece topField(HeaderSection.Field field, String name, byte[] whole) throws CannotCompile {
        String written = field.unfolded();
        String decoded = field.decoded();
        if (written.contains("{{") || decoded.contains("{{")) {
            // Decoded, a comma of a name would no longer be quoted; elsewhere encoded words must not be mixed with new
            // text.
            boolean asWritten = HeaderWriter.holdsAddresses(name) && written.contains("{{");
            return new Piece.Field(compilation.field(name, asWritten ? written : decoded));
        }
        if (isPlain(whole)) {
            return new Piece.Octets(whole);
        }
        if (isParameterized(name)) {
            return new Piece.Octets(parameters(name, field));
        }
        // Not a literal made here: an address outside ASCII must be told to whoever sends the message.
        return new Piece.Field(compilation.field(name, HeaderWriter.holdsAddresses(name) ? written : decoded));
    }

    /** Whether a field may go as it stands: ASCII without odd controls, no long line. */
    private static boolean isPlain(byte[] field) {
        for (byte b : field) {
            if (b < ' ' && b != '\t' && b != '\r' && b != '\n') { // octets above 127 are negative
                return false;
            }
        }
        return EightBit.of(new MessageOctets(field, 0)).isSevenBit();
    }

    /** Content-Type of a part whose text will be UTF-8. */
    private void type(MimePart part) {
        ContentType type = part.type();
        Map<String, String> parameters = new LinkedHashMap<>(type.parameters());
        parameters.put("charset", "UTF-8");
        pieces.add(new Piece.Octets(parameters("Content-Type", type.value(), parameters)));
    }

    private static byte[] parameters(String name, HeaderSection.Field field) {
        ContentType value = ContentType.parse(field.decoded());
        return parameters(name, value.value(), value.parameters());
    }

    private static byte[] parameters(String name, String value, Map<String, String> parameters) {
        List<String> flat = new ArrayList<>();
        for (Map.Entry<String, String> parameter : parameters.entrySet()) {
            if (HeaderWriter.isFieldName(parameter.getKey())
                    && parameter.getKey().indexOf('=') < 0) {
                flat.add(parameter.getKey());
                flat.add(parameter.getValue());
            }
        }
        String ascii = value.chars().allMatch(c -> c > ' ' && c < 0x7f) ? value : "application/octet-stream";
        return new HeaderWriter()
                .parameters(name, ascii, flat.toArray(String[]::new))
                .octets();
    }

    private void text(Leaf leaf) throws CannotCompile {
        String text = leaf.part().text();
        pieces.add(new Piece.Text(compilation.body(text, leaf.kind()), leaf.kind(), leaf.boundaries()));
    }

    private void copy(int to) {
        if (to > copied) {
            pieces.add(new Piece.Octets(Arrays.copyOfRange(octets, copied, to)));
            copied = to;
        }
    }

    private static boolean isTypeOrEncoding(HeaderSection.Field field) {
        return field.isNamed("Content-Type") || field.isNamed("Content-Transfer-Encoding");
    }

    private static CannotCompile broken(String reason) {
        return new CannotCompile("email_rfc822: " + reason, "email_rfc822", 1);
    }
}
