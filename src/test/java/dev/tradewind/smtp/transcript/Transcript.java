package dev.tradewind.smtp.transcript;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

/**
 * A dialogue in a file, one step a line:
 *
 * <pre>
 * # comment
 * @ word value        a setting of the test
 * C: EHLO a.example   the client says this line; CRLF is added
 * C| octets           the client sends these octets, no CRLF
 * C! tls              a TLS handshake; C! close ends the client's side; C! flush sends what is held back
 * S: 250 *            the server says this line; * is any text
 * S! close            the server closes
 * = text              what came of it, for the test to compare
 * </pre>
 *
 * Escapes in what is said: {@code \r \n \t \0 \\ \xHH}, {@code {x*1000}} repeats, {@code {b64:text}} encodes. What one side says in
 * several lines goes out in one write. Either side may be played: the other is the session under test.
 */
public final class Transcript {
    /** Which side the transcript plays. */
    public enum Role {
        CLIENT,
        SERVER
    }

    private record Step(int line, char who, char what, String text) {}

    private final Path file;
    private final List<Step> steps = new ArrayList<>();
    private final List<String> settings = new ArrayList<>();
    private final List<String> results = new ArrayList<>();

    private Transcript(Path file) {
        this.file = file;
    }

    public static Transcript read(Path file) throws IOException {
        Transcript transcript = new Transcript(file);
        int number = 0;
        for (String line : Files.readAllLines(file)) {
            number++;
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            if (line.startsWith("@ ")) {
                transcript.settings.add(line.substring(2).strip());
            } else if (line.startsWith("= ")) {
                transcript.results.add(line.substring(2).strip());
            } else if (line.length() >= 2 && "CS".indexOf(line.charAt(0)) >= 0 && ":|!".indexOf(line.charAt(1)) >= 0) {
                String text = line.length() > 3 ? line.substring(3) : "";
                transcript.steps.add(new Step(number, line.charAt(0), line.charAt(1), text));
            } else {
                throw new IOException(file + ":" + number + ": not a step: " + line);
            }
        }
        return transcript;
    }

    /** Lines that begin with {@code @}. */
    public List<String> settings() {
        return settings;
    }

    /** Lines that begin with {@code =}. */
    public List<String> results() {
        return results;
    }

    /** Plays one side; fails where the other says something else. */
    public void play(Role role, TranscriptWire wire) throws IOException {
        char mine = role == Role.CLIENT ? 'C' : 'S';
        ByteArrayOutputStream held = new ByteArrayOutputStream();
        for (Step step : steps) {
            String place = file.getFileName() + ":" + step.line;
            if (step.who == mine && step.what != '!') {
                held.writeBytes(octets(step.text));
                if (step.what == ':') {
                    held.writeBytes(new byte[] {'\r', '\n'});
                }
                continue;
            }
            send(held, wire);
            if (step.what == '!') {
                act(step, step.who == mine, role, wire, place);
            } else {
                String line = readLine(wire.input(), place);
                assertThat(matches(step.text, line))
                        .as("%s: expected '%s', got '%s'", place, step.text, line)
                        .isTrue();
            }
        }
        send(held, wire);
    }

    private static void send(ByteArrayOutputStream held, TranscriptWire wire) throws IOException {
        if (held.size() > 0) {
            byte[] octets = held.toByteArray();
            held.reset();
            try {
                wire.output().write(octets);
                wire.output().flush();
            } catch (SocketException gone) {
                // the other side may hang up in the middle of it; what it said before is read next
                assertThat(gone).hasMessageContaining("");
            }
        }
    }

    private static void act(Step step, boolean mine, Role role, TranscriptWire wire, String place) throws IOException {
        switch (step.text.strip()) {
            case "tls" -> wire.secure(role == Role.CLIENT);
            case "flush" -> {}
            case "close" -> {
                if (mine) {
                    wire.close();
                } else {
                    assertThat(readEnd(wire.input()))
                            .as(place + ": the connection is closed")
                            .isEqualTo(-1);
                }
            }
            default -> fail(place + ": unknown action " + step.text);
        }
    }

    private static int readEnd(InputStream input) throws IOException {
        try {
            return input.read();
        } catch (SocketException reset) {
            return -1;
        }
    }

    private static String readLine(InputStream input, String place) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (true) {
            int octet = input.read();
            if (octet < 0) {
                return fail(place + ": the connection is closed after '" + line + "'");
            }
            if (octet == '\n') {
                String text = line.toString(StandardCharsets.UTF_8);
                assertThat(text).as(place + ": a line ends with CRLF").endsWith("\r");
                return text.substring(0, text.length() - 1);
            }
            line.write(octet);
        }
    }

    /** Whether a text is what a pattern with {@code *} says. */
    static boolean matches(String pattern, String text) {
        String[] parts = pattern.split("\\*", -1);
        if (parts.length == 1) {
            return pattern.equals(text);
        }
        int at = 0;
        for (int i = 0; i < parts.length; i++) {
            int found = i == parts.length - 1 && !parts[i].isEmpty()
                    ? Math.max(at, text.length() - parts[i].length())
                    : text.indexOf(parts[i], at);
            if (found < 0 || (i == 0 && found != 0) || !text.startsWith(parts[i], found)) {
                return false;
            }
            at = found + parts[i].length();
        }
        return true;
    }

    private static byte[] octets(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            int close = c == '{' ? text.indexOf('}', at) : -1;
            if (close > 0 && text.startsWith("{b64:", at)) {
                byte[] plain = octets(text.substring(at + 5, close));
                out.writeBytes(Base64.getEncoder().encode(plain));
                at = close + 1;
            } else if (close > 0 && text.lastIndexOf('{', close) == at && text.lastIndexOf('*', close) > at) {
                int star = text.lastIndexOf('*', close);
                byte[] repeated = octets(text.substring(at + 1, star));
                for (int i = Integer.parseInt(text.substring(star + 1, close)); i > 0; i--) {
                    out.writeBytes(repeated);
                }
                at = close + 1;
            } else if (c == '\\' && at + 1 < text.length()) {
                char escaped = text.charAt(at + 1);
                at += 2;
                switch (escaped) {
                    case 'r' -> out.write('\r');
                    case 'n' -> out.write('\n');
                    case 't' -> out.write('\t');
                    case '0' -> out.write(0);
                    case 'x' -> {
                        out.write(Integer.parseInt(text.substring(at, at + 2), 16));
                        at += 2;
                    }
                    default -> out.write(escaped);
                }
            } else {
                out.writeBytes(Character.toString(text.codePointAt(at)).getBytes(StandardCharsets.UTF_8));
                at += Character.charCount(text.codePointAt(at));
            }
        }
        return out.toByteArray();
    }
}
