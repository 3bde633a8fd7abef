package dev.tradewind.sign;

import dev.tradewind.mail.MessageOctets;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** Prints what signing costs on this machine: medians, since others share it. Runs a few seconds. */
public final class SigningCost {
    private SigningCost() {}

    /** No arguments. */
    public static void main(String[] arguments) {
        String header = "Received: from app.example.org by mx.example.org;\r\n Tue, 24 Nov 2026 10:00:00 +0000\r\n"
                + "From: Ann <ann@example.org>\r\nTo: Bob <bob@example.net>\r\nSubject: Your order 4711\r\n"
                + "Date: Tue, 24 Nov 2026 10:00:00 +0000\r\nMessage-ID: <4711.1@example.org>\r\n"
                + "MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n"
                + "Content-Transfer-Encoding: quoted-printable\r\nList-Unsubscribe: <https://example.org/u?x=1>\r\n"
                + "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\nX-MSFBL: abcdefghijklmnopqrstuvwxyz\r\n\r\n";
        String html = "    <td style=3D\"color:#333\">Some words of a message, as one has them here</td>\r\n";
        String base64 = "VGhlIHF1aWNrIGJyb3duIGZveCBqdW1wcyBvdmVyIHRoZSBsYXp5IGRvZy4gVGhlIHF1aWNrIGJy\r\n";
        MessageOctets text = SigningFixture.message((header + html.repeat(200)).substring(0, 10_240));
        MessageOctets binary = SigningFixture.message((header + base64.repeat(200)).substring(0, 10_240));
        List<DkimKey> rsa = List.of(SigningFixture.RSA);
        List<DkimKey> both = List.of(SigningFixture.RSA, SigningFixture.ED25519);
        byte[] data = new byte[800];

        for (Signer signer : Signers.working()) {
            DkimSigner dkim = new DkimSigner(signer);
            DkimSigner withoutSignature = new DkimSigner(new Unsigned(signer));
            BodyHash hash = dkim.bodyHash(text);
            System.out.println(signer.name());
            print("RSA-2048 signature alone", 800, () -> signer.sign(SigningFixture.RSA, data, 0, data.length));
            print("Ed25519 signature alone", 800, () -> signer.sign(SigningFixture.ED25519, data, 0, data.length));
            print("sign 10 KB of HTML, RSA", 800, () -> dkim.sign(text, rsa, SigningFixture.NOW));
            print("sign 10 KB of HTML, RSA and Ed25519", 800, () -> dkim.sign(text, both, SigningFixture.NOW));
            print("... all but the signatures", 20_000, () -> withoutSignature.sign(text, both, SigningFixture.NOW));
            print("... one key", 20_000, () -> withoutSignature.sign(text, rsa, SigningFixture.NOW));
            print("... base64 body", 20_000, () -> withoutSignature.sign(binary, rsa, SigningFixture.NOW));
            print("... body hash given", 20_000, () -> withoutSignature.sign(text, hash, rsa, SigningFixture.NOW));
        }
    }

    private static void print(String what, int rounds, Supplier<byte[]> work) {
        long[] times = new long[rounds];
        for (int i = -rounds; i < rounds; i++) {
            long start = System.nanoTime();
            int length = work.get().length; // used below, so that the work is not dropped
            times[Math.floorMod(i, rounds)] = System.nanoTime() - start;
            if (length == 0) {
                throw new IllegalStateException(what + ": nothing made");
            }
        }
        Arrays.sort(times);
        System.out.printf(Locale.ROOT, "  %-40s %8.1f us%n", what, times[rounds / 2] / 1000.0);
    }

    /** Everything but the signature. */
    private record Unsigned(Signer real) implements Signer {
        private static final byte[] NOTHING = new byte[256];

        @Override
        public String name() {
            return "none";
        }

        @Override
        public byte[] sign(DkimKey key, byte[] data, int offset, int length) {
            return NOTHING;
        }

        @Override
        public MessageDigest sha256() {
            return real.sha256();
        }
    }
}
