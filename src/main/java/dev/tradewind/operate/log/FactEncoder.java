package dev.tradewind.operate.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import ch.qos.logback.core.encoder.EncoderBase;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One line for one fact: time (UTC), level, logger, message, {@code key=value} pairs, and for an exception {@code error} (its chain) and
 * {@code stack} (innermost frames of the first cause). Control characters are escaped, so that what a client said cannot look like a line
 * of its own.
 */
final class FactEncoder extends EncoderBase<ILoggingEvent> {
    private static final int MOST_FRAMES = 24;
    private static final int MOST_CAUSES = 8;
    private static final byte[] NONE = {};
    private static final String OURS = "dev.tradewind.";

    private volatile boolean json;

    void json(boolean wanted) {
        json = wanted;
    }

    @Override
    public byte[] headerBytes() {
        return NONE;
    }

    @Override
    public byte[] footerBytes() {
        return NONE;
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        StringBuilder line = new StringBuilder(160);
        if (json) {
            appendJson(event, line);
        } else {
            appendText(event, line);
        }
        return line.append('\n').toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void appendText(ILoggingEvent event, StringBuilder line) {
        line.append(time(event)).append(' ');
        String level = event.getLevel().toString();
        line.append(level).append(" ".repeat(Math.max(1, 6 - level.length())));
        line.append(logger(event)).append(' ');
        escape(event.getFormattedMessage(), line, false);
        pairs(event).forEach((key, value) -> {
            line.append(' ').append(key).append('=');
            if (isBare(value)) {
                line.append(value);
            } else {
                line.append('"');
                escape(value, line, true);
                line.append('"');
            }
        });
    }

    private static void appendJson(ILoggingEvent event, StringBuilder line) {
        line.append("{\"ts\":\"").append(time(event)).append("\",\"level\":\"");
        line.append(event.getLevel().toString().toLowerCase(Locale.ROOT)).append("\",\"logger\":\"");
        escape(logger(event), line, true);
        line.append("\",\"msg\":\"");
        escape(event.getFormattedMessage(), line, true);
        line.append('"');
        pairs(event).forEach((key, value) -> {
            line.append(",\"");
            escape(key, line, true);
            line.append("\":\"");
            escape(value, line, true);
            line.append('"');
        });
        line.append('}');
    }

    private static Instant time(ILoggingEvent event) {
        return Instant.ofEpochMilli(event.getTimeStamp());
    }

    private static String logger(ILoggingEvent event) {
        String name = event.getLoggerName();
        return name.startsWith(OURS) ? name.substring(OURS.length()) : name;
    }

    private static Map<String, String> pairs(ILoggingEvent event) {
        Map<String, String> pairs = new LinkedHashMap<>();
        List<KeyValuePair> given = event.getKeyValuePairs();
        if (given != null) {
            given.forEach(pair -> pairs.put(pair.key, String.valueOf(pair.value)));
        }
        pairs.putAll(event.getMDCPropertyMap());
        IThrowableProxy thrown = event.getThrowableProxy();
        if (thrown != null) {
            pairs.put("error", chain(thrown));
            pairs.put("stack", stack(thrown));
        }
        return pairs;
    }

    private static String chain(IThrowableProxy thrown) {
        StringBuilder chain = new StringBuilder();
        @Nullable IThrowableProxy next = thrown;
        for (int i = 0; next != null && i < MOST_CAUSES; i++, next = next.getCause()) {
            chain.append(i == 0 ? "" : " < ").append(next.getClassName());
            if (next.getMessage() != null) {
                chain.append(": ").append(next.getMessage());
            }
        }
        return chain.toString();
    }

    private static String stack(IThrowableProxy thrown) {
        IThrowableProxy first = thrown;
        for (int i = 0; first.getCause() != null && i < MOST_CAUSES; i++) {
            first = first.getCause();
        }
        StringBuilder stack = new StringBuilder();
        StackTraceElementProxy[] frames = first.getStackTraceElementProxyArray();
        for (int i = 0; i < Math.min(frames.length, MOST_FRAMES); i++) {
            StackTraceElement frame = frames[i].getStackTraceElement();
            stack.append(i == 0 ? "" : " < ")
                    .append(frame.getClassName())
                    .append('.')
                    .append(frame.getMethodName());
            stack.append(':').append(frame.getLineNumber());
        }
        return stack.toString();
    }

    private static boolean isBare(String value) {
        return !value.isEmpty()
                && value.chars().allMatch(c -> c > ' ' && c != '"' && c != '=' && c != '\\' && !isControl((char) c));
    }

    // C0, DEL, C1, and the line separators that some terminals and log readers obey
    private static boolean isControl(char c) {
        return c < ' ' || (c >= 0x7f && c <= 0x9f) || c == '\u2028' || c == '\u2029';
    }

    private static void escape(@Nullable String text, StringBuilder into, boolean quoted) {
        String safe = String.valueOf(text);
        for (int i = 0; i < safe.length(); i++) {
            char c = safe.charAt(i);
            if (quoted && (c == '"' || c == '\\')) {
                into.append('\\').append(c);
            } else if (c == '\n') {
                into.append("\\n");
            } else if (isControl(c)) {
                into.append("\\u")
                        .append(Character.forDigit(c >> 12, 16))
                        .append(Character.forDigit((c >> 8) & 15, 16));
                into.append(Character.forDigit((c >> 4) & 15, 16)).append(Character.forDigit(c & 15, 16));
            } else {
                into.append(c);
            }
        }
    }
}
