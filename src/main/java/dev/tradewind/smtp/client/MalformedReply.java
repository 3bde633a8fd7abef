package dev.tradewind.smtp.client;

import java.io.IOException;

/** What the server sent is no reply of RFC 5321 §4.2; nothing that follows on this connection can be trusted. */
public final class MalformedReply extends IOException {
    private static final long serialVersionUID = 1;

    /** @param problem what was wrong, with the beginning of what came */
    public MalformedReply(String problem) {
        super(problem);
    }
}
