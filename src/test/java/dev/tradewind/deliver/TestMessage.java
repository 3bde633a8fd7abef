package dev.tradewind.deliver;

import dev.tradewind.mail.Envelope;
import dev.tradewind.mail.ForwardPath;
import dev.tradewind.mail.MessageDsn;
import dev.tradewind.mail.MessageOctets;
import dev.tradewind.mail.RecipientDsn;
import dev.tradewind.mail.ReversePath;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** A message that is the same for every host. */
record TestMessage(Envelope envelope, byte[] signature, byte[] octets) implements Outgoing {
    static TestMessage to(String... recipients) {
        return of("a@src.example", List.of(recipients), "Subject: x\r\n\r\nhello\r\n", false, false);
    }

    static TestMessage of(String from, List<String> to, String text, boolean eightBit, boolean smtpUtf8) {
        Envelope envelope = new Envelope(
                ReversePath.parse(from),
                to.stream()
                        .map(one -> new Envelope.Recipient(ForwardPath.parse(one), RecipientDsn.NONE))
                        .toList(),
                MessageDsn.NONE,
                smtpUtf8,
                eightBit);
        return new TestMessage(
                envelope,
                "DKIM-Signature: v=1\r\n".getBytes(StandardCharsets.US_ASCII),
                text.getBytes(StandardCharsets.UTF_8));
    }

    /** Lines of text, some with dots in front, so many octets and a few more. */
    static String text(int octets) {
        StringBuilder text = new StringBuilder("Subject: x\r\n\r\n");
        for (int i = 0; text.length() < octets; i++) {
            text.append(i % 7 == 0 ? "." : "").append("line ").append(i).append(" of a longer message\r\n");
        }
        return text.toString();
    }

    /** What the host must get. */
    byte[] wire() {
        byte[] all = Arrays.copyOf(signature, signature.length + octets.length);
        System.arraycopy(octets, 0, all, signature.length, octets.length);
        return all;
    }

    @Override
    public Prepared prepare(HopCapabilities host) {
        return new Prepared.Ready(envelope, signature, MessageOctets.of(octets));
    }
}
