/**
 * Whose mail it is: tenants, API keys with their grants, sending domains with their DKIM keys. What enters is a secret or a domain name,
 * what leaves is who that is and what they may do. The control plane (SQLite) lies behind these types; secrets are stored hashed or encrypted.
 */
@org.jspecify.annotations.NullMarked
package dev.tradewind.account;
