package dev.tradewind.mail.dsn;

/** What the reporting server did about a recipient (RFC 3464 §2.3.3). */
public enum Action {
    /** Not delivered, and no more attempts follow. */
    FAILED("failed"),
    /** Not delivered yet; attempts go on. */
    DELAYED("delayed"),
    /** Delivered to the mailbox. */
    DELIVERED("delivered"),
    /** Handed to a server that does not speak DSN: no further word will come. */
    RELAYED("relayed"),
    /** Delivered to a list or alias, and forwarded to more than one address. */
    EXPANDED("expanded");

    private final String wireName;

    Action(String wireName) {
        this.wireName = wireName;
    }

    /** The value of the Action field. */
    public String wireName() {
        return wireName;
    }
}
