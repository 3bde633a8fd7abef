package dev.tradewind.route;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;

/**
 * Port: one question to the DNS. The answer is about the name as asked; aliases that the answer itself resolves are followed, others are
 * reported. Blocks; for virtual threads. Never throws for what the DNS does.
 */
public interface Dns {
    /** Asks. */
    Answer ask(Question question);

    /** Types of records that mail needs. */
    enum Type {
        MX,
        A,
        AAAA,
        TXT
    }

    /**
     * What is asked.
     *
     * @param name an absolute name, lower-case, without final dot
     * @param type type of the records
     */
    record Question(String name, Type type) {
        @Override
        public String toString() {
            return type + " of " + name;
        }
    }

    /** One resource record. */
    sealed interface Resource {
        /**
         * MX.
         *
         * @param preference 0..65535, the least is tried first
         * @param host       name of the host, lower-case, without final dot; empty for the root (null MX, RFC 7505)
         */
        record Mx(int preference, String host) implements Resource {}

        /** A or AAAA. */
        record Address(InetAddress address) implements Resource {}

        /** TXT, its strings joined, each octet one character. */
        record Text(String text) implements Resource {}
    }

    /** What the DNS says. */
    sealed interface Answer {
        /** How long it may be used from now on. */
        Duration ttl();

        /**
         * Records of the type asked for.
         *
         * @param records       one or more
         * @param ttl           least of all records on the way
         * @param authenticated whether a resolver that we trust says that DNSSEC proves it (AD)
         */
        record Records(List<Resource> records, Duration ttl, boolean authenticated) implements Answer {
            public Records {
                if (records.isEmpty()) {
                    throw new IllegalArgumentException("records without a record");
                }
                records = List.copyOf(records);
            }
        }

        /** The name is an alias (CNAME) of another, which the answer does not resolve: ask there. */
        record Alias(String target, Duration ttl) implements Answer {}

        /** There is no such name (NXDOMAIN). */
        record NoSuchName(Duration ttl) implements Answer {}

        /** The name exists, but has no record of the type. */
        record NoData(Duration ttl) implements Answer {}

        /** No usable answer: servers silent, SERVFAIL, REFUSED, garbage. Try later. */
        record Failure(String reason, Duration ttl) implements Answer {}
    }
}
