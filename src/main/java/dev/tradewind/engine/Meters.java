package dev.tradewind.engine;

import dev.tradewind.deliver.AttemptResult;
import dev.tradewind.event.EventType;

import java.time.Duration;

/** Port: what the engine counts. */
public interface Meters {
    /** An attempt ended. */
    void attempted(AttemptResult result);

    /** An event was handed to the spool. */
    void event(EventType type);

    /** A message was delivered so long after its injection. */
    void delivered(Duration queued);
}
