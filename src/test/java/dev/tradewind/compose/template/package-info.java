@org.jspecify.annotations.NullMarked
package dev.tradewind.compose.template;
