/** Tests of the engine with a spool in memory and a scripted world. */
@org.jspecify.annotations.NullMarked
package dev.tradewind.engine;
