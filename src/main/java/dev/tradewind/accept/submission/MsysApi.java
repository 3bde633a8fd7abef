package dev.tradewind.accept.submission;

import dev.tradewind.account.Accounts;
import dev.tradewind.mail.mime.EncodedWords;
import dev.tradewind.mail.mime.HeaderAddress;
import dev.tradewind.spool.SendOptions;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What a client says in the {@code X-MSYS-API} field of a submitted message (API facts §2.24): a JSON object, folded at will, with
 * characters outside ASCII as JSON escapes or RFC 2047 encoded words. Unknown members are ignored, so is {@code substitution_data}, which
 * does nothing for a message that is not made from a template; an option that asks for what this server does not do is refused. Pure.
 *
 * @param campaignId at most 64 octets, empty if none
 * @param metadata   JSON object in UTF-8, empty array if none
 * @param tags       at most 10; more are ignored, as by REST
 * @param cc         further recipients, shown in Cc
 * @param bcc        further recipients, not shown
 * @param archive    further recipients of an exact replica
 * @param options    how to send
 */
record MsysApi(
        String campaignId,
        byte[] metadata,
        List<String> tags,
        List<HeaderAddress> cc,
        List<HeaderAddress> bcc,
        List<HeaderAddress> archive,
        SendOptions options) {
    /** Octets of the field. */
    static final int MAX_OCTETS = 128 * 1024;

    static final int MAX_CAMPAIGN_OCTETS = 64;
    static final int MAX_METADATA_OCTETS = 10 * 1024;
    static final int MAX_TAGS = 10;
    static final int MAX_TAG_OCTETS = 100;
    /** Addresses of cc, bcc and archive together. */
    static final int MAX_COPIES = 1000;

    static final String FIELD = "X-MSYS-API";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static final byte[] NOTHING = {};

    /**
     * What the options of a message are judged by.
     *
     * @param account        defaults of the account
     * @param poolExists     whether a pool of this name (lower-case) exists
     * @param sandboxEnabled whether there is a sandbox inbox
     */
    record Setting(Accounts.AccountOptions account, Predicate<String> poolExists, boolean sandboxEnabled) {}

    /** What applies without the field: the defaults of the account. */
    static MsysApi none(Accounts.AccountOptions account) {
        return new MsysApi("", NOTHING, List.of(), List.of(), List.of(), List.of(), defaults(account));
    }

    private static SendOptions defaults(Accounts.AccountOptions account) {
        boolean tracked = account.smtpTrackingDefault();
        return new SendOptions(
                account.transactionalDefault(),
                tracked,
                tracked && account.initialOpenPixelTracking(),
                tracked && account.clickTracking(),
                false,
                false,
                false,
                Optional.empty(),
                Optional.empty());
    }

    MsysApi {
        tags = List.copyOf(tags);
        cc = List.copyOf(cc);
        bcc = List.copyOf(bcc);
        archive = List.copyOf(archive);
    }

    /** What reading the field led to. */
    sealed interface Reading {
        record Read(MsysApi api) implements Reading {}

        /** @param reason what is wrong, where, and the limit; goes behind {@code 550 5.6.0} */
        record Refused(String reason) implements Reading {}
    }

    /** Whether anybody but the recipients of the envelope gets a copy. */
    boolean hasCopies() {
        return !cc.isEmpty() || !bcc.isEmpty() || !archive.isEmpty();
    }

    /** Reads the value of the field as it stands in the message, folding included. */
    static Reading read(byte[] rawValue, Setting setting) {
        if (rawValue.length > MAX_OCTETS) {
            return new Reading.Refused("X-MSYS-API has " + rawValue.length + " octets, limit " + MAX_OCTETS);
        }
        String text = EncodedWords.textOf(rawValue, 0, rawValue.length);
        text = unfold(text);
        if (text.contains("=?")) {
            text = EncodedWords.decode(text);
        }
        try {
            JsonNode root = JSON.readTree(text);
            if (!root.isObject()) {
                return new Reading.Refused("X-MSYS-API is not a JSON object");
            }
            return new Reading.Read(of(root, setting));
        } catch (Wrong wrong) {
            return new Reading.Refused(wrong.reason);
        } catch (JacksonException notJson) {
            return new Reading.Refused("X-MSYS-API is not JSON"
                    + (notJson.getLocation() == null
                            ? ""
                            : ": error at character " + notJson.getLocation().getCharOffset()));
        }
    }

    /** A value of the wrong kind or over a limit; never leaves this class. */
    private static final class Wrong extends Exception {
        private static final long serialVersionUID = 1;

        final String reason;

        Wrong(String reason) {
            super(reason);
            this.reason = reason;
        }
    }

    private static MsysApi of(JsonNode root, Setting setting) throws Wrong {
        String campaign = characters("campaign_id", text(root, "campaign_id"));
        limit("campaign_id", octets(campaign), MAX_CAMPAIGN_OCTETS);
        List<HeaderAddress> cc = addresses(root, "cc");
        List<HeaderAddress> bcc = addresses(root, "bcc");
        List<HeaderAddress> archive = addresses(root, "archive");
        int copies = cc.size() + bcc.size() + archive.size();
        if (copies > MAX_COPIES) {
            throw new Wrong(
                    "X-MSYS-API: cc, bcc and archive have " + copies + " addresses together, limit " + MAX_COPIES);
        }
        return new MsysApi(campaign, metadata(root), tags(root), cc, bcc, archive, options(root, setting));
    }

    private static byte[] metadata(JsonNode root) throws Wrong {
        JsonNode node = root.get("metadata");
        if (node == null || node.isNull()) {
            return NOTHING;
        }
        if (!node.isObject()) {
            throw new Wrong("X-MSYS-API: metadata is not an object");
        }
        byte[] json = characters("metadata", JSON.writeValueAsString(node)).getBytes(StandardCharsets.UTF_8);
        limit("metadata", json.length, MAX_METADATA_OCTETS);
        return node.isEmpty() ? NOTHING : json;
    }

    private static List<String> tags(JsonNode root) throws Wrong {
        JsonNode node = root.get("tags");
        if (node == null || node.isNull()) {
            return List.of();
        }
        if (!node.isArray()) {
            throw new Wrong("X-MSYS-API: tags is not an array");
        }
        List<String> tags = new ArrayList<>(2);
        for (JsonNode tag : node) {
            if (tags.size() == MAX_TAGS) {
                break;
            }
            if (!tag.isString()) {
                throw new Wrong("X-MSYS-API: a tag is not a string");
            }
            String text = characters("a tag", tag.stringValue());
            limit("tags", octets(text), MAX_TAG_OCTETS);
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if ((c < ' ' && c != '\t') || c == 0x7f) {
                    throw new Wrong("X-MSYS-API: a tag holds a control character");
                }
            }
            tags.add(text);
        }
        return tags;
    }

    private static SendOptions options(JsonNode root, Setting setting) throws Wrong {
        SendOptions defaults = defaults(setting.account());
        JsonNode node = root.get("options");
        if (node == null || node.isNull()) {
            return defaults;
        }
        if (!node.isObject()) {
            throw new Wrong("X-MSYS-API: options is not an object");
        }
        if (flag(node, "inline_css", false)) {
            throw new Wrong("X-MSYS-API: options.inline_css is not available yet: send HTML with inline styles");
        }
        String dkimKey = text(node, "dkim_key");
        if (!dkimKey.isEmpty() && !dkimKey.equals("default")) {
            throw new Wrong("X-MSYS-API: options.dkim_key: the sending domain has no extra key of this name;"
                    + " only 'default' is available yet");
        }
        boolean sandbox = flag(node, "sandbox", false);
        if (sandbox && !setting.sandboxEnabled()) {
            throw new Wrong("X-MSYS-API: options.sandbox needs the setting sandbox.enabled of this server");
        }
        boolean openTracking = flag(node, "open_tracking", defaults.openTracking());
        return new SendOptions(
                flag(node, "transactional", defaults.transactional()),
                openTracking,
                openTracking && flag(node, "initial_open", setting.account().initialOpenPixelTracking()),
                setting.account().clickTracking()
                        && flag(node, "click_tracking", setting.account().smtpTrackingDefault()),
                false,
                flag(node, "skip_suppression", false),
                sandbox,
                pool(node, setting),
                Optional.empty());
    }

    private static Optional<String> pool(JsonNode options, Setting setting) throws Wrong {
        String pool = text(options, "ip_pool").toLowerCase(Locale.ROOT);
        limit("options.ip_pool", octets(pool), 20);
        for (int i = 0; i < pool.length(); i++) {
            char c = pool.charAt(i);
            if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_') {
                throw new Wrong("X-MSYS-API: options.ip_pool holds letters, digits and '_' only");
            }
        }
        if (pool.isEmpty()) {
            return Optional.empty();
        }
        if (!setting.poolExists().test(pool)) {
            throw new Wrong("X-MSYS-API: options.ip_pool: there is no pool '" + pool + "'");
        }
        return Optional.of(pool);
    }

    private static boolean flag(JsonNode object, String name, boolean absent) throws Wrong {
        JsonNode node = object.get(name);
        if (node == null || node.isNull()) {
            return absent;
        }
        if (!node.isBoolean()) {
            throw new Wrong("X-MSYS-API: options." + name + " is not a boolean");
        }
        return node.booleanValue();
    }

    private static String text(JsonNode object, String name) throws Wrong {
        JsonNode node = object.get(name);
        if (node == null || node.isNull()) {
            return "";
        }
        if (!node.isString()) {
            throw new Wrong("X-MSYS-API: " + name + " is not a string");
        }
        return node.stringValue();
    }

    private static List<HeaderAddress> addresses(JsonNode root, String name) throws Wrong {
        JsonNode node = root.get(name);
        if (node == null || node.isNull()) {
            return List.of();
        }
        if (!node.isArray()) {
            throw new Wrong("X-MSYS-API: " + name + " is not an array");
        }
        if (node.size() > MAX_COPIES) {
            throw new Wrong("X-MSYS-API: " + name + " has " + node.size() + " addresses, limit " + MAX_COPIES);
        }
        List<HeaderAddress> addresses = new ArrayList<>(node.size());
        for (JsonNode element : node) {
            String place = name + "[" + addresses.size() + "]";
            String written =
                    element.isString() ? element.stringValue() : element.isObject() ? text(element, "email") : "";
            String display = element.isObject() ? text(element, "name") : "";
            if (!(HeaderAddress.parseOne(written) instanceof HeaderAddress.Parsed.Addresses(List<HeaderAddress> one))) {
                throw new Wrong("X-MSYS-API: " + place + " is not an address");
            }
            HeaderAddress address = one.getFirst();
            addresses.add(display.isEmpty() ? address : new HeaderAddress(display, address.mailbox()));
        }
        return addresses;
    }

    /** Text that is text: half of a surrogate pair, which a JSON escape can write, is no character. */
    private static String characters(String what, String text) throws Wrong {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                boolean pair = Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (!pair) {
                    throw new Wrong("X-MSYS-API: " + what + " holds half of a surrogate pair, which is no character");
                }
                i++;
            }
        }
        return text;
    }

    private static void limit(String what, int octets, int limit) throws Wrong {
        if (octets > limit) {
            throw new Wrong("smtpapi_" + what + " context is limited to " + limit + " bytes");
        }
    }

    private static int octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** A line end with the blanks behind it becomes one blank. */
    private static String unfold(String text) {
        if (text.indexOf('\n') < 0) {
            return text;
        }
        StringBuilder line = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\r' && c != '\n') {
                line.append(c);
                continue;
            }
            while (i + 1 < text.length() && " \t\r\n".indexOf(text.charAt(i + 1)) >= 0) {
                i++;
            }
            line.append(' ');
        }
        return line.toString();
    }
}
