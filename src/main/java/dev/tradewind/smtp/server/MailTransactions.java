package dev.tradewind.smtp.server;

import dev.tradewind.mail.Envelope;
import dev.tradewind.mail.MessageOctets;
import dev.tradewind.mail.SmtpReply;
import dev.tradewind.smtp.MailParameters;
import dev.tradewind.smtp.SmtpCommand;
import dev.tradewind.smtp.SmtpReader;
import dev.tradewind.smtp.TextFacts;
import dev.tradewind.smtp.TextInspection;
import org.jspecify.annotations.Nullable;

import java.io.IOException;

/**
 * The mail transactions of a session (RFC 5321 §3.3), one after the other: MAIL, RCPT, and the message by DATA or by BDAT (RFC 3030). On
 * the thread of its session.
 */
final class MailTransactions {
    private final ServerSession session;
    private final SmtpServer server;
    private final SmtpLimits limits;
    private final ServerWire wire;
    private final SmtpService.Conversation conversation;

    private @Nullable Transaction transaction;
    private int messages;

    MailTransactions(ServerSession session, SmtpServer server, ServerWire wire, SmtpService.Conversation conversation) {
        this.session = session;
        this.server = server;
        this.limits = server.limits();
        this.wire = wire;
        this.conversation = conversation;
    }

    /** Whether a transaction is under way. */
    boolean isOpen() {
        return transaction != null;
    }

    /** Gives up the transaction that is under way, if one is. */
    void end() {
        if (transaction != null) {
            transaction.close();
            transaction = null;
        }
    }

    /** MAIL: begins a transaction. */
    void mail(SmtpCommand.Mail mail) throws IOException {
        MailParameters parameters = mail.parameters();
        if (!session.isGreeted()) {
            session.bad(Replies.HELLO_FIRST);
        } else if (transaction != null) {
            session.bad(transaction.chunks == null ? Replies.NESTED_MAIL : Replies.MIXED_DATA);
        } else if (!session.isExtended() && !parameters.equals(MailParameters.NONE)) {
            session.bad(Replies.NO_EXTENSIONS);
        } else if (messages >= limits.maxMessages()) {
            session.end(Replies.TOO_MANY_MESSAGES);
        } else if (parameters.size().orElse(0) > limits.maxMessageOctets()) {
            session.reply(Replies.tooLarge(limits.maxMessageOctets()));
        } else {
            SmtpReply verdict = session.asked(() -> conversation.mail(session.facts(), mail.reversePath(), parameters));
            if (verdict.isAccepted()) {
                transaction = new Transaction(mail.reversePath(), parameters);
            }
            session.reply(verdict);
        }
    }

    /** RCPT. */
    void recipient(SmtpCommand.Rcpt rcpt) throws IOException {
        Transaction open = transaction;
        if (open == null) {
            session.bad(Replies.MAIL_FIRST);
        } else if (open.chunks != null) {
            session.bad(Replies.MIXED_DATA);
        } else if (open.recipients.size() >= limits.maxRecipients()) {
            session.reply(Replies.TOO_MANY_RECIPIENTS);
        } else if (rcpt.utf8() && !open.parameters.smtpUtf8()) {
            session.bad(Replies.NEEDS_UTF8);
        } else {
            Envelope.Recipient recipient = new Envelope.Recipient(rcpt.forwardPath(), rcpt.dsn());
            SmtpReply verdict = session.asked(() -> conversation.recipient(recipient));
            if (verdict.isAccepted()) {
                open.recipients.add(recipient);
                session.recipientAccepted();
            }
            session.reply(verdict);
        }
    }

    /** DATA with the text behind it. */
    void data() throws IOException {
        Transaction open = transaction;
        if (open == null) {
            session.bad(Replies.MAIL_FIRST);
            return;
        }
        if (open.chunks != null) {
            session.bad(Replies.MIXED_DATA);
            return;
        }
        if (open.recipients.isEmpty()) {
            session.bad(Replies.NO_RECIPIENTS);
            return;
        }
        MessageBuffer buffer = buffer(open.parameters.size().orElse(0));
        if (buffer == null) {
            end();
            session.reply(Replies.NO_MEMORY);
            return;
        }
        try (buffer) {
            wire.writer.write(Replies.START_INPUT);
            wire.expectText();
            // a message over the limit is heard to the end, up to twice the limit, and then refused
            switch (wire.reader.readText(buffer, 2L * limits.maxMessageOctets())) {
                case SmtpReader.Text.Complete(TextFacts facts) -> endOfData(open, buffer, facts);
                case SmtpReader.Text.Endless endless -> session.end(Replies.tooLarge(limits.maxMessageOctets()));
                case SmtpReader.Text.BareLineEnd(SmtpReader.Bare octet, int line) ->
                    session.end(Replies.bareInText(octet.name(), line));
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

    /** BDAT (RFC 3030) with its chunk. */
    void bdat(SmtpCommand.Bdat bdat) throws IOException {
        Transaction open = transaction;
        if (open == null) {
            skip(bdat, Replies.MAIL_FIRST, session::bad);
        } else if (!session.isExtended()) {
            skip(bdat, Replies.HELLO_FIRST, session::bad);
        } else if (open.recipients.isEmpty()) {
            skip(bdat, Replies.NO_CHUNK_RECIPIENTS, session::bad);
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
                    session.reply(Replies.chunkTaken(bdat.octets()));
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
            session.end(reply);
            return;
        }
        wire.expectText();
        wire.reader.readCounted((from, start, end) -> false, bdat.octets());
        answer.give(reply);
    }

    /** After a refused chunk the transaction is over: chunks that follow are answered 503. */
    private void failChunks(SmtpReply reply) throws IOException {
        end();
        session.reply(reply);
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
            ReceivedMessage received = new ReceivedMessage(
                    session.facts(), open.envelope(facts.eightBit()), open.parameters, message, facts);
            verdict = session.asked(() -> conversation.message(received));
            server.counted(verdict, message.size());
            if (verdict.isAccepted()) {
                messages++;
                session.messageAccepted();
            }
        }
        end();
        session.reply(verdict);
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
}
