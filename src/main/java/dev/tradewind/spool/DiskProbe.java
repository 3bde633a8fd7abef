package dev.tradewind.spool;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/** Port: how full the disk is. */
@FunctionalInterface
public interface DiskProbe {
    /** Octets that can still be written. */
    long usableOctets() throws IOException;

    /** Asks the file system that holds a directory, which is found once: finding it reads the whole table of mounts. */
    static DiskProbe of(Path directory) {
        return new DiskProbe() {
            private volatile @Nullable FileStore found;

            @Override
            public long usableOctets() throws IOException {
                FileStore store = found;
                if (store == null) {
                    store = Files.getFileStore(directory);
                    found = store;
                }
                return store.getUsableSpace();
            }
        };
    }
}
