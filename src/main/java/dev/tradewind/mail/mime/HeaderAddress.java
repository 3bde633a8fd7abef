package dev.tradewind.mail.mime;

import dev.tradewind.mail.Mailbox;

import java.util.List;

/**
 * An address as a header field names it (RFC 5322 §3.4, RFC 6532): a mailbox and the name shown to people. No envelope address.
 *
 * @param displayName decoded, without quotes; empty if there is none
 * @param mailbox     the mailbox
 */
public record HeaderAddress(String displayName, Mailbox mailbox) {

    /** What a parser found. */
    public sealed interface Parsed {
        /** The addresses in their order, those of groups among them; none for an empty group. */
        record Addresses(List<HeaderAddress> list) implements Parsed {
            /** Copies the list. */
            public Addresses {
                list = List.copyOf(list);
            }
        }

        /**
         * It is no address list.
         *
         * @param reason what is wrong, a phrase to follow "not an address: "
         * @param offset index of the character where it is wrong
         */
        record Refused(String reason, int offset) implements Parsed {}
    }

    /** An address without a name. */
    public static HeaderAddress of(Mailbox mailbox) {
        return new HeaderAddress("", mailbox);
    }

    /** Parses the value of a From, To, Reply-To or Cc field, unfolded: mailboxes and groups (RFC 5322 §3.4, obsolete forms read). */
    public static Parsed parseList(String value) {
        return new AddressParser(value).list();
    }

    /**
     * Parses one address as API users write it: {@code a@b.example} or {@code Name <a@b.example>}, where the name needs no quotes even
     * with a comma in it.
     *
     * @return one address, or a refusal
     */
    public static Parsed parseOne(String value) {
        Parsed parsed = parseList(value);
        if (parsed instanceof Parsed.Addresses(List<HeaderAddress> list)) {
            if (list.size() == 1) {
                return parsed;
            }
            parsed = new Parsed.Refused(list.isEmpty() ? "no address" : "more than one address", 0);
        }
        return unquotedName(value, parsed);
    }

    private static Parsed unquotedName(String value, Parsed refusal) {
        int open = value.lastIndexOf('<');
        int close = value.length() - 1;
        while (close > 0 && value.charAt(close) <= ' ') {
            close--;
        }
        if (open <= 0 || value.charAt(close) != '>') {
            return refusal;
        }
        for (int i = 0; i < open; i++) {
            char c = value.charAt(i);
            if (c == '@' || c == '<' || c == '>' || c == '"' || c < ' ') {
                return refusal;
            }
        }
        Parsed bare = parseList(value.substring(open, close + 1));
        if (bare instanceof Parsed.Addresses(List<HeaderAddress> list) && list.size() == 1) {
            String name = EncodedWords.decode(value.substring(0, open)).strip();
            return new Parsed.Addresses(
                    List.of(new HeaderAddress(name, list.getFirst().mailbox())));
        }
        return refusal;
    }

    /** {@code "name" <local@domain>}, for people; {@link HeaderWriter} writes it for the wire. */
    @Override
    public String toString() {
        return displayName.isEmpty() ? mailbox.toString() : '"' + displayName + "\" <" + mailbox + '>';
    }
}
