package dev.tradewind.spool;

import dev.tradewind.account.Tenant;
import org.rocksdb.RocksDBException;

import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * The one record that calls off what a tenant has scheduled for a campaign. Numbers of transmissions grow, so that it tells what was begun
 * before from what comes after, however many there are.
 *
 * @param before transmissions of a smaller number are called off, unless they have started
 * @param at     when
 */
record CalledOff(long before, Instant at) {
    /** What the keys of all of them begin with, in the default family. */
    static final byte[] PREFIX = "called-off/".getBytes(StandardCharsets.US_ASCII);

    static byte[] key(Tenant tenant, String campaign) {
        byte[] name = campaign.getBytes(StandardCharsets.UTF_8);
        return new OctetWriter(PREFIX.length + 8 + name.length)
                .raw(PREFIX)
                .fixed64((long) tenant.account() << 32 | tenant.subaccount())
                .raw(name)
                .toArray();
    }

    /** Whether a transmission that has not started is called off. */
    static boolean isCalledOff(RocksStore.Opened db, Transmission transmission) throws RocksDBException {
        if (transmission.campaignId().isEmpty()) {
            return false;
        }
        byte[] stored = db.get(RocksStore.Family.META, key(transmission.tenant(), transmission.campaignId()));
        return stored != null && transmission.id() < Records.calledOff(stored).before();
    }
}
