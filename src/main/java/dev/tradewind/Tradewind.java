package dev.tradewind;

import dev.tradewind.operate.AdminSettings;
import dev.tradewind.operate.ComplianceSettings;
import dev.tradewind.operate.DataDirectory;
import dev.tradewind.operate.EventLogSettings;
import dev.tradewind.operate.Instance;
import dev.tradewind.operate.LogSettings;
import dev.tradewind.operate.NodeSettings;
import dev.tradewind.operate.SandboxSettings;
import dev.tradewind.operate.StorageSettings;
import dev.tradewind.operate.TlsSettings;
import dev.tradewind.operate.command.Program;
import dev.tradewind.operate.command.ProgramParts;
import dev.tradewind.operate.config.Configuration;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The program: one entry for every command. */
public final class Tradewind {
    /** Every settings record; each part obeys its own. */
    public static final List<Class<? extends Record>> SETTINGS = List.of(
            NodeSettings.class,
            AdminSettings.class,
            TlsSettings.class,
            ComplianceSettings.class,
            SandboxSettings.class,
            EventLogSettings.class,
            StorageSettings.class,
            LogSettings.class);

    private Tradewind() {}

    public static void main(String[] args) {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        System.exit(Program.run(ProgramParts.of(SETTINGS, NoInstance::new), out, err, args));
    }

    /** Until the parts of the path are wired, there is nothing to start, and that is what is said. */
    private static final class NoInstance implements Instance {
        @Override
        public Running start(Configuration settings, DataDirectory data, String adminKey) throws IOException {
            throw new IOException("this build has no server yet");
        }

        @Override
        public void drain() {}

        @Override
        public void awaitStop() {}
    }
}
