package dev.tradewind.mail.mime;

import dev.tradewind.mail.MessageOctets;

import java.util.ArrayList;
import java.util.List;

/**
 * Changes to the header section of a message, applied in one copy: fields put in front, removed, replaced. What is not touched keeps
 * its octets and its order, and the body is the same. Not thread-safe.
 */
public final class HeaderEdit {
    private final MessageOctets message;
    private final HeaderSection section;
    private final List<String> removed = new ArrayList<>(4);
    private final List<Replacement> replaced = new ArrayList<>(2);
    private final List<byte[]> prepended = new ArrayList<>(4);
    private final List<byte[]> appended = new ArrayList<>(2);

    private record Replacement(String name, byte[] field) {}

    private HeaderEdit(MessageOctets message) {
        this.message = message;
        section = HeaderSection.of(message);
    }

    /** Begins a change; the message itself stays as it is. */
    public static HeaderEdit of(MessageOctets message) {
        return new HeaderEdit(message);
    }

    /** Removes all fields of a name. */
    public HeaderEdit remove(String name) {
        removed.add(name);
        return this;
    }

    /**
     * Puts one field in the place of the first of its name and removes the others; without one, the field goes to the end.
     *
     * @param field one whole field as {@link HeaderWriter} makes it
     */
    public HeaderEdit replace(String name, byte[] field) {
        requireFields(field);
        replaced.add(new Replacement(name, field));
        return this;
    }

    /**
     * Puts fields in front of all others, as trace fields want it; the last call ends up first.
     *
     * @param fields one or more whole fields as {@link HeaderWriter} makes them
     */
    public HeaderEdit prepend(byte[] fields) {
        requireFields(fields);
        prepended.add(fields);
        return this;
    }

    /**
     * Puts fields behind all others.
     *
     * @param fields one or more whole fields as {@link HeaderWriter} makes them
     */
    public HeaderEdit append(byte[] fields) {
        requireFields(fields);
        appended.add(fields);
        return this;
    }

    /** The changed message; the same if nothing was asked for. */
    public MessageOctets apply() {
        if (removed.isEmpty() && replaced.isEmpty() && prepended.isEmpty() && appended.isEmpty()) {
            return message;
        }
        byte[] octets = message.octets();
        int added = 2;
        for (byte[] field : prepended) {
            added += field.length;
        }
        for (byte[] field : appended) {
            added += field.length;
        }
        for (Replacement replacement : replaced) {
            added += replacement.field.length;
        }
        OctetBuffer out = new OctetBuffer(octets.length + added + 2);
        for (byte[] fields : prepended.reversed()) {
            out.put(fields);
        }
        boolean[] placed = new boolean[replaced.size()];
        int copied = section.startOffset();
        for (int i = 0; i < section.size(); i++) {
            HeaderSection.Field field = section.field(i);
            int replacement = replacementOf(field);
            if (replacement < 0 && !isRemoved(field)) {
                continue;
            }
            out.put(octets, copied, field.startOffset());
            copied = field.endOffset();
            if (replacement >= 0 && !placed[replacement]) {
                placed[replacement] = true;
                out.put(replaced.get(replacement).field);
            }
        }
        out.put(octets, copied, section.endOffset());
        if (!out.atLineStart()) {
            out.crlf();
        }
        for (int i = 0; i < placed.length; i++) {
            if (!placed[i]) {
                out.put(replaced.get(i).field);
            }
        }
        for (byte[] fields : appended) {
            out.put(fields);
        }
        out.crlf();
        int bodyOffset = out.size;
        out.put(octets, section.bodyOffset(octets.length), octets.length);
        return new MessageOctets(out.array.length == out.size ? out.array : out.toOctets(), bodyOffset);
    }

    private boolean isRemoved(HeaderSection.Field field) {
        for (String name : removed) {
            if (field.isNamed(name)) {
                return true;
            }
        }
        return false;
    }

    private int replacementOf(HeaderSection.Field field) {
        for (int i = 0; i < replaced.size(); i++) {
            if (field.isNamed(replaced.get(i).name)) {
                return i;
            }
        }
        return -1;
    }

    private static void requireFields(byte[] fields) {
        HeaderSection section = HeaderSection.of(fields, 0, fields.length);
        boolean whole = section.endOffset() == fields.length
                && LineEndings.firstBare(fields) < 0
                && (fields.length == 0 || fields[fields.length - 1] == '\n');
        for (int i = 0; i < section.size() && whole; i++) {
            whole = !section.field(i).name().isEmpty();
        }
        if (!whole) {
            throw new IllegalArgumentException("not whole header fields: " + fields.length + " octets");
        }
    }
}
