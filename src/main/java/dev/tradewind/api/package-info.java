/**
 * The REST front door. A request enters, exactly one documented answer leaves; a 2xx to a submission is given only after
 * {@link dev.tradewind.accept.Intake#commit} made it durable (invariant 1), and an invalid or aborted request leaves nothing behind.
 * Every route is an {@link dev.tradewind.api.Endpoint} in one table from which {@code /api/openapi.json} is built.
 */
@org.jspecify.annotations.NullMarked
package dev.tradewind.api;
