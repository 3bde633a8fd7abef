package dev.tradewind.sandbox;

import dev.tradewind.account.ControlUnavailable;
import dev.tradewind.account.TenantScope;
import dev.tradewind.account.TxtRecords;
import dev.tradewind.authenticate.DkimKeys;
import dev.tradewind.authenticate.DkimResult;
import dev.tradewind.authenticate.DkimVerifier;
import dev.tradewind.mail.Domain;
import dev.tradewind.mail.MessageOctets;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * What the signatures of a message in the inbox are worth: verified with the keys of this server's own sending domains, which need not be
 * published for a look in the sandbox, and with the DNS for any other.
 */
final class DkimCheck {
    /** How long a look at a message waits for the DNS, for all its signatures together. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final OwnDkimKeys own;
    private final TxtRecords dns;
    private final InstantSource clock;

    /**
     * A result and where its key came from.
     *
     * @param ownKey whether it is a key of this server, not looked up
     */
    record Verdict(DkimResult result, boolean ownKey) {}

    DkimCheck(OwnDkimKeys own, TxtRecords dns, InstantSource clock) {
        this.own = own;
        this.dns = dns;
        this.clock = clock;
    }

    /** One verdict a signature, in their order; blocks on the DNS for up to 3 s. */
    List<Verdict> check(TenantScope scope, MessageOctets message) {
        Keys keys = new Keys(scope);
        List<Verdict> verdicts = new ArrayList<>();
        for (DkimResult result : DkimVerifier.verify(message, keys, clock.instant())) {
            boolean ownKey = result.domain().isPresent()
                    && result.selector().isPresent()
                    && keys.own.contains(
                            name(result.domain().get(), result.selector().get()));
            verdicts.add(new Verdict(result, ownKey));
        }
        return verdicts;
    }

    private static String name(Domain domain, String selector) {
        return selector + "._domainkey." + domain.name();
    }

    private final class Keys implements DkimKeys {
        private final TenantScope scope;
        private final Set<String> own = new HashSet<>();
        private Duration left = PATIENCE;

        Keys(TenantScope scope) {
            this.scope = scope;
        }

        @Override
        public Answer find(Domain domain, String selector) {
            String name = name(domain, selector);
            try {
                var record = DkimCheck.this.own.record(scope, domain, selector);
                if (record.isPresent()) {
                    own.add(name);
                    return new Found(List.of(record.get()));
                }
            } catch (ControlUnavailable e) {
                return new TemporaryFailure("the keys of this server cannot be read now");
            }
            return lookup(name);
        }

        private Answer lookup(String name) {
            if (left.isNegative() || left.isZero()) {
                return new TemporaryFailure("not asked, earlier questions to the DNS took too long");
            }
            CompletableFuture<TxtRecords.Answer> answer = new CompletableFuture<>();
            Thread asking = Thread.ofVirtual().name("sandbox-dns").start(() -> {
                try {
                    answer.complete(dns.lookup(name));
                } catch (RuntimeException defect) {
                    answer.completeExceptionally(defect);
                }
            });
            long began = clock.millis();
            try {
                return switch (answer.get(left.toMillis(), TimeUnit.MILLISECONDS)) {
                    case TxtRecords.Answer.Found(List<String> texts) -> texts.isEmpty() ? new None() : new Found(texts);
                    case TxtRecords.Answer.None() -> new None();
                    case TxtRecords.Answer.Failed(String reason) -> new TemporaryFailure(reason);
                };
            } catch (TimeoutException e) {
                asking.interrupt();
                return new TemporaryFailure("the DNS did not answer within " + PATIENCE.toSeconds() + " s");
            } catch (ExecutionException e) {
                throw new IllegalStateException("lookup of " + name, e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return new TemporaryFailure("interrupted");
            } finally {
                left = left.minusMillis(Math.max(0, clock.millis() - began));
            }
        }
    }
}
