/**
 * The certificate the listeners show. What enters is PEM files, or nothing, which gives a self-made certificate in the data directory;
 * what leaves is an {@code SSLContext} that follows the files when they change.
 */
@org.jspecify.annotations.NullMarked
package dev.tradewind.operate.tls;
