package dev.tradewind.engine;

import java.time.Duration;

/** Port: what the engine counts. */
public interface Meters {
    /** A message was delivered; {@code queued} is the time since its injection. */
    void delivered(Duration queued);

    /** An attempt was deferred. */
    void deferred();

    /** A message bounced with this class. */
    void bounced(int bounceClass);

    /** A message was generated; {@code accepted} is false for a failure or rejection. */
    void generated(boolean accepted);
}
