/** Tests of the console: its sessions, its headers, and the pages in a real browser. */
@org.jspecify.annotations.NullMarked
package dev.tradewind.console;
