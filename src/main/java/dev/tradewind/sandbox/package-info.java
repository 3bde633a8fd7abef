/**
 * A destination that keeps mail for a look instead of sending it. A message enters at the end of the path as at any host, signature and
 * all; it leaves for nobody. It is accepted once it is in the inbox's own database, survives a crash of the program (a power cut may take the
 * last moments: this is a sandbox), and is dropped when newer mail needs its place. What is shown of it is parsed when it is looked at,
 * tolerantly and within bounds, since a sandbox is where broken mail is made.
 */
@org.jspecify.annotations.NullMarked
package dev.tradewind.sandbox;
