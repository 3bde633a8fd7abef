package dev.tradewind.smtp.server;

import dev.tradewind.mail.SmtpReply;
import dev.tradewind.smtp.CommandParser;
import dev.tradewind.smtp.SmtpCommand;
import dev.tradewind.smtp.SmtpReader;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** The dialogue of AUTH PLAIN (RFC 4616) and AUTH LOGIN. */
final class AuthExchange {
    private static final SmtpReply EMPTY_CHALLENGE = SmtpReply.of(334, "");
    private static final SmtpReply USERNAME = SmtpReply.of(334, "VXNlcm5hbWU6");
    private static final SmtpReply PASSWORD = SmtpReply.of(334, "UGFzc3dvcmQ6");

    private final ServerWire wire;

    AuthExchange(ServerWire wire) {
        this.wire = wire;
    }

    /** How it went. */
    sealed interface Outcome {
        /** The client has shown these. */
        record Shown(SmtpService.Credentials credentials) implements Outcome {}

        /**
         * It gave up or made a mistake.
         *
         * @param close whether it is unknown where the next command begins
         */
        record Failed(SmtpReply reply, boolean close) implements Outcome {}
    }

    /** Ends the exchange from deep inside; never leaves this class. */
    private static final class Broken extends Exception {
        private static final long serialVersionUID = 1;

        final transient Outcome.Failed outcome;

        Broken(SmtpReply reply, boolean close) {
            super(reply.inOneLine());
            outcome = new Outcome.Failed(reply, close);
        }
    }

    Outcome run(SmtpCommand.Auth command) throws IOException {
        try {
            return switch (command.mechanism()) {
                case "PLAIN" -> plain(text(response(command.initialResponse(), EMPTY_CHALLENGE)));
                case "LOGIN" -> {
                    String user = text(response(command.initialResponse(), USERNAME));
                    String password = text(response(Optional.empty(), PASSWORD));
                    yield new Outcome.Shown(new SmtpService.Credentials("", user, password));
                }
                default -> new Outcome.Failed(Replies.AUTH_MECHANISM, false);
            };
        } catch (Broken broken) {
            return broken.outcome;
        }
    }

    /** {@code [authorization] NUL user NUL password} (RFC 4616 §2). */
    private static Outcome plain(String message) throws Broken {
        int first = message.indexOf(0);
        int second = message.indexOf(0, first + 1);
        if (first < 0 || second < 0 || message.indexOf(0, second + 1) >= 0) {
            throw new Broken(Replies.AUTH_MALFORMED, false);
        }
        return new Outcome.Shown(new SmtpService.Credentials(
                message.substring(0, first), message.substring(first + 1, second), message.substring(second + 1)));
    }

    private byte[] response(Optional<String> initial, SmtpReply challenge) throws IOException, Broken {
        byte[] encoded;
        if (initial.isPresent()) {
            encoded = initial.get().getBytes(StandardCharsets.ISO_8859_1);
        } else {
            wire.writer.write(challenge);
            wire.expectCommand(false);
            encoded = switch (wire.reader.readLine(CommandParser.MAX_AUTH_LINE)) {
                case SmtpReader.Line.Text(byte[] octets) -> octets;
                case SmtpReader.Line.TooLong(boolean skipped) -> throw new Broken(Replies.AUTH_TOO_LONG, !skipped);
                case SmtpReader.Line.BareLineEnd bare -> throw new Broken(Replies.BARE_LINE_END, true);
            };
            if (encoded.length == 1 && encoded[0] == '*') {
                throw new Broken(Replies.AUTH_CANCELLED, false);
            }
        }
        try {
            return Base64.getDecoder().decode(encoded);
        } catch (IllegalArgumentException notBase64) {
            throw new Broken(Replies.AUTH_MALFORMED, false);
        }
    }

    private static String text(byte[] octets) throws Broken {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(octets))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            throw new Broken(Replies.AUTH_MALFORMED, false);
        }
    }
}
