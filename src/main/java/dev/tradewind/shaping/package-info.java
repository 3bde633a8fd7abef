/**
 * What is known of providers and decided about them, as data: limits, profiles, and reactions to what their hosts answer. A text enters, with
 * the profiles below it; profiles or everything that is wrong with the text leave. Pure: nothing here limits, counts for long or reacts by
 * itself, and asking for the profile of a lane always gives a whole one.
 */
@org.jspecify.annotations.NullMarked
package dev.tradewind.shaping;
