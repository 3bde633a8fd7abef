/**
 * The command line. What enters is arguments; what leaves is an exit code (0 done, 1 refused or failed, 2 wrong usage), results on standard
 * output and reasons on standard error.
 */
@org.jspecify.annotations.NullMarked
package dev.tradewind.operate.command;
