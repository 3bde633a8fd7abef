package dev.tradewind.account;

import java.net.InetAddress;

/** Port: who holds an API key. Answers from memory in microseconds; asked for every request and SMTP session. */
public interface Authenticator {
    /** What showing a key led to. */
    sealed interface Result {
        /** The key is good. */
        record Authenticated(Principal principal) implements Result {}

        /** No such key, or it has expired or been revoked; which of these is not told. */
        record Unknown() implements Result {}

        /** The key is good but not from this address ({@code valid_ips}). */
        record WrongAddress(String keyId) implements Result {}
    }

    /** Judges a key as it was shown by a client at an address. */
    Result authenticate(String key, InetAddress client);
}
