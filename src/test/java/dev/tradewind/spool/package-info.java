/** Tests of the store, and {@link dev.tradewind.spool.MemorySpool}, the spool that others test with. */
@org.jspecify.annotations.NullMarked
package dev.tradewind.spool;
