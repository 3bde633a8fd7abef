/** What lanes may do, as data: limits by scope, provider profiles, reactions to replies. Pure. */
@NullMarked
package dev.tradewind.shaping;

import org.jspecify.annotations.NullMarked;
