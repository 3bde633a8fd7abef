package dev.tradewind.smtp.server;

import dev.tradewind.mail.SmtpReply;
import dev.tradewind.smtp.CommandParser;
import dev.tradewind.smtp.SmtpCommand;
import dev.tradewind.smtp.SmtpReader;
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
 * One session (RFC 5321 §3): greeting, commands one after the other, TLS and AUTH, end. Runs on a thread of its own. The mail transactions
 * in it are {@link MailTransactions}. What a command means is asked of the {@link SmtpService.Conversation}; here is only the order of
 * things and the limits.
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
    private final MailTransactions transactions;

    private SmtpCommand.@Nullable Ehlo ehlo;
    private SmtpCommand.@Nullable Helo helo;
    private @Nullable TlsParameters tls;
    private boolean authenticated;
    private boolean ended;
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
        transactions = new MailTransactions(this, server, wire, conversation);
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
            LOG.atDebug().addKeyValue("peer", connection.peer()).log("dismissed");
        } catch (SocketTimeoutException late) {
            lastWords(wire.sessionIsOver() ? Replies.SESSION_OVER : Replies.TIMED_OUT);
        } catch (EOFException gone) {
            LOG.atDebug().addKeyValue("peer", connection.peer()).log("hung up");
        } catch (IOException lost) {
            LOG.atDebug()
                    .addKeyValue("peer", connection.peer())
                    .addKeyValue("why", lost.getMessage())
                    .log("connection lost");
        } catch (RuntimeException bug) {
            LOG.atError().addKeyValue("peer", connection.peer()).setCause(bug).log("session failed");
            lastWords(Replies.LOCAL_ERROR_CLOSING);
        } finally {
            transactions.end();
            connection.close();
        }
    }

    private void lastWords(SmtpReply reply) {
        try {
            wire.writer.write(reply);
            wire.writer.flush();
        } catch (IOException lost) {
            LOG.atDebug()
                    .addKeyValue("peer", connection.peer())
                    .addKeyValue("why", lost.getMessage())
                    .log("connection lost");
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
            if (!transactions.isOpen() && server.isDraining()) {
                end(Replies.SHUTTING_DOWN);
                return;
            }
            wire.expectCommand(!transactions.isOpen());
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
            case SmtpCommand.Mail mail -> transactions.mail(mail);
            case SmtpCommand.Rcpt rcpt -> transactions.recipient(rcpt);
            case SmtpCommand.Data data -> transactions.data();
            case SmtpCommand.Bdat bdat -> transactions.bdat(bdat);
            case SmtpCommand.Ehlo hello -> {
                transactions.end();
                ehlo = hello;
                helo = null;
                reply(SmtpReply.of(250, extensions()));
            }
            case SmtpCommand.Helo hello -> {
                transactions.end();
                ehlo = null;
                helo = hello;
                reply(SmtpReply.of(250, server.hostname().name()));
            }
            case SmtpCommand.StartTls startTls -> startTls();
            case SmtpCommand.Auth auth -> authenticate(auth);
            case SmtpCommand.Rset rset -> {
                transactions.end();
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
    void reply(SmtpReply reply) throws IOException {
        if (reply.code() == 421) {
            end(reply);
        } else {
            wire.writer.write(reply);
        }
    }

    /** A reply to a command that was not. */
    void bad(SmtpReply reply) throws IOException {
        wire.writer.write(reply);
        if (++badCommands > limits.maxBadCommands()) {
            end(Replies.TOO_MANY_ERRORS);
        }
    }

    /** The last reply. What the client has sent on meanwhile is read and forgotten, so that a reset does not overtake the reply. */
    void end(SmtpReply reply) throws IOException {
        ended = true;
        transactions.end();
        wire.writer.write(reply);
        wire.writer.flush();
        connection.endOutput();
        wire.expectWithin(FAREWELL);
        try {
            wire.reader.drain(limits.maxMessageOctets());
        } catch (SocketTimeoutException enough) {
            LOG.atDebug().addKeyValue("peer", connection.peer()).log("does not close");
        }
    }

    /** Who the client says it is, and how it is connected. */
    SessionFacts facts() {
        String name = ehlo != null ? ehlo.name() : helo != null ? helo.name() : "";
        return new SessionFacts(connection.peer(), name, ehlo != null, Optional.ofNullable(tls), authenticated);
    }

    /** Whether there was EHLO or HELO. */
    boolean isGreeted() {
        return ehlo != null || helo != null;
    }

    /** Whether there was EHLO, so that extensions may be used. */
    boolean isExtended() {
        return ehlo != null;
    }

    /** A recipient was accepted: its command does not count as idle. */
    void recipientAccepted() {
        idleCommands--;
    }

    /** A message was accepted: commands are counted anew. */
    void messageAccepted() {
        idleCommands = 0;
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
            transactions.end();
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
        } else if (transactions.isOpen()) {
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

    /** The service's answer; its bug is our temporary failure, never the client's. */
    SmtpReply asked(Supplier<SmtpReply> question) {
        try {
            return question.get();
        } catch (RuntimeException bug) {
            LOG.atError().addKeyValue("peer", connection.peer()).setCause(bug).log("deciding failed");
            return Replies.LOCAL_ERROR;
        }
    }
}
