package dev.tradewind.sign;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

/**
 * Signs with the system's libcrypto (OpenSSL 1.1.1 or later) through {@code java.lang.foreign}: for processors that the Corretto provider
 * has no library for.
 *
 * <p>Ownership: the {@code EVP_PKEY} of a key is freed when the garbage collector finds the segment, and so the {@link DkimKey}, gone; the
 * segment is reachable during each call. Each signature has a digest context and an arena of its own.
 */
@SuppressWarnings("restricted")
final class LibcryptoSigner implements Signer {
    private static final List<String> NAMES = List.of("libcrypto.so.3", "libcrypto.so.1.1", "libcrypto.so");
    /** Signature of the largest key, {@value DkimKey#MAX_RSA_BITS} bits. */
    private static final int MAX_SIGNATURE = DkimKey.MAX_RSA_BITS / 8;

    private final String name;
    private final MemorySegment sha256;
    private final MemorySegment freeKey;
    private final MethodHandle parseKey;
    private final MethodHandle newContext;
    private final MethodHandle freeContext;
    private final MethodHandle initialise;
    private final MethodHandle sign;

    private LibcryptoSigner(SymbolLookup library) throws Throwable {
        Linker linker = Linker.nativeLinker();
        FunctionDescriptor pointerOfNothing = FunctionDescriptor.of(ADDRESS);
        MethodHandle version =
                linker.downcallHandle(library.findOrThrow("OpenSSL_version"), FunctionDescriptor.of(ADDRESS, JAVA_INT));
        name = "libcrypto ("
                + ((MemorySegment) version.invokeExact(0)).reinterpret(256).getString(0) + ")";
        sha256 = (MemorySegment) linker.downcallHandle(library.findOrThrow("EVP_sha256"), pointerOfNothing)
                .invokeExact();
        freeKey = library.findOrThrow("EVP_PKEY_free");
        parseKey = linker.downcallHandle(
                library.findOrThrow("d2i_AutoPrivateKey"), FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS, JAVA_LONG));
        newContext = linker.downcallHandle(library.findOrThrow("EVP_MD_CTX_new"), pointerOfNothing);
        freeContext = linker.downcallHandle(library.findOrThrow("EVP_MD_CTX_free"), FunctionDescriptor.ofVoid(ADDRESS));
        initialise = linker.downcallHandle(
                library.findOrThrow("EVP_DigestSignInit"),
                FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS));
        sign = linker.downcallHandle(
                library.findOrThrow("EVP_DigestSign"),
                FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG));
    }

    /** @throws IllegalStateException if there is no libcrypto that can be used */
    static LibcryptoSigner load() {
        IllegalArgumentException last = new IllegalArgumentException("no name tried");
        for (String candidate : NAMES) {
            try {
                return new LibcryptoSigner(SymbolLookup.libraryLookup(candidate, Arena.global()));
            } catch (IllegalArgumentException absent) {
                last = absent;
            } catch (Throwable e) {
                throw new IllegalStateException(candidate + " cannot be used", e);
            }
        }
        throw new IllegalStateException("none of " + NAMES + " is installed", last);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public byte[] sign(DkimKey key, byte[] data, int offset, int length) {
        MemorySegment pkey = (MemorySegment) key.preparedFor(this, pkcs8 -> parse(key, pkcs8));
        return switch (key.algorithm()) {
            case RSA_SHA256 -> sign(key, pkey, sha256, data, offset, length);
            case ED25519_SHA256 -> {
                MessageDigest digest = sha256();
                digest.update(data, offset, length);
                byte[] hash = digest.digest();
                yield sign(key, pkey, MemorySegment.NULL, hash, 0, hash.length);
            }
        };
    }

    private byte[] sign(DkimKey key, MemorySegment pkey, MemorySegment hash, byte[] data, int offset, int length) {
        MemorySegment context = MemorySegment.NULL;
        try (Arena arena = Arena.ofConfined()) {
            context = (MemorySegment) newContext.invokeExact();
            if (context.equals(MemorySegment.NULL)) {
                throw new IllegalStateException("EVP_MD_CTX_new: out of memory");
            }
            check(key, "EVP_DigestSignInit", (int)
                    initialise.invokeExact(context, MemorySegment.NULL, hash, MemorySegment.NULL, pkey));
            MemorySegment input = arena.allocate(Math.max(length, 1));
            MemorySegment.copy(data, offset, input, JAVA_BYTE, 0, length);
            MemorySegment signature = arena.allocate(MAX_SIGNATURE);
            MemorySegment signatureLength = arena.allocateFrom(JAVA_LONG, MAX_SIGNATURE);
            check(key, "EVP_DigestSign", (int)
                    sign.invokeExact(context, signature, signatureLength, input, (long) length));
            return signature.asSlice(0, signatureLength.get(JAVA_LONG, 0)).toArray(JAVA_BYTE);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(name + " cannot sign with " + key, e);
        } finally {
            free(context);
        }
    }

    private void free(MemorySegment context) {
        try {
            freeContext.invokeExact(context); // takes NULL
        } catch (Throwable e) {
            throw new IllegalStateException(name + ": EVP_MD_CTX_free", e);
        }
    }

    private void check(DkimKey key, String function, int result) {
        if (result != 1) {
            throw new IllegalStateException(name + " cannot sign with " + key + ": " + function + " gave " + result);
        }
    }

    private MemorySegment parse(DkimKey key, byte[] pkcs8) {
        MemorySegment pkey;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment octets = arena.allocateFrom(JAVA_BYTE, pkcs8);
            MemorySegment cursor = arena.allocateFrom(ADDRESS, octets);
            pkey = (MemorySegment) parseKey.invokeExact(MemorySegment.NULL, cursor, (long) pkcs8.length);
            octets.fill((byte) 0);
        } catch (Throwable e) {
            throw new IllegalStateException(name + " does not take " + key, e);
        }
        if (pkey.equals(MemorySegment.NULL)) {
            throw new IllegalStateException(name + " does not take " + key);
        }
        MethodHandle free = Linker.nativeLinker().downcallHandle(freeKey, FunctionDescriptor.ofVoid(ADDRESS));
        return pkey.reinterpret(Arena.ofAuto(), segment -> {
            try {
                free.invokeExact(segment);
            } catch (Throwable e) {
                throw new IllegalStateException("EVP_PKEY_free", e);
            }
        });
    }

    /** The runtime's: it uses the processor's instructions too, and a call into the library for each stretch costs more. */
    @Override
    public MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256", "SUN");
        } catch (NoSuchAlgorithmException | java.security.NoSuchProviderException e) {
            throw new IllegalStateException("this Java runtime lacks SHA-256", e);
        }
    }
}
