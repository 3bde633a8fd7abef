package dev.tradewind.smtp.server;

import dev.tradewind.mail.Envelope;
import dev.tradewind.mail.MessageOctets;
import dev.tradewind.mail.SmtpReply;
import dev.tradewind.smtp.CommandParser;
import dev.tradewind.smtp.MailParameters;
import dev.tradewind.smtp.SmtpCommand;
import dev.tradewind.smtp.SmtpReader;
import dev.tradewind.smtp.TextFacts;
import dev.tradewind.smtp.TextInspection;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One session (RFC 5321 §3): greeting, commands one after the other, end. Runs on a thread of its own. What a command means is asked of
 * the {@link SmtpService.Conversation}; this class knows only the order of things and the limits.
 */
final class ServerSession implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(ServerSession.class);
    private static final Duration HANDSHAKE = Duration.ofSeconds(30);
    /** How long a client that is sent away may go on sending, so that it sees why before the connection is gone. */
    private static final Duration FAREWELL = Duration.ofSeconds(2);

    private final SmtpServer server;
    private final Connection connection;
    private final SmtpServer.Security security;
    private final SmtpLimits limits;
    private final CommandParser parser;
    private final ServerWire wire;
    private final SmtpService.Conversation conversation;

    private SmtpCommand.@Nullable Ehlo ehlo;
    private SmtpCommand.@Nullable Helo helo;
    private @Nullable TlsParameters tls;
    private @Nullable Transaction transaction;
    private boolean authenticated;
    private boolean ended;
    private int messages;
    private int badCommands;
    private int idleCommands;
    private int authFailures;

    ServerSession(SmtpServer server, Connection connection, SmtpServer.Security security) {
        this.server = server;
        this.connection = connection;
        this.security = security;
        limits = server.limits();
        parser = new CommandParser(server.hostname());
        wire = new ServerWire(connection, limits, server.ticker(), server::isDraining);
        conversation = server.service().open(connection.peer());
    }

    ServerWire wire() {
        return wire;
    }

    /** Cuts the session off; called by other threads. */
    void abort() {
        connection.abort();
    }

    @Override
    public void run() {
        try {
            converse();
        } catch (ServerWire.Draining draining) {
            lastWords(Replies.SHUTTING_DOWN);
        } catch (ServerWire.Dismissed dismissed) {
            LOG.debug("{} dismissed", connection.peer());
        } catch (SocketTimeoutException late) {
            lastWords(wire.sessionIsOver() ? Replies.SESSION_OVER : Replies.TIMED_OUT);
        } catch (EOFException gone) {
            LOG.debug("{} hung up", connection.peer());
        } catch (IOException lost) {
            LOG.debug("{} lost: {}", connection.peer(), lost.getMessage());
        } catch (RuntimeException bug) {
            LOG.error("session with {} failed", connection.peer(), bug);
            lastWords(Replies.LOCAL_ERROR_CLOSING);
        } finally {
            endTransaction();
            connection.close();
        }
    }

    private void lastWords(SmtpReply reply) {
        try {
            wire.writer.write(reply);
            wire.writer.flush();
        } catch (IOException lost) {
            LOG.debug("{} lost: {}", connection.peer(), lost.getMessage());
        }
    }

    private void converse() throws IOException {
        if (security == SmtpServer.Security.IMPLICIT) {
            wire.expectWithin(HANDSHAKE);
            tls = wire.secure(server.sslContext());
        }
        if (conversation.isTrusted() || server.admitsNetwork(this, connection.peer())) {
            if (!conversation.isTrusted() && speaksFirst()) {
                end(Replies.EARLY_TALKER);
            } else {
                wire.writer.write(server.greeting());
                commands();
            }
        } else {
            end(Replies.TOO_MANY_FROM_NETWORK);
        }
        wire.writer.flush();
    }

    private boolean speaksFirst() throws IOException {
        if (wire.reader.buffered() > 0 || connection.available() > 0) {
            return true;
        }
        if (limits.greetingPause().isZero()) {
            return false;
        }
        wire.expectWithin(limits.greetingPause());
        try {
            wire.reader.fill();
            return true;
        } catch (SocketTimeoutException silent) {
            return false;
        }
    }

    private void commands() throws IOException {
        while (!ended) {
            if (transaction == null && server.isDraining()) {
                end(Replies.SHUTTING_DOWN);
                return;
            }
            wire.expectCommand(transaction == null);
            switch (wire.reader.readLine(CommandParser.MAX_AUTH_LINE)) {
                case SmtpReader.Line.Text(byte[] octets) -> obey(parser.parse(octets));
                case SmtpReader.Line.TooLong(boolean skipped) -> {
                    if (skipped) {
                        bad(Replies.LINE_TOO_LONG);
                    } else {
                        end(Replies.LINE_TOO_LONG);
                    }
                }
                case SmtpReader.Line.BareLineEnd bare -> end(Replies.BARE_LINE_END);
            }
        }
    }

    private void obey(SmtpCommand command) throws IOException {
        if (++idleCommands > limits.maxIdleCommands()) {
            end(Replies.TOO_MANY_COMMANDS);
            return;
        }
        switch (command) {
            case SmtpCommand.Mail mail -> mail(mail);
            case SmtpCommand.Rcpt rcpt -> recipient(rcpt);
            case SmtpCommand.Data data -> data();
            case SmtpCommand.Bdat bdat -> bdat(bdat);
            case SmtpCommand.Ehlo hello -> {
                endTransaction();
                ehlo = hello;
                helo = null;
                reply(SmtpReply.of(250, extensions()));
            }
            case SmtpCommand.Helo hello -> {
                endTransaction();
                ehlo = null;
                helo = hello;
                reply(SmtpReply.of(250, server.hostname().name()));
            }
            case SmtpCommand.StartTls startTls -> startTls();
            case SmtpCommand.Auth auth -> authenticate(auth);
            case SmtpCommand.Rset rset -> {
                endTransaction();
                reply(Replies.OK);
            }
            case SmtpCommand.Noop noop -> reply(Replies.OK);
            case SmtpCommand.Help help -> reply(Replies.HELP);
            case SmtpCommand.Vrfy vrfy -> reply(Replies.VRFY);
            case SmtpCommand.Expn expn -> bad(Replies.EXPN);
            case SmtpCommand.Quit quit -> {
                reply(Replies.BYE);
                wire.writer.flush();
                ended = true;
            }
            case SmtpCommand.Refused(SmtpReply reply, boolean unsynced) -> {
                if (unsynced) {
                    end(reply);
                } else {
                    bad(reply);
                }
            }
        }
    }

    private List<String> extensions() {
        List<String> lines = new ArrayList<>(10);
        lines.add(server.hostname().name());
        lines.add("PIPELINING");
        lines.add("SIZE " + limits.maxMessageOctets());
        lines.add("8BITMIME");
        lines.add("SMTPUTF8");
        lines.add("CHUNKING");
        lines.add("DSN");
        lines.add("ENHANCEDSTATUSCODES");
        if (security == SmtpServer.Security.STARTTLS && tls == null) {
            lines.add("STARTTLS");
        }
        if (tls != null && conversation.offersAuth()) {
            lines.add("AUTH PLAIN LOGIN");
        }
        return lines;
    }

    /** A reply to a command that was well-formed and in order. 421 is followed by the end (RFC 5321 §3.8). */
    private void reply(SmtpReply reply) throws IOException {
        if (reply.code() == 421) {
            end(reply);
        } else {
            wire.writer.write(reply);
        }
    }

    /** A reply to a command that was not. */
    private void bad(SmtpReply reply) throws IOException {
        wire.writer.write(reply);
        if (++badCommands > limits.maxBadCommands()) {
            end(Replies.TOO_MANY_ERRORS);
        }
    }

    /** The last reply. What the client has sent on meanwhile is read and forgotten, so that a reset does not overtake the reply. */
    private void end(SmtpReply reply) throws IOException {
        ended = true;
        endTransaction();
        wire.writer.write(reply);
        wire.writer.flush();
        connection.endOutput();
        wire.expectWithin(FAREWELL);
        try {
            wire.reader.drain(limits.maxMessageOctets());
        } catch (SocketTimeoutException enough) {
            LOG.debug("{} does not close", connection.peer());
        }
    }

    private void endTransaction() {
        if (transaction != null) {
            transaction.close();
            transaction = null;
        }
    }

    private SessionFacts facts() {
        String name = ehlo != null ? ehlo.name() : helo != null ? helo.name() : "";
        return new SessionFacts(connection.peer(), name, ehlo != null, Optional.ofNullable(tls), authenticated);
    }

    private void startTls() throws IOException {
        if (security != SmtpServer.Security.STARTTLS) {
            bad(tls == null ? Replies.NO_TLS : Replies.TLS_TWICE);
        } else if (tls != null) {
            bad(Replies.TLS_TWICE);
        } else if (ehlo == null) {
            bad(Replies.HELLO_FIRST);
        } else if (wire.reader.buffered() > 0 || connection.available() > 0) {
            end(Replies.TLS_PIPELINED);
        } else {
            wire.writer.write(Replies.START_TLS);
            wire.expectWithin(HANDSHAKE);
            tls = wire.secure(server.sslContext());
            // RFC 3207 section 4.2: nothing said in clear counts
            endTransaction();
            ehlo = null;
            helo = null;
        }
    }

    private void authenticate(SmtpCommand.Auth auth) throws IOException {
        if (tls == null) {
            bad(conversation.offersAuth() ? Replies.AUTH_NEEDS_TLS : Replies.NO_AUTH);
        } else if (!conversation.offersAuth()) {
            bad(Replies.NO_AUTH);
        } else if (ehlo == null) {
            bad(Replies.HELLO_FIRST);
        } else if (authenticated) {
            bad(Replies.AUTH_TWICE);
        } else if (transaction != null) {
            bad(Replies.IN_TRANSACTION);
        } else {
            switch (new AuthExchange(wire).run(auth)) {
                case AuthExchange.Outcome.Failed(SmtpReply reply, boolean close) -> {
                    if (close) {
                        end(reply);
                    } else {
                        bad(reply);
                    }
                }
                case AuthExchange.Outcome.Shown(SmtpService.Credentials credentials) -> {
                    SmtpReply verdict = asked(() -> conversation.authenticate(credentials));
                    authenticated = verdict.code() == 235;
                    reply(verdict);
                    if (!authenticated && !verdict.isTransient() && ++authFailures >= limits.maxAuthFailures()) {
                        end(Replies.AUTH_FAILURES);
                    }
                }
            }
        }
    }

    private void mail(SmtpCommand.Mail mail) throws IOException {
        MailParameters parameters = mail.parameters();
        if (ehlo == null && helo == null) {
            bad(Replies.HELLO_FIRST);
        } else if (transaction != null) {
            bad(transaction.chunks == null ? Replies.NESTED_MAIL : Replies.MIXED_DATA);
        } else if (ehlo == null && !parameters.equals(MailParameters.NONE)) {
            bad(Replies.NO_EXTENSIONS);
        } else if (messages >= limits.maxMessages()) {
            end(Replies.TOO_MANY_MESSAGES);
        } else if (parameters.size().orElse(0) > limits.maxMessageOctets()) {
            reply(Replies.tooLarge(limits.maxMessageOctets()));
        } else {
            SmtpReply verdict = asked(() -> conversation.mail(facts(), mail.reversePath(), parameters));
            if (verdict.isAccepted()) {
                transaction = new Transaction(mail.reversePath(), parameters);
            }
            reply(verdict);
        }
    }

    private void recipient(SmtpCommand.Rcpt rcpt) throws IOException {
        Transaction open = transaction;
        if (open == null) {
            bad(Replies.MAIL_FIRST);
        } else if (open.chunks != null) {
            bad(Replies.MIXED_DATA);
        } else if (open.recipients.size() >= limits.maxRecipients()) {
            reply(Replies.TOO_MANY_RECIPIENTS);
        } else if (rcpt.utf8() && !open.parameters.smtpUtf8()) {
            bad(Replies.NEEDS_UTF8);
        } else {
            Envelope.Recipient recipient = new Envelope.Recipient(rcpt.forwardPath(), rcpt.dsn());
            SmtpReply verdict = asked(() -> conversation.recipient(recipient));
            if (verdict.isAccepted()) {
                open.recipients.add(recipient);
                idleCommands--;
            }
            reply(verdict);
        }
    }

    private void data() throws IOException {
        Transaction open = transaction;
        if (open == null) {
            bad(Replies.MAIL_FIRST);
            return;
        }
        if (open.chunks != null) {
            bad(Replies.MIXED_DATA);
            return;
        }
        if (open.recipients.isEmpty()) {
            bad(Replies.NO_RECIPIENTS);
            return;
        }
        MessageBuffer buffer = buffer(open.parameters.size().orElse(0));
        if (buffer == null) {
            endTransaction();
            reply(Replies.NO_MEMORY);
            return;
        }
        try (buffer) {
            wire.writer.write(Replies.START_INPUT);
            wire.expectText();
            // a message over the limit is heard to the end, up to twice the limit, and then refused
            switch (wire.reader.readText(buffer, 2L * limits.maxMessageOctets())) {
                case SmtpReader.Text.Complete(TextFacts facts) -> endOfData(open, buffer, facts);
                case SmtpReader.Text.Endless endless -> end(Replies.tooLarge(limits.maxMessageOctets()));
                case SmtpReader.Text.BareLineEnd(SmtpReader.Bare octet, int line) ->
                    end(Replies.bareInText(octet.name(), line));
            }
        }
    }

    /** Room for a message of the announced size; null if there is none. */
    private @Nullable MessageBuffer buffer(long declared) {
        BufferBudget.Share share = server.budget().empty();
        int first = MessageBuffer.firstCapacity(declared);
        return server.budget().await(share, first, limits.bufferWait())
                ? new MessageBuffer(share, first, limits.maxMessageOctets())
                : null;
    }

    private void bdat(SmtpCommand.Bdat bdat) throws IOException {
        Transaction open = transaction;
        if (open == null) {
            skip(bdat, Replies.MAIL_FIRST, this::bad);
        } else if (ehlo == null) {
            skip(bdat, Replies.HELLO_FIRST, this::bad);
        } else if (open.recipients.isEmpty()) {
            skip(bdat, Replies.NO_CHUNK_RECIPIENTS, this::bad);
        } else {
            if (open.chunks == null) {
                open.chunks = buffer(
                        Math.max(open.parameters.size().orElse(0), Math.min(bdat.octets(), limits.maxMessageOctets())));
            }
            MessageBuffer chunks = open.chunks;
            if (chunks == null) {
                skip(bdat, Replies.NO_MEMORY, this::failChunks);
            } else if (bdat.octets() > limits.maxMessageOctets() - chunks.size()) {
                skip(bdat, Replies.tooLarge(limits.maxMessageOctets()), this::failChunks);
            } else {
                wire.expectText();
                wire.reader.readCounted(chunks, bdat.octets());
                if (chunks.trouble() != MessageBuffer.Trouble.NONE) {
                    failChunks(Replies.NO_MEMORY);
                } else if (bdat.last()) {
                    endOfChunks(open, chunks);
                } else {
                    reply(Replies.chunkTaken(bdat.octets()));
                }
            }
        }
    }

    /** What to do with a reply; may end the session. */
    private interface Answer {
        void give(SmtpReply reply) throws IOException;
    }

    /** The octets of a refused chunk follow its command all the same (RFC 3030 §2). */
    private void skip(SmtpCommand.Bdat bdat, SmtpReply reply, Answer answer) throws IOException {
        if (bdat.octets() > limits.maxMessageOctets()) {
            end(reply);
            return;
        }
        wire.expectText();
        wire.reader.readCounted((from, start, end) -> false, bdat.octets());
        answer.give(reply);
    }

    /** After a refused chunk the transaction is over: chunks that follow are answered 503. */
    private void failChunks(SmtpReply reply) throws IOException {
        endTransaction();
        reply(reply);
    }

    private void endOfChunks(Transaction open, MessageBuffer chunks) throws IOException {
        TextInspection inspection = TextInspection.of(chunks.array(), chunks.size());
        if (inspection.bare().isPresent()) {
            failChunks(Replies.bareInChunks(inspection.bare().get().name(), inspection.bareLine()));
            return;
        }
        if (!inspection.facts().endsWithCrlf()) {
            byte[] crlf = {'\r', '\n'};
            chunks.keep(crlf, 0, 2);
        }
        endOfData(open, chunks, inspection.facts());
    }

    private void endOfData(Transaction open, MessageBuffer buffer, TextFacts facts) throws IOException {
        SmtpReply verdict = objection(open, buffer, facts);
        if (verdict == null) {
            MessageOctets message = MessageOctets.of(buffer.take());
            ReceivedMessage received =
                    new ReceivedMessage(facts(), open.envelope(facts.eightBit()), open.parameters, message, facts);
            verdict = asked(() -> conversation.message(received));
            server.counted(verdict, message.size());
            if (verdict.isAccepted()) {
                messages++;
                idleCommands = 0;
            }
        }
        endTransaction();
        reply(verdict);
    }

    private @Nullable SmtpReply objection(Transaction open, MessageBuffer buffer, TextFacts facts) {
        switch (buffer.trouble()) {
            case TOO_LARGE -> {
                return Replies.tooLarge(limits.maxMessageOctets());
            }
            case NO_MEMORY -> {
                return Replies.NO_MEMORY;
            }
            case NONE -> {}
        }
        if (facts.nulLine() > 0) {
            return Replies.NUL_IN_TEXT;
        }
        if (facts.longestLine() > limits.maxTextLine()) {
            return Replies.textLineTooLong(facts.longestLineIs(), facts.longestLine(), limits.maxTextLine());
        }
        boolean declared = open.parameters.eightBit() || open.parameters.smtpUtf8();
        if (facts.eightBit() && !declared && !limits.acceptUndeclared8Bit()) {
            return Replies.UNDECLARED_8BIT;
        }
        return null;
    }

    /** The service's answer; its bug is our temporary failure, never the client's. */
    private SmtpReply asked(Supplier<SmtpReply> question) {
        try {
            return question.get();
        } catch (RuntimeException bug) {
            LOG.error("deciding about {} failed", connection.peer(), bug);
            return Replies.LOCAL_ERROR;
        }
    }
}
