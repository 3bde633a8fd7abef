package dev.tradewind.sign;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.security.Provider;

/** The Amazon Corretto Crypto Provider, where its native library loads and passes its own tests; used by name, never installed. */
public final class NativeProvider {
    private static final Logger LOG = LoggerFactory.getLogger(NativeProvider.class);
    /** The provider keeps its Ed25519 key factory to itself unless this is set while it is made. */
    private static final String WITH_KEY_FACTORY = "com.amazon.corretto.crypto.provider.registerEdKeyFactory";

    private static final @Nullable Provider PROVIDER = load();

    private NativeProvider() {}

    /** The provider; null where it does not run, which has been logged. */
    public static @Nullable Provider get() {
        return PROVIDER;
    }

    private static @Nullable Provider load() {
        String before = System.getProperty(WITH_KEY_FACTORY);
        try {
            System.setProperty(WITH_KEY_FACTORY, "true");
            AmazonCorrettoCryptoProvider provider = new AmazonCorrettoCryptoProvider();
            provider.assertHealthy();
            return provider;
        } catch (RuntimeException | LinkageError e) {
            LOG.atWarn()
                    .addKeyValue("why", e.toString())
                    .log("no native cryptography from the Amazon Corretto Crypto Provider");
            return null;
        } finally {
            if (before == null) {
                System.clearProperty(WITH_KEY_FACTORY);
            } else {
                System.setProperty(WITH_KEY_FACTORY, before);
            }
        }
    }
}
