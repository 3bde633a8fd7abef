package dev.tradewind.spool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Port: how full the disk is. */
@FunctionalInterface
public interface DiskProbe {
    /** Octets that can still be written. */
    long usableOctets() throws IOException;

    /** Asks the file system that holds a directory. */
    static DiskProbe of(Path directory) {
        return () -> Files.getFileStore(directory).getUsableSpace();
    }
}
