package dev.tradewind.mail.mime;

import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.codec.DecodeMonitor;
import org.apache.james.mime4j.codec.DecoderUtil;
import org.apache.james.mime4j.stream.EntityState;
import org.apache.james.mime4j.stream.Field;
import org.apache.james.mime4j.stream.MimeConfig;
import org.apache.james.mime4j.stream.MimeTokenStream;
import org.apache.james.mime4j.util.MimeUtil;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** A message as an independent reader, Apache mime4j, understands it. */
public final class ReadMail {
    /** A field: name, and value with folding undone, raw and decoded. */
    public record ReadField(String name, String raw, String decoded) {}

    /** A part; {@code content} is decoded and empty for a multipart. */
    public record Part(String type, List<ReadField> fields, byte[] content, List<Part> parts) {
        public String field(String name) {
            return fields.stream()
                    .filter(field -> field.name().equalsIgnoreCase(name))
                    .map(ReadField::decoded)
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no field " + name + " in " + fields));
        }

        public String rawField(String name) {
            return fields.stream()
                    .filter(field -> field.name().equalsIgnoreCase(name))
                    .map(ReadField::raw)
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no field " + name + " in " + fields));
        }

        public String text() {
            return new String(content, StandardCharsets.UTF_8);
        }

        /** {@code multipart/mixed(text/plain, …)}. */
        public String structure() {
            return parts.isEmpty()
                    ? type
                    : type + parts.stream().map(Part::structure).toList();
        }

        /** The leaves in order. */
        public List<Part> leaves() {
            return parts.isEmpty()
                    ? List.of(this)
                    : parts.stream().flatMap(part -> part.leaves().stream()).toList();
        }
    }

    private ReadMail() {}

    public static Part read(byte[] message) {
        try {
            return parse(message);
        } catch (IOException | MimeException e) {
            throw new AssertionError("mime4j does not read it: " + new String(message, StandardCharsets.ISO_8859_1), e);
        }
    }

    private static Part parse(byte[] message) throws IOException, MimeException {
        MimeTokenStream stream = new MimeTokenStream(MimeConfig.custom()
                .setMaxLineLen(-1)
                .setMaxHeaderLen(-1)
                .setMaxHeaderCount(-1)
                .build());
        stream.parse(new ByteArrayInputStream(message));
        Deque<List<Part>> children = new ArrayDeque<>();
        Deque<List<ReadField>> headers = new ArrayDeque<>();
        children.push(new ArrayList<>());
        Deque<String> types = new ArrayDeque<>();
        for (EntityState state = stream.getState(); state != EntityState.T_END_OF_STREAM; state = stream.next()) {
            switch (state) {
                case T_START_HEADER -> headers.push(new ArrayList<>());
                case T_FIELD -> headers.element().add(field(stream.getField()));
                case T_BODY -> {
                    byte[] content = stream.getDecodedInputStream().readAllBytes();
                    String type = stream.getBodyDescriptor().getMimeType();
                    children.element().add(new Part(type, headers.pop(), content, List.of()));
                }
                case T_START_MULTIPART -> {
                    types.push(stream.getBodyDescriptor().getMimeType());
                    children.push(new ArrayList<>());
                }
                case T_START_MESSAGE -> {
                    if (!headers.isEmpty()) {
                        types.push("message/rfc822");
                        children.push(new ArrayList<>());
                    }
                }
                case T_END_MULTIPART -> {
                    List<Part> parts = children.pop();
                    children.element().add(new Part(types.pop(), headers.pop(), new byte[0], parts));
                }
                case T_END_MESSAGE -> {
                    if (!headers.isEmpty()) {
                        List<Part> parts = children.pop();
                        children.element().add(new Part(types.pop(), headers.pop(), new byte[0], parts));
                    }
                }
                default -> {}
            }
        }
        return children.element().getFirst();
    }

    private static ReadField field(Field field) {
        String raw = new String(field.getRaw().toByteArray(), StandardCharsets.UTF_8);
        String body = MimeUtil.unfold(raw.substring(raw.indexOf(':') + 1)).strip();
        return new ReadField(
                field.getName(),
                body,
                DecoderUtil.decodeEncodedWords(body, DecodeMonitor.SILENT, StandardCharsets.UTF_8));
    }
}
