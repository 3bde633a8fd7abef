package dev.tradewind.api;

import dev.tradewind.spool.Spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * {@code Idempotency-Key} (design §5): within 24 h the same request under the same key is answered as the first time. The key counts for
 * one account, subaccount and endpoint; the fingerprint is over path, query and body. Only success is kept, in the write that commits the
 * messages: after a refusal nothing has happened, so the request may be tried again under the same key.
 */
final class Idempotency {
    static final String HEADER = "idempotency-key";

    private static final int MAX_KEY = 255;

    private final Spool spool;
    private final InstantSource clock;
    private final Set<ByteBuffer> running = ConcurrentHashMap.newKeySet();

    Idempotency(Spool spool, InstantSource clock) {
        this.spool = spool;
        this.clock = clock;
    }

    /** One request under a key; while it is open the key is taken. */
    final class Claim implements AutoCloseable {
        private final byte[] key;
        private final RequestBody body;
        private final MessageDigest digest;

        private Claim(byte[] key, RequestBody body, MessageDigest digest) {
            this.key = key;
            this.body = body;
            this.digest = digest;
        }

        /**
         * What was answered before, if the key was used.
         *
         * @throws Refusal 422 if it was used for another request
         */
        Optional<Answer> firstAnswer() throws Refusal, IOException {
            Optional<Spool.IdempotentAnswer> stored = spool.idempotentAnswer(key, clock.instant());
            if (stored.isEmpty()) {
                return Optional.empty();
            }
            body.drain();
            if (!MessageDigest.isEqual(digest.digest(), stored.get().fingerprint())) {
                throw Refusal.of(
                        422,
                        1301,
                        "idempotency key reused",
                        "this Idempotency-Key was used for another request; use a new one");
            }
            return Optional.of(
                    Answer.json(stored.get().status(), stored.get().body()).with("Idempotent-Replay", "true"));
        }

        /** What to store with the commit; the body has been read to its end. */
        Spool.IdempotentAnswer toStore(Answer answer) {
            return new Spool.IdempotentAnswer(key, digest.digest(), answer.status(), answer.body(), clock.instant());
        }

        @Override
        public void close() {
            running.remove(ByteBuffer.wrap(key));
        }
    }

    /**
     * Takes the key of a request, if it has one, and from now on digests its body.
     *
     * @throws Refusal 400 for a malformed key, 409 while another request with it runs
     */
    Optional<Claim> claim(Call call, String endpoint) throws Refusal {
        List<String> values = call.headers().getOrDefault(HEADER, List.of());
        if (values.isEmpty()) {
            return Optional.empty();
        }
        String written = values.getFirst();
        boolean visible = written.chars().allMatch(c -> c > ' ' && c < 0x7f);
        if (values.size() > 1 || written.isEmpty() || written.length() > MAX_KEY || !visible) {
            throw Refusal.parameter("Idempotency-Key must be one value of 1 to 255 visible ASCII characters");
        }
        byte[] key = sha256().digest(
                        (call.tenant().account() + "/" + call.tenant().subaccount() + "/" + endpoint + "/" + written)
                                .getBytes(StandardCharsets.UTF_8));
        if (!running.add(ByteBuffer.wrap(key))) {
            throw Refusal.of(
                    409,
                    1602,
                    "conflict",
                    "another request with this Idempotency-Key is being served; try again later");
        }
        MessageDigest digest = sha256();
        digest.update((call.path() + "?" + call.query().raw() + "\n").getBytes(StandardCharsets.UTF_8));
        call.body().digest(digest);
        return Optional.of(new Claim(key, call.body(), digest));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
