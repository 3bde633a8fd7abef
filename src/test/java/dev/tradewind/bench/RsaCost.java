package dev.tradewind.bench;

import dev.tradewind.mail.Domain;
import dev.tradewind.sign.DkimKey;
import dev.tradewind.sign.Signer;
import dev.tradewind.sign.Signers;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;

/**
 * What one bare RSA-2048 signature costs on this machine now: the floor of every figure.
 *
 * @param library          ours
 * @param micros           CPU time of one with it
 * @param opensslMicros    time of one by {@code openssl speed}; NaN if there is none
 */
record RsaCost(String library, double micros, double opensslMicros) {
    static RsaCost measure() throws IOException, InterruptedException {
        Signer signer = Signers.best();
        DkimKey key = DkimKey.generateRsa(new Domain(BenchMessage.SENDER_DOMAIN), "bench", 2048, new SecureRandom());
        byte[] header = new byte[600];
        measure(signer, key, header, Duration.ofMillis(300));
        return new RsaCost(signer.name(), measure(signer, key, header, Duration.ofSeconds(1)), openssl());
    }

    private static double measure(Signer signer, DkimKey key, byte[] header, Duration time) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long start = threads.getCurrentThreadCpuTime();
        int count = 0;
        while (threads.getCurrentThreadCpuTime() - start < time.toNanos()) {
            signer.sign(key, header, 0, header.length);
            count++;
        }
        return (threads.getCurrentThreadCpuTime() - start) / 1e3 / count;
    }

    private static double openssl() throws IOException, InterruptedException {
        Process process = new ProcessBuilder("openssl", "speed", "-seconds", "1", "rsa2048")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        process.waitFor();
        for (String line : said.split("\n")) {
            String[] words = line.strip().split("\\s+");
            if (line.startsWith("rsa 2048") && words.length > 3 && words[3].endsWith("s")) {
                return Double.parseDouble(words[3].substring(0, words[3].length() - 1)) * 1e6;
            }
        }
        return Double.NaN;
    }
}
