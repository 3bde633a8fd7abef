/**
 * How the program's own log is written: on standard error, one line a fact, as text or JSON. What enters is slf4j and java.util.logging
 * events; what leaves is lines in which no client can forge another. Nothing is buffered, so nothing is lost at exit.
 */
@org.jspecify.annotations.NullMarked
package dev.tradewind.operate.log;
