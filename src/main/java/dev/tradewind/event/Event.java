package dev.tradewind.event;

import dev.tradewind.account.Tenant;
import dev.tradewind.mail.MessageId;

import java.time.Instant;

/**
 * One event, ready to be stored.
 *
 * @param type      what happened
 * @param timestamp when (microseconds count)
 * @param tenant    whose message
 * @param message   which message
 * @param recipient its forward-path, lower-case
 * @param json      the flat JSON object of the events API in UTF-8, one line, {@code event_id} and {@code timestamp} in it
 */
public record Event(
        EventType type, Instant timestamp, Tenant tenant, MessageId message, String recipient, byte[] json) {}
