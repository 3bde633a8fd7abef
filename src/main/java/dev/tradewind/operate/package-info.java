/**
 * How the program is started, configured, watched and stopped. What enters is a configuration and signals; what leaves is a running instance,
 * its metrics and health, and an ordered stop. About messages it promises only that a stop is orderly; it never touches one.
 */
@org.jspecify.annotations.NullMarked
package dev.tradewind.operate;
