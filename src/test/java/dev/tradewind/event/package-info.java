/** Tests of the event stream's readers. */
@org.jspecify.annotations.NullMarked
package dev.tradewind.event;
