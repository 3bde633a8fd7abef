package dev.tradewind.operate;

import java.io.IOException;
import java.nio.file.Path;

/** Another process that holds a data directory until its standard input ends. */
final class HoldsDataDirectory {
    private HoldsDataDirectory() {}

    public static void main(String[] args) throws IOException {
        try (DataDirectory _ = DataDirectory.open(Path.of(args[0]))) {
            System.out.println("held");
            System.in.readAllBytes();
        }
    }
}
