package dev.tradewind.sign;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

class SignersTest {
    @Test
    void everySignerGivesTheSameSignature() {
        List<Signer> signers = List.of(
                ProviderSigner.corretto(Objects.requireNonNull(NativeProvider.get())),
                LibcryptoSigner.load(),
                ProviderSigner.jdk());
        assertThat(signers).extracting(Signer::name).doesNotHaveDuplicates();
        List<DkimKey> keys = List.of(
                SigningFixture.RSA,
                SigningFixture.ED25519,
                SigningFixture.rfc8463Keys().getFirst());
        Random random = new Random(1);

        for (int length : new int[] {0, 1, 31, 55, 64, 1500, 70_000}) {
            byte[] data = new byte[length + 7];
            random.nextBytes(data);
            for (DkimKey key : keys) {
                byte[] expected = signers.getLast().sign(key, data, 3, length);
                for (Signer signer : signers) {
                    assertThat(signer.sign(key, data, 3, length))
                            .as(signer.name())
                            .isEqualTo(expected);
                }
            }
        }
    }

    @Test
    void everyDigestIsSha256() {
        for (Signer signer : Signers.working()) {
            byte[] digest = signer.sha256().digest(new byte[] {'a', 'b', 'c'});
            assertThat(digest).startsWith(0xba, 0x78, 0x16, 0xbf).hasSize(32);
        }
    }

    @Test
    void theNativeProviderIsPreferredAndNamed() {
        assertThat(Signers.best().name())
                .contains("AmazonCorrettoCryptoProvider")
                .contains("AWS-LC");
        assertThat(Signers.working()).extracting(Signer::name).anyMatch(n -> n.startsWith("libcrypto (OpenSSL"));
    }

    @Test
    void manyVirtualThreadsShareAKey() throws ExecutionException, InterruptedException {
        byte[] data = new byte[1000];
        for (Signer signer : Signers.working()) {
            byte[] rsa = signer.sign(SigningFixture.RSA, data, 0, data.length);
            byte[] edwards = signer.sign(SigningFixture.ED25519, data, 0, data.length);
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Callable<Boolean>> tasks = IntStream.range(0, 100)
                        .<Callable<Boolean>>mapToObj(i -> () -> i % 2 == 0
                                ? Arrays.equals(rsa, signer.sign(SigningFixture.RSA, data, 0, data.length))
                                : Arrays.equals(edwards, signer.sign(SigningFixture.ED25519, data, 0, data.length)))
                        .toList();
                for (Future<Boolean> same : threads.invokeAll(tasks)) {
                    assertThat(same.get()).isTrue();
                }
            }
        }
    }
}
