package dev.tradewind.operate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** What the machine calls itself: the default of {@code hostname}. */
final class MachineName {
    private MachineName() {}

    /** The name from the kernel, else from the resolver, else {@code localhost}. Never asks the DNS where the kernel tells. */
    static String get() {
        Path kernel = Path.of("/proc/sys/kernel/hostname");
        try {
            String name = Files.isReadable(kernel)
                    ? Files.readString(kernel).strip()
                    : InetAddress.getLocalHost().getHostName();
            return name.isEmpty() ? "localhost" : name.toLowerCase(Locale.ROOT);
        } catch (UnknownHostException e) {
            return "localhost"; // a machine without a name is not an error
        } catch (IOException e) {
            throw new UncheckedIOException("reading " + kernel, e);
        }
    }
}
