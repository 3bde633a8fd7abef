/**
 * The control plane in SQL: accounts, API keys and sending domains in SQLite. A change is synced to disk before the call returns; reads
 * come from memory, which each change updates.
 */
@org.jspecify.annotations.NullMarked
package dev.tradewind.account.sql;
