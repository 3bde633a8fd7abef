/**
 * Values in which settings are written (sizes, networks, listen addresses) and the annotation that documents a setting where it is used.
 * Depends on nothing. The settings records themselves live in the packages that obey them; {@code operate} binds and documents them.
 */
@org.jspecify.annotations.NullMarked
package dev.tradewind.settings;
