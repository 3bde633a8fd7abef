package dev.tradewind.sign;

import dev.tradewind.mail.mime.OctetBuffer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Which header fields are signed (RFC 6376 §5.4). A name that stands once more in {@code h=} than the message has fields of it is
 * over-signed: a field of that name added later breaks the signature (RFC 6376 §8.15), so nobody can hang another From, Subject or
 * Content-Type on our mail and send it again.
 */
final class SignedFields {
    /** When one more than there is goes into {@code h=}. */
    enum OverSign {
        /** Even if the message has none: what a reader sees or answers to. */
        ALWAYS,
        /** Only if the message has one: a second would be an attack, but a relay or a mailing list may add a first. */
        IF_PRESENT,
        /** Not at all: several may stand in a message and others may add to them. */
        NEVER
    }

    private record Entry(String name, byte[] octets, OverSign overSign) {}

    /** The order of {@code h=}. */
    private static final Entry[] ENTRIES = entries();

    /** Indices into {@link #ENTRIES} by length of name: a field is compared with the few names of its own length only. */
    private static final int[][] BY_LENGTH = byLength();

    private SignedFields() {}

    private static Entry[] entries() {
        List<Entry> entries = new ArrayList<>();
        for (String name : List.of("from", "to", "cc", "subject", "date", "reply-to")) {
            entries.add(entry(name, OverSign.ALWAYS));
        }
        for (String name : List.of(
                "sender",
                "message-id",
                "in-reply-to",
                "references",
                "mime-version",
                "content-type",
                "content-transfer-encoding",
                "list-unsubscribe",
                "list-unsubscribe-post",
                "list-id",
                "feedback-id",
                "auto-submitted")) {
            entries.add(entry(name, OverSign.IF_PRESENT));
        }
        for (String name : List.of(
                "resent-date",
                "resent-from",
                "resent-sender",
                "resent-to",
                "resent-cc",
                "resent-message-id",
                "list-help",
                "list-subscribe",
                "list-post",
                "list-owner",
                "list-archive",
                "content-language",
                "content-disposition",
                "organization",
                "precedence",
                "importance",
                "x-priority")) {
            entries.add(entry(name, OverSign.NEVER));
        }
        return entries.toArray(Entry[]::new);
    }

    private static Entry entry(String name, OverSign overSign) {
        return new Entry(name, name.getBytes(StandardCharsets.US_ASCII), overSign);
    }

    private static int[][] byLength() {
        int longest =
                Arrays.stream(ENTRIES).mapToInt(e -> e.octets().length).max().orElseThrow();
        int[][] table = new int[longest + 1][0];
        for (int i = 0; i < ENTRIES.length; i++) {
            int length = ENTRIES[i].octets().length;
            table[length] = Arrays.copyOf(table[length], table[length].length + 1);
            table[length][table[length].length - 1] = i;
        }
        return table;
    }

    /** The name and rule of every field that is signed, in the order of {@code h=}; for the documentation's sake. */
    static List<String> names(OverSign overSign) {
        return Arrays.stream(ENTRIES)
                .filter(e -> e.overSign() == overSign)
                .map(Entry::name)
                .toList();
    }

    /**
     * Appends the canonical form of all fields that are signed to {@code data}, in the order in which a verifier will take them (of equal
     * names the lowest field first, RFC 6376 §5.4.2), and their names to {@code names}.
     */
    static void collect(byte[] octets, HeaderFields fields, OctetBuffer data, FoldedField names) {
        int[] last = new int[ENTRIES.length];
        Arrays.fill(last, -1);
        int[] before = new int[fields.count()];
        for (int field = 0; field < before.length; field++) {
            int entry = entryOf(fields, field);
            if (entry >= 0) {
                before[field] = last[entry];
                last[entry] = field;
            }
        }
        for (int i = 0; i < ENTRIES.length; i++) {
            Entry entry = ENTRIES[i];
            for (int field = last[i]; field >= 0; field = before[field]) {
                Canonicalization.RELAXED.field(octets, fields.start(field), fields.end(field), data);
                names.listItem(entry.octets());
            }
            if (entry.overSign() == OverSign.ALWAYS || (entry.overSign() == OverSign.IF_PRESENT && last[i] >= 0)) {
                names.listItem(entry.octets());
            }
        }
    }

    private static int entryOf(HeaderFields fields, int field) {
        int length = fields.nameEnd(field) - fields.start(field);
        if (length < BY_LENGTH.length) {
            for (int candidate : BY_LENGTH[length]) {
                if (fields.isNamed(field, ENTRIES[candidate].octets())) {
                    return candidate;
                }
            }
        }
        return -1;
    }
}
