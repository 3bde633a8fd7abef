package dev.tradewind.spool;

import java.nio.charset.StandardCharsets;
import java.util.Comparator;

/**
 * Mail that shares one turn where turns are taken: of one account, transactional or not, of one campaign. Part of the key of a queue, so
 * that the backlog of one flow is not read in order to find the mail of another (invariant 5).
 *
 * @param account       the account, which shares fairly with others
 * @param transactional the sender's flag
 * @param stream        subaccount and campaign by their hash, which share fairly within the account; two that collide share one turn
 */
public record Flow(int account, boolean transactional, long stream) implements Comparable<Flow> {
    private static final Comparator<Flow> ORDER = Comparator.comparing(Flow::transactional, Comparator.reverseOrder())
            .thenComparingInt(Flow::account)
            .thenComparingLong(Flow::stream);

    /** The flow of what a transmission sends. */
    public static Flow of(Transmission transmission) {
        return new Flow(
                transmission.tenant().account(),
                transmission.options().transactional(),
                stream(transmission.tenant().subaccount(), transmission.campaignId()));
    }

    /** 64 bits of a subaccount and a campaign; 0 for the account itself without a campaign. */
    public static long stream(int subaccount, String campaign) {
        if (subaccount == 0 && campaign.isEmpty()) {
            return 0;
        }
        long hash = 0xcbf29ce484222325L ^ subaccount;
        for (byte octet : campaign.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (octet & 0xff)) * 0x100000001b3L;
        }
        hash = (hash ^ (hash >>> 32)) * 0x9e3779b97f4a7c15L;
        return hash ^ (hash >>> 29);
    }

    @Override
    public int compareTo(Flow other) {
        return ORDER.compare(this, other);
    }
}
