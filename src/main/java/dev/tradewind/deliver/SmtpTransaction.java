package dev.tradewind.deliver;

import dev.tradewind.classify.Cause;
import dev.tradewind.classify.Phase;
import dev.tradewind.deliver.AttemptResult.Deferred;
import dev.tradewind.deliver.AttemptResult.Delivered;
import dev.tradewind.deliver.AttemptResult.Failed;
import dev.tradewind.deliver.AttemptResult.Scope;
import dev.tradewind.deliver.AttemptResult.Unknown;
import dev.tradewind.mail.EnhancedStatus;
import dev.tradewind.mail.Envelope;
import dev.tradewind.mail.SmtpReply;
import dev.tradewind.smtp.client.ClientConnection;
import dev.tradewind.smtp.client.ClientConnection.Silence;
import dev.tradewind.smtp.client.Commands;
import dev.tradewind.smtp.client.EhloReply;
import dev.tradewind.smtp.client.MalformedReply;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One mail transaction of an {@link SmtpHopSession}, run once. Where it is on the wire is the program counter; {@code phase} only names it
 * for causes. How it goes depends on what the host offers:
 *
 * <ul>
 *   <li>PIPELINING and CHUNKING, message up to {@code delivery.flight}: MAIL, RCPT, BDAT LAST and the message in one flight, one round trip.
 *   <li>CHUNKING, larger message: MAIL and RCPT (in one flight with PIPELINING), then BDAT.
 *   <li>PIPELINING alone: MAIL, RCPT and DATA in one flight, then the message.
 *   <li>neither: step by step.
 * </ul>
 *
 * <p>Content beyond one flight is written only when no reply is outstanding, so both sides can never block on each other; RCPTs go in
 * groups of {@value #GROUP}, whose replies fit every socket buffer.
 *
 * <p>What replies mean: 2yz is acceptance, 4yz deferral, 5yz failure, of the recipient (RCPT) or of all that were accepted before (MAIL,
 * DATA, end of data). Exceptions: "too many recipients" is a deferral whatever its code (RFC 5321 §4.5.3.1.10); 421 defers all that is
 * undecided and ends the session. When all recipients are refused, what the host says to the DATA or BDAT behind them is of no interest.
 * A reply that cannot be (354 to RCPT, no grammar) ends the session: with content underway in one flight nobody knows what the host did.
 */
final class SmtpTransaction {
    private static final int GROUP = 50;
    private static final Duration DRAIN = Duration.ofSeconds(30);
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);

    private static final EnhancedStatus TOO_MANY_RECIPIENTS = new EnhancedStatus(5, 5, 3);

    private final SmtpHopSession session;
    private final ClientConnection connection;
    private final EhloReply offered;
    private final DeliverSettings settings;
    private final Envelope envelope;
    private final byte[] signature;
    private final byte[] message;
    private final long size;
    private final int recipients;
    /** Null: accepted so far, or not asked yet. */
    private final @Nullable AttemptResult[] results;

    private int refused;
    private Phase phase = Phase.MAIL;
    private boolean allSent;

    SmtpTransaction(
            SmtpHopSession session,
            ClientConnection connection,
            EhloReply offered,
            DeliverSettings settings,
            Envelope envelope,
            byte[] signature,
            byte[] message) {
        this.session = session;
        this.connection = connection;
        this.offered = offered;
        this.settings = settings;
        this.envelope = envelope;
        this.signature = signature;
        this.message = message;
        this.size = (long) signature.length + message.length;
        this.recipients = envelope.recipients().size();
        this.results = new @Nullable AttemptResult[recipients];
    }

    /** Runs it; one result for each recipient, in the order of the envelope. */
    List<AttemptResult> run() {
        try {
            if (open()) {
                session.begun();
                boolean small = size <= settings.flight().octets() && recipients <= GROUP;
                if (offered.pipelining() && offered.chunking() && small) {
                    oneFlight();
                } else {
                    inSteps();
                }
            }
        } catch (IOException lost) {
            session.usable = false;
            String why = ClientConnection.why(lost);
            decide(allSent ? new Unknown(why) : new Deferred(new Cause.Unreachable(phase, why), Scope.HOST));
        }
        return List.of(results());
    }

    private AttemptResult[] results() {
        AttemptResult[] complete = new AttemptResult[recipients];
        for (int i = 0; i < recipients; i++) {
            AttemptResult result = results[i];
            if (result == null) {
                throw new IllegalStateException("a transaction left recipient " + i + " undecided");
            }
            complete[i] = result;
        }
        return complete;
    }

    /** Sees to it that the host waits for MAIL; else decides. */
    private boolean open() throws IOException {
        if (!session.usable) {
            throw new IOException("the session is over");
        }
        connection.begin(settings.transaction());
        switch (connection.listen()) {
            case Silence.Kept _ -> {
                if (!session.resetNeeded) {
                    return true;
                }
            }
            case Silence.Broken(SmtpReply reply) -> {
                unasked(reply);
                return false;
            }
            case Silence.Lost(String reason) -> throw new IOException(reason);
        }
        connection.out().text("RSET").crlf();
        SmtpReply reply = connection.exchange(settings.ehlo());
        if (!reply.isAccepted()) {
            unasked(reply);
            return false;
        }
        session.resetNeeded = false;
        return true;
    }

    /** The host has something against the session, not against the message. */
    private void unasked(SmtpReply reply) throws IOException {
        session.usable = false;
        if (!reply.isTransient() && !reply.isPermanent()) {
            throw unexpected(reply);
        }
        decide(new Deferred(new Cause.Refused(phase, reply), Scope.HOST));
    }

    private void oneFlight() throws IOException {
        Commands.mail(connection.out(), envelope, offered, size);
        for (Envelope.Recipient recipient : envelope.recipients()) {
            Commands.rcpt(connection.out(), recipient, offered);
        }
        Commands.bdatLast(connection.out(), size);
        connection.out().octets(signature, 0, signature.length).octets(message, 0, message.length);
        if (!sent()) {
            return;
        }
        allSent = true;
        if (!mailReply()) {
            drain(recipients, this::ignoreEnd);
        } else if (rcptReplies(0, recipients)) {
            if (refused == recipients) {
                drain(0, this::ignoreEnd);
            } else {
                phase = Phase.END_OF_DATA;
                end(connection.reply(settings.endOfData()), true);
            }
        }
    }

    private void inSteps() throws IOException {
        boolean dataInFlight = offered.pipelining() && !offered.chunking() && recipients <= GROUP;
        int group = offered.pipelining() ? GROUP : 1;
        Commands.mail(connection.out(), envelope, offered, size);
        if (!offered.pipelining() && (!sent() || !mailReply())) {
            return;
        }
        for (int from = 0; from < recipients; from += group) {
            int to = Math.min(recipients, from + group);
            for (int i = from; i < to; i++) {
                Commands.rcpt(connection.out(), envelope.recipients().get(i), offered);
            }
            if (dataInFlight) {
                connection.out().text("DATA").crlf();
            }
            if (!sent()) {
                return;
            }
            if (from == 0 && offered.pipelining() && !mailReply()) {
                drain(to, dataInFlight ? this::ignoreData : null);
                return;
            }
            if (!rcptReplies(from, to)) {
                return;
            }
        }
        if (refused == recipients) {
            if (dataInFlight) {
                drain(0, this::ignoreData);
            }
        } else if (offered.chunking()) {
            content(true);
        } else {
            phase = Phase.DATA;
            if (!dataInFlight) {
                connection.out().text("DATA").crlf();
            }
            if (sent() && dataReply()) {
                content(false);
            }
        }
    }

    /**
     * Sends commands. If that fails, the host may have said why and hung up; whatever it said, the messages can be tried again. False if
     * so, and all is decided.
     */
    private boolean sent() throws IOException {
        try {
            connection.flush();
            return true;
        } catch (IOException broken) {
            Optional<SmtpReply> words = lastWords();
            if (words.isEmpty()) {
                throw broken;
            }
            session.usable = false;
            decide(new Deferred(new Cause.Refused(phase, words.get()), Scope.HOST));
            return false;
        }
    }

    private Optional<SmtpReply> lastWords() {
        try {
            SmtpReply reply = connection.reply(LAST_WORDS);
            return reply.isTransient() || reply.isPermanent() ? Optional.of(reply) : Optional.empty();
        } catch (IOException nothing) {
            return Optional.empty();
        }
    }

    /** Whether MAIL was accepted; else decides. */
    private boolean mailReply() throws IOException {
        SmtpReply reply = connection.reply(settings.mail());
        if (reply.isAccepted()) {
            session.resetNeeded = true;
            phase = Phase.RCPT;
            return true;
        }
        decide(refusal(reply, Scope.MESSAGE));
        return false;
    }

    /** Reads the replies to RCPTs; false if the session ended meanwhile, and all is decided. */
    private boolean rcptReplies(int from, int to) throws IOException {
        for (int i = from; i < to; i++) {
            SmtpReply reply = connection.reply(settings.rcpt());
            if (reply.isAccepted()) {
                continue;
            }
            AttemptResult result = tooMany(reply)
                    ? new Deferred(new Cause.Refused(Phase.RCPT, reply), Scope.RECIPIENT)
                    : refusal(reply, Scope.RECIPIENT);
            if (!session.usable) {
                decide(result);
                return false;
            }
            results[i] = result;
            refused++;
        }
        return true;
    }

    /** Whether the host invites content (354); else decides. */
    private boolean dataReply() throws IOException {
        SmtpReply reply = connection.reply(settings.data());
        if (reply.code() == 354) {
            return true;
        }
        if (reply.isAccepted()) {
            throw unexpected(reply);
        }
        decide(refusal(reply, Scope.MESSAGE));
        return false;
    }

    /** Sends the content; no reply is outstanding. */
    private void content(boolean chunk) throws IOException {
        phase = Phase.DATA;
        try {
            if (chunk) {
                Commands.bdatLast(connection.out(), size);
                connection.out().octets(signature, 0, signature.length).octets(message, 0, message.length);
            } else {
                connection.out().data(signature, message);
            }
            connection.flush();
        } catch (IOException broken) {
            Optional<SmtpReply> words = lastWords();
            if (words.isEmpty()) {
                throw broken;
            }
            session.usable = false;
            decide(refusal(words.get(), Scope.MESSAGE));
            return;
        }
        allSent = true;
        phase = Phase.END_OF_DATA;
        end(connection.reply(settings.endOfData()), chunk);
    }

    /** The reply to the end of data. */
    private void end(SmtpReply reply, boolean chunk) throws IOException {
        if (reply.isAccepted()) {
            session.resetNeeded = false;
            decide(new Delivered(reply));
        } else {
            session.resetNeeded = chunk; // RFC 3030 §2: after a failed BDAT the host waits for RSET
            decide(refusal(reply, Scope.MESSAGE));
        }
    }

    /** Reads replies that cannot change what is decided, to be in step with the host for the next transaction. */
    private void drain(int rcpts, @Nullable LastReply last) {
        session.resetNeeded = true;
        if (!session.usable) {
            return;
        }
        try {
            for (int i = 0; i < rcpts; i++) {
                notEnding(connection.reply(DRAIN));
            }
            if (last != null) {
                last.read(connection.reply(DRAIN));
            }
        } catch (IOException lost) {
            session.usable = false;
        }
    }

    private void ignoreEnd(SmtpReply reply) throws IOException {
        // A host that accepts a message for nobody has another idea of the transaction than we.
        if (reply.isAccepted()) {
            throw unexpected(reply);
        }
        notEnding(reply);
    }

    /** No recipient, but 354 (RFC 2920 §3.1): an empty message brings the host back, and goes nowhere. */
    private void ignoreData(SmtpReply reply) throws IOException {
        notEnding(reply);
        if (reply.code() == 354) {
            connection.out().text(".").crlf();
            notEnding(connection.exchange(DRAIN));
        }
    }

    private void notEnding(SmtpReply reply) throws IOException {
        if (reply.code() == 421) {
            throw unexpected(reply);
        }
    }

    /** What a reply that is no acceptance means. A 421 makes the session unusable. */
    private AttemptResult refusal(SmtpReply reply, Scope scope) throws IOException {
        if (!reply.isTransient() && !reply.isPermanent()) {
            throw unexpected(reply);
        }
        Cause cause = new Cause.Refused(phase, reply);
        if (reply.code() == 421) {
            session.usable = false;
            return new Deferred(cause, Scope.HOST);
        }
        return reply.isPermanent() ? new Failed(cause) : new Deferred(cause, scope);
    }

    private MalformedReply unexpected(SmtpReply reply) {
        return new MalformedReply("unexpected reply '" + reply.inOneLine() + "'");
    }

    /** Decides for all that are not decided yet. */
    private void decide(AttemptResult result) {
        for (int i = 0; i < recipients; i++) {
            if (results[i] == null) {
                results[i] = result;
            }
        }
    }

    private static boolean tooMany(SmtpReply reply) {
        if (reply.code() != 552 && reply.code() != 452) {
            return false;
        }
        return reply.enhanced().filter(TOO_MANY_RECIPIENTS::equals).isPresent()
                || reply.inOneLine().toLowerCase(Locale.ROOT).contains("too many");
    }

    @FunctionalInterface
    private interface LastReply {
        void read(SmtpReply reply) throws IOException;
    }
}
