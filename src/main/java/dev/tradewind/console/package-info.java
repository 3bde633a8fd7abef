/**
 * The web application: pages rendered here, one script and one style sheet of our own, nothing from elsewhere. A browser enters with an API
 * key or a one-time link and gets a session; with it the pages use the same API as everybody. Promised: no text of a message is ever
 * markup or script in these pages (they build elements, their policy forbids the rest), and no other site can use a visitor's session.
 */
@org.jspecify.annotations.NullMarked
package dev.tradewind.console;
