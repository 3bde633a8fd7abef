package dev.tradewind.smtp.server;

import dev.tradewind.mail.Envelope;
import dev.tradewind.mail.ReversePath;
import dev.tradewind.smtp.MailParameters;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/** A mail transaction under way (RFC 5321 §3.3), from an accepted MAIL to the end of data or RSET. */
final class Transaction implements AutoCloseable {
    final ReversePath reversePath;
    final MailParameters parameters;
    final List<Envelope.Recipient> recipients = new ArrayList<>(2);
    /** What BDAT has brought so far; null before the first. */
    @Nullable
    MessageBuffer chunks;

    Transaction(ReversePath reversePath, MailParameters parameters) {
        this.reversePath = reversePath;
        this.parameters = parameters;
    }

    Envelope envelope(boolean eightBit) {
        return new Envelope(reversePath, recipients, parameters.dsn(), parameters.smtpUtf8(), eightBit);
    }

    @Override
    public void close() {
        if (chunks != null) {
            chunks.close();
            chunks = null;
        }
    }
}
