package dev.tradewind.smtp;

import dev.tradewind.mail.Domain;
import dev.tradewind.mail.ForwardPath;
import dev.tradewind.mail.Mailbox;
import dev.tradewind.mail.MessageDsn;
import dev.tradewind.mail.RecipientDsn;
import dev.tradewind.mail.ReversePath;
import dev.tradewind.mail.SmtpReply;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Parses a command line (RFC 5321 §4.1). Strict but for three habits of real clients: blanks between {@code FROM:} or {@code TO:} and the
 * path, several blanks between parameters, blanks at the end. Source routes are read and ignored (RFC 5321 appendix C). Pure; thread-safe.
 *
 * <p>Limits, with CRLF (RFC 5321 §4.5.3.1.4 and what the extensions add): {@value #MAX_COMMAND} octets; MAIL and RCPT
 * {@value #MAX_PATH_COMMAND}; AUTH and its further lines {@value #MAX_AUTH_LINE} (RFC 4954 §4).
 */
public final class CommandParser {
    /** Octets of a command with CRLF. */
    public static final int MAX_COMMAND = 512;

    /** Octets of MAIL or RCPT with its parameters and CRLF. */
    public static final int MAX_PATH_COMMAND = 2048;

    /** Octets of AUTH, or of a further line of an authentication, with CRLF. */
    public static final int MAX_AUTH_LINE = 12_288;

    /** Characters of a decoded ENVID, RFC 3461 §4.4. */
    static final int MAX_ENVID = 100;

    /** Characters of an ORCPT as sent, RFC 3461 §4.2. */
    static final int MAX_ORCPT = 500;

    private final Domain localDomain;

    /** @param localDomain what {@code <postmaster>} without a domain belongs to (RFC 5321 §4.1.1.3) */
    public CommandParser(Domain localDomain) {
        this.localDomain = localDomain;
    }

    /** Parses a line without CRLF; any octets give an answer. */
    public SmtpCommand parse(byte[] line) {
        String text;
        try {
            text = text(line);
        } catch (CharacterCodingException e) {
            return refused(500, "5.5.2 The command is not UTF-8");
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || (c >= 0x7f && c < 0xa0)) {
                return refused(500, "5.5.2 Control character U+" + Integer.toHexString(c) + " in a command");
            }
        }
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == ' ') {
            end--;
        }
        int blank = text.indexOf(' ');
        int verbEnd = blank < 0 || blank > end ? end : blank;
        String verb = text.substring(0, verbEnd).toUpperCase(Locale.ROOT);
        String argument = verbEnd >= end ? "" : text.substring(verbEnd + 1, end);
        int limit = limitOf(verb);
        if (line.length + 2 > limit) {
            return refused(500, "5.5.2 Line too long: " + (line.length + 2) + " octets, limit " + limit);
        }
        return switch (verb) {
            case "EHLO" -> hello(argument, true);
            case "HELO" -> hello(argument, false);
            case "MAIL" -> mail(argument);
            case "RCPT" -> rcpt(argument);
            case "BDAT" -> bdat(argument);
            case "AUTH" -> auth(argument);
            case "DATA" -> bare(verb, argument, new SmtpCommand.Data());
            case "RSET" -> bare(verb, argument, new SmtpCommand.Rset());
            case "QUIT" -> bare(verb, argument, new SmtpCommand.Quit());
            case "STARTTLS" -> bare(verb, argument, new SmtpCommand.StartTls());
            case "NOOP" -> new SmtpCommand.Noop();
            case "HELP" -> new SmtpCommand.Help();
            case "VRFY" -> argument.isEmpty() ? refused(501, "5.5.4 VRFY what?") : new SmtpCommand.Vrfy();
            case "EXPN" -> new SmtpCommand.Expn();
            default -> refused(500, "5.5.1 Command not recognized");
        };
    }

    private static int limitOf(String verb) {
        return switch (verb) {
            case "MAIL", "RCPT" -> MAX_PATH_COMMAND;
            case "AUTH" -> MAX_AUTH_LINE;
            default -> MAX_COMMAND;
        };
    }

    private static String text(byte[] line) throws CharacterCodingException {
        for (byte octet : line) {
            if (octet < 0) {
                return StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(line))
                        .toString();
            }
        }
        return new String(line, StandardCharsets.ISO_8859_1);
    }

    private static SmtpCommand.Refused refused(int code, String text) {
        return new SmtpCommand.Refused(SmtpReply.of(code, text), false);
    }

    private static SmtpCommand bare(String verb, String argument, SmtpCommand command) {
        return argument.isEmpty() ? command : refused(501, "5.5.4 " + verb + " takes no argument");
    }

    private static SmtpCommand hello(String argument, boolean extended) {
        String name = argument.strip();
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c <= ' ' || c > '~') {
                return refused(501, "5.5.4 The name after EHLO or HELO is a domain or an address literal");
            }
        }
        if (name.isEmpty() || name.length() > Domain.MAX_OCTETS) {
            return refused(501, "5.5.4 EHLO and HELO take a name of 1 to 255 octets");
        }
        return extended ? new SmtpCommand.Ehlo(name) : new SmtpCommand.Helo(name);
    }

    private static SmtpCommand auth(String argument) {
        int blank = argument.indexOf(' ');
        String mechanism = blank < 0 ? argument : argument.substring(0, blank);
        String response = blank < 0 ? "" : argument.substring(blank + 1).strip();
        if (mechanism.isEmpty() || mechanism.length() > 20 || response.indexOf(' ') >= 0) {
            return refused(501, "5.5.4 Syntax: AUTH mechanism [initial-response]");
        }
        Optional<String> initial =
                response.isEmpty() ? Optional.empty() : Optional.of(response.equals("=") ? "" : response);
        return new SmtpCommand.Auth(mechanism.toUpperCase(Locale.ROOT), initial);
    }

    private static SmtpCommand bdat(String argument) {
        int blank = argument.indexOf(' ');
        String size = blank < 0 ? argument : argument.substring(0, blank);
        String rest = blank < 0 ? "" : argument.substring(blank + 1).strip();
        boolean last = rest.equalsIgnoreCase("LAST");
        long octets = number(size);
        if (octets < 0 || (!last && !rest.isEmpty())) {
            return new SmtpCommand.Refused(
                    SmtpReply.of(501, "5.5.4 Syntax: BDAT octets [LAST]; closing, since the size is not known"), true);
        }
        return new SmtpCommand.Bdat(octets, last);
    }

    /** A decimal number of at most 18 digits; -1 if it is none. */
    private static long number(String digits) {
        if (digits.isEmpty() || digits.length() > 18) {
            return -1;
        }
        long value = 0;
        for (int i = 0; i < digits.length(); i++) {
            char c = digits.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            value = value * 10 + c - '0';
        }
        return value;
    }

    private SmtpCommand mail(String argument) {
        int open = openBracket(argument, "FROM:");
        int close = open < 0 ? -1 : closeBracket(argument, open);
        if (close < 0) {
            return refused(501, "5.5.2 Syntax: MAIL FROM:<address> [parameters]");
        }
        ReversePath path;
        try {
            path = close == open + 1 ? ReversePath.NULL : ReversePath.of(mailbox(argument, open, close));
        } catch (IllegalArgumentException e) {
            return refused(501, "5.1.7 " + e.getMessage());
        }
        Parameters parameters = new Parameters(argument, close + 1);
        SmtpCommand.Refused problem = parameters.readMail();
        if (problem != null) {
            return problem;
        }
        if (!parameters.smtpUtf8 && !isAscii(argument)) {
            return refused(553, "5.6.7 An address outside ASCII takes the parameter SMTPUTF8");
        }
        return new SmtpCommand.Mail(path, parameters.mail());
    }

    private SmtpCommand rcpt(String argument) {
        int open = openBracket(argument, "TO:");
        int close = open < 0 ? -1 : closeBracket(argument, open);
        if (close < 0 || close == open + 1) {
            return refused(501, "5.5.2 Syntax: RCPT TO:<address> [parameters]");
        }
        ForwardPath path;
        try {
            path = argument.regionMatches(true, open, "<postmaster>", 0, 12)
                    ? new ForwardPath(new Mailbox("postmaster", localDomain))
                    : new ForwardPath(mailbox(argument, open, close));
        } catch (IllegalArgumentException e) {
            return refused(501, "5.1.3 " + e.getMessage());
        }
        Parameters parameters = new Parameters(argument, close + 1);
        SmtpCommand.Refused problem = parameters.readRcpt();
        return problem != null
                ? problem
                : new SmtpCommand.Rcpt(path, new RecipientDsn(parameters.notify, parameters.orcpt), !isAscii(argument));
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    private static int openBracket(String argument, String keyword) {
        if (!argument.regionMatches(true, 0, keyword, 0, keyword.length())) {
            return -1;
        }
        int at = keyword.length();
        while (at < argument.length() && argument.charAt(at) == ' ') {
            at++;
        }
        return at < argument.length() && argument.charAt(at) == '<' ? at : -1;
    }

    /** Index of the bracket that ends the path; one in a quoted local-part does not. What follows is a blank or nothing. */
    private static int closeBracket(String argument, int open) {
        boolean quoted = false;
        for (int i = open + 1; i < argument.length(); i++) {
            char c = argument.charAt(i);
            if (quoted && c == '\\') {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == '>' && !quoted) {
                return i + 1 == argument.length() || argument.charAt(i + 1) == ' ' ? i : -1;
            }
        }
        return -1;
    }

    private static Mailbox mailbox(String argument, int open, int close) {
        int start = open + 1;
        if (argument.charAt(start) == '@') {
            int colon = argument.indexOf(':', start);
            if (colon < 0 || colon > close) {
                throw new IllegalArgumentException("a source route ends with ':'");
            }
            int hop = start;
            while (hop < colon) {
                int comma = argument.indexOf(',', hop);
                int hopEnd = comma < 0 || comma > colon ? colon : comma;
                if (argument.charAt(hop) != '@') {
                    throw new IllegalArgumentException("every hop of a source route begins with '@'");
                }
                Domain.parse(argument.substring(hop + 1, hopEnd));
                hop = hopEnd + 1;
            }
            start = colon + 1;
        }
        return Mailbox.parse(argument.substring(start, close));
    }

    /** Reads ESMTP parameters (RFC 5321 §4.1.1.11); each at most once. */
    private static final class Parameters {
        private final String text;
        private int at;
        private String keyword = "";
        private String value = "";
        private boolean hasValue;
        private final Set<String> seen = new java.util.HashSet<>(4);

        private OptionalLong size = OptionalLong.empty();
        private boolean eightBit;
        private boolean smtpUtf8;
        private Optional<MessageDsn.Ret> ret = Optional.empty();
        private Optional<String> envid = Optional.empty();
        private Optional<String> auth = Optional.empty();
        private Set<RecipientDsn.Notify> notify = Set.of();
        private Optional<String> orcpt = Optional.empty();

        Parameters(String text, int at) {
            this.text = text;
            this.at = at;
        }

        MailParameters mail() {
            return new MailParameters(size, eightBit, smtpUtf8, new MessageDsn(ret, envid), auth);
        }

        private boolean next() {
            while (at < text.length() && text.charAt(at) == ' ') {
                at++;
            }
            if (at >= text.length()) {
                return false;
            }
            int blank = text.indexOf(' ', at);
            int end = blank < 0 ? text.length() : blank;
            int equals = text.indexOf('=', at);
            hasValue = equals >= 0 && equals < end;
            keyword = text.substring(at, hasValue ? equals : end).toUpperCase(Locale.ROOT);
            value = hasValue ? text.substring(equals + 1, end) : "";
            at = end;
            return true;
        }

        SmtpCommand.@org.jspecify.annotations.Nullable Refused readMail() {
            while (next()) {
                String problem;
                try {
                    problem = seen.add(keyword) ? readMailParameter() : keyword + " is given twice";
                } catch (IllegalArgumentException e) {
                    problem = keyword + ": " + e.getMessage();
                }
                if (problem != null) {
                    return refused(problem.isEmpty() ? 555 : 501, "5.5.4 " + (problem.isEmpty() ? unknown() : problem));
                }
            }
            return null;
        }

        SmtpCommand.@org.jspecify.annotations.Nullable Refused readRcpt() {
            while (next()) {
                String problem;
                try {
                    problem = seen.add(keyword) ? readRcptParameter() : keyword + " is given twice";
                } catch (IllegalArgumentException e) {
                    problem = keyword + ": " + e.getMessage();
                }
                if (problem != null) {
                    return refused(problem.isEmpty() ? 555 : 501, "5.5.4 " + (problem.isEmpty() ? unknown() : problem));
                }
            }
            return null;
        }

        private String unknown() {
            return "Parameter " + (keyword.length() > 30 ? keyword.substring(0, 30) : keyword) + " not recognized";
        }

        /** What is wrong; empty: the parameter is not known; null: nothing. */
        @org.jspecify.annotations.Nullable
        private String readMailParameter() {
            switch (keyword) {
                case "SIZE" -> {
                    long octets = number(value);
                    if (octets < 0) {
                        return "SIZE takes a number of octets (RFC 1870)";
                    }
                    size = OptionalLong.of(octets);
                }
                case "BODY" -> {
                    String type = value.toUpperCase(Locale.ROOT);
                    if (!type.equals("7BIT") && !type.equals("8BITMIME")) {
                        return "BODY is 7BIT or 8BITMIME (RFC 6152); BINARYMIME is not offered";
                    }
                    eightBit = type.equals("8BITMIME");
                }
                case "SMTPUTF8" -> {
                    if (hasValue) {
                        return "SMTPUTF8 takes no value (RFC 6531)";
                    }
                    smtpUtf8 = true;
                }
                case "RET" -> {
                    String what = value.toUpperCase(Locale.ROOT);
                    if (!what.equals("FULL") && !what.equals("HDRS")) {
                        return "RET is FULL or HDRS (RFC 3461 section 4.3)";
                    }
                    ret = Optional.of(MessageDsn.Ret.valueOf(what));
                }
                case "ENVID" -> {
                    String id = Xtext.decode(value);
                    if (id.isEmpty() || id.length() > MAX_ENVID) {
                        return "ENVID has 1 to 100 characters (RFC 3461 section 4.4)";
                    }
                    envid = Optional.of(id);
                }
                case "AUTH" -> {
                    String identity = Xtext.decode(value);
                    if (identity.isEmpty()) {
                        return "AUTH takes a mailbox or <> (RFC 4954 section 5)";
                    }
                    auth = Optional.of(identity);
                }
                default -> {
                    return "";
                }
            }
            return null;
        }

        /** As {@link #readMailParameter}. */
        @org.jspecify.annotations.Nullable
        private String readRcptParameter() {
            switch (keyword) {
                case "NOTIFY" -> {
                    EnumSet<RecipientDsn.Notify> wanted = EnumSet.noneOf(RecipientDsn.Notify.class);
                    int from = 0;
                    while (from <= value.length()) {
                        int comma = value.indexOf(',', from);
                        int end = comma < 0 ? value.length() : comma;
                        switch (value.substring(from, end).toUpperCase(Locale.ROOT)) {
                            case "NEVER" -> wanted.add(RecipientDsn.Notify.NEVER);
                            case "SUCCESS" -> wanted.add(RecipientDsn.Notify.SUCCESS);
                            case "FAILURE" -> wanted.add(RecipientDsn.Notify.FAILURE);
                            case "DELAY" -> wanted.add(RecipientDsn.Notify.DELAY);
                            default -> {
                                return "NOTIFY is NEVER, or of SUCCESS, FAILURE, DELAY (RFC 3461 section 4.1)";
                            }
                        }
                        from = end + 1;
                    }
                    if (wanted.contains(RecipientDsn.Notify.NEVER) && wanted.size() > 1) {
                        return "NOTIFY=NEVER stands alone (RFC 3461 section 4.1)";
                    }
                    notify = wanted;
                }
                case "ORCPT" -> {
                    int semicolon = value.indexOf(';');
                    if (semicolon <= 0 || semicolon == value.length() - 1 || value.length() > MAX_ORCPT) {
                        return "ORCPT is type;address of at most 500 characters (RFC 3461 section 4.2)";
                    }
                    String type = value.substring(0, semicolon);
                    for (int i = 0; i < type.length(); i++) {
                        char c = type.charAt(i);
                        boolean allowed =
                                (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
                        if (!allowed) {
                            return "the type of ORCPT is letters, digits and '-'";
                        }
                    }
                    String address = value.substring(semicolon + 1);
                    orcpt = Optional.of(type
                            + ';'
                            + (type.equalsIgnoreCase("utf-8") ? Xtext.decodeUnicode(address) : Xtext.decode(address)));
                }
                default -> {
                    return "";
                }
            }
            return null;
        }
    }
}
