package dev.tradewind.sandbox;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a mailbox provider or a reader may dislike about a message, in plain words. Looks at the message alone: what depends on the sending
 * address and the DNS (SPF, DMARC, blocklists) is not judged here.
 */
final class Checks {
    /** Gmail cuts HTML above 102 KiB. */
    private static final int GMAIL_CLIPS = 102 * 1024;

    private static final int LARGE = 10_000_000;
    private static final int LONG_SUBJECT = 70;

    /** How much it matters. */
    enum Level {
        GOOD("good"),
        NOTE("note"),
        WARNING("warning");

        private final String wireName;

        Level(String wireName) {
            this.wireName = wireName;
        }

        String wireName() {
            return wireName;
        }
    }

    /** One finding: a short title and a sentence or two. */
    record Check(String id, Level level, String title, String text) {}

    private final List<Check> checks = new ArrayList<>();

    private Checks() {}

    static List<Check> of(MailView mail, HtmlFrame frame, int octets, String forwardPath) {
        Checks all = new Checks();
        all.fields(mail, forwardPath);
        all.unsubscribe(mail);
        all.body(mail, frame, octets);
        for (String problem : mail.problems()) {
            all.add("form", Level.WARNING, "Form of the message", problem);
        }
        return all.checks;
    }

    private void add(String id, Level level, String title, String text) {
        checks.add(new Check(id, level, title, text));
    }

    private void fields(MailView mail, String forwardPath) {
        for (String name : List.of("From", "Date", "Message-ID", "Subject")) {
            long count = mail.fields().stream()
                    .filter(field -> field.name().equalsIgnoreCase(name))
                    .count();
            if (count == 0) {
                add("fields", Level.WARNING, "No " + name + " field", "Every mail should have one; filters expect it.");
            } else if (count > 1) {
                add(
                        "fields",
                        Level.WARNING,
                        count + " " + name + " fields",
                        "There may be only one (RFC 5322); large providers reject the mail.");
            }
        }
        if (mail.field("Subject").codePointCount(0, mail.field("Subject").length()) > LONG_SUBJECT) {
            add(
                    "subject",
                    Level.NOTE,
                    "Long subject",
                    "Most inboxes show about " + LONG_SUBJECT + " characters, phones about 40.");
        }
        String local = forwardPath.substring(0, Math.max(0, forwardPath.lastIndexOf('@')));
        boolean named = (mail.field("To") + mail.field("Cc"))
                .toLowerCase(Locale.ROOT)
                .contains(forwardPath.toLowerCase(Locale.ROOT));
        if (!named && !local.isEmpty()) {
            add(
                    "recipient",
                    Level.NOTE,
                    "Recipient is not named",
                    "Neither To nor Cc names " + forwardPath + ": right for a blind copy, unusual otherwise.");
        }
    }

    private void unsubscribe(MailView mail) {
        String list = mail.field("List-Unsubscribe");
        boolean https = list.toLowerCase(Locale.ROOT).contains("<https:");
        boolean oneClick = mail.field("List-Unsubscribe-Post").equalsIgnoreCase("List-Unsubscribe=One-Click");
        if (list.isEmpty()) {
            add(
                    "unsubscribe",
                    Level.NOTE,
                    "No List-Unsubscribe",
                    "Fine for a receipt or a password reset. Gmail and Yahoo require it, with one click, of marketing mail.");
        } else if (https && oneClick) {
            add(
                    "unsubscribe",
                    Level.GOOD,
                    "One-click unsubscribe",
                    "List-Unsubscribe and List-Unsubscribe-Post are there (RFC 8058).");
        } else {
            add(
                    "unsubscribe",
                    Level.WARNING,
                    "No one-click unsubscribe",
                    "List-Unsubscribe is there, but "
                            + (https ? "List-Unsubscribe-Post is missing" : "it has no https link")
                            + "; Gmail and Yahoo require both of marketing mail (RFC 8058).");
        }
    }

    private void body(MailView mail, HtmlFrame frame, int octets) {
        boolean hasHtml = mail.html().isPresent();
        boolean hasText = mail.text().filter(text -> !text.isBlank()).isPresent();
        if (hasHtml && !hasText) {
            add(
                    "text",
                    Level.WARNING,
                    "No text part",
                    "HTML without a plain text version: screen readers, watches and some filters miss it.");
        } else if (hasText && hasHtml) {
            add("text", Level.GOOD, "Text and HTML", "Both versions are there.");
        } else if (!hasText && mail.parts().isEmpty()) {
            add("text", Level.WARNING, "Empty message", "There is neither text nor HTML nor an attachment.");
        }
        int htmlOctets = mail.html().map(html -> html.length()).orElse(0);
        if (htmlOctets > GMAIL_CLIPS) {
            add(
                    "size",
                    Level.WARNING,
                    "HTML of " + htmlOctets / 1024 + " KB",
                    "Gmail cuts mail whose HTML is longer than 102 KB, with the unsubscribe link at its end.");
        }
        if (octets > LARGE) {
            add(
                    "size",
                    Level.WARNING,
                    "Message of " + octets / 1_000_000 + " MB",
                    "Many hosts refuse mail from 10 MB on, nearly all from 25 MB on.");
        } else {
            add("size", Level.GOOD, "Size", octets + " octets on the wire.");
        }
        if (frame.scripts() > 0) {
            add(
                    "scripts",
                    Level.WARNING,
                    "Scripts",
                    frame.scripts()
                            + " scripts or event handlers: no mail client runs them, and filters distrust them.");
        }
        if (frame.forms() > 0) {
            add("forms", Level.WARNING, "Forms", "Most mail clients do not send forms; link to a page instead.");
        }
        if (frame.missing() > 0) {
            add(
                    "images",
                    Level.WARNING,
                    "Missing inline images",
                    "References to images (cid:) that are not in the message or too large: " + frame.missing() + ".");
        }
        if (frame.remote() > 0) {
            add(
                    "remote",
                    Level.NOTE,
                    "Remote content",
                    frame.remote()
                            + " references to images or styles elsewhere: many clients load them only when asked.");
        }
    }
}
