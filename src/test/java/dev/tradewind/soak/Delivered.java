package dev.tradewind.soak;

import java.util.concurrent.TimeUnit;

/** Waits for the end of deliveries and holds what arrived against what was promised. */
final class Delivered {
    private Delivered() {}

    /** Waits until every accepted message has come, or nothing more has for so long. */
    static void await(Promises promises, Arrivals arrivals, long patienceSeconds) throws InterruptedException {
        long last = -1;
        long since = System.nanoTime();
        while (System.nanoTime() - since < TimeUnit.SECONDS.toNanos(patienceSeconds)) {
            if (missing(promises, arrivals) == 0) {
                return;
            }
            long now = arrivals.total();
            if (now != last) {
                last = now;
                since = System.nanoTime();
            }
            Pace.pause(TimeUnit.MILLISECONDS.toNanos(250));
        }
    }

    private static int missing(Promises promises, Arrivals arrivals) {
        int missing = 0;
        for (int number = 0; number < promises.taken(); number++) {
            if (promises.of(number) == Promises.Promise.ACCEPTED && arrivals.count(number) == 0) {
                missing++;
            }
        }
        return missing;
    }

    /** Nothing accepted is missing, nothing refused came, nothing came to the wrong one. */
    static void check(Promises promises, Arrivals arrivals, Findings findings) {
        for (int number = 0; number < promises.taken(); number++) {
            Promises.Promise promise = promises.of(number);
            int count = arrivals.count(number);
            if (promise == Promises.Promise.ACCEPTED) {
                findings.require(count > 0, "accepted and never arrived: " + number);
            } else if (promise == Promises.Promise.REFUSED) {
                findings.require(count == 0, "refused and yet arrived: " + number);
            }
        }
        findings.require(arrivals.mixedUp().isEmpty(), "contents at wrong recipients: " + arrivals.mixedUp());
        findings.require(arrivals.foreign() == 0, arrivals.foreign() + " messages without a number");
        findings.require(
                arrivals.duplicatesWithoutKill() == 0,
                arrivals.duplicatesWithoutKill() + " second copies though nothing was killed in between");
    }
}
