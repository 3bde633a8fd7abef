package dev.tradewind.shaping;

/** What a scope is made of. */
public enum Dimension {
    /** The hosts that take the mail, whatever the recipient domain. */
    SITE,
    /** The address we speak from. */
    SOURCE,
    /** The pool the message asked for. */
    POOL,
    /** The address we speak to. */
    REMOTE_ADDRESS,
    /** The account that sends. */
    ACCOUNT,
    /** The campaign within its account. */
    CAMPAIGN,
    /** Domain of the From field. */
    FROM_DOMAIN,
    /** Domain of the signature. */
    DKIM_DOMAIN,
    /** Domain of links. */
    LINK_DOMAIN
}
